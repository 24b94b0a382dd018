"""How often what the engine says is right: each certainty, and each pattern that led to a first cause.

python -m tests.corpus.calibration [FILE.jsonl …] prints the tables of docs/certainty.md; without files, of field.jsonl.
A first cause is right where a record accepts it (README.md).
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from tests.corpus.score import FIELD, make_diagnoser, read_records
from whydenied.engine.diagnosis import Diagnosis

__all__ = ["Calibration", "calibrate"]

CERTAINTIES = ("confirmed", "likely", "possible")


class Calibration(msgspec.Struct):
    """said: how often a certainty, and a certainty on a pattern, was said of a first cause; right: how often rightly.

    wrong: the certainty and the record's id, for each that was not.
    """

    said: Counter[tuple[str, str]]
    right: Counter[tuple[str, str]]
    wrong: list[tuple[str, str]]


def calibrate(records: Iterable[dict[str, Any]], diagnose: Callable[[str], Diagnosis]) -> Calibration:
    """Count the first cause of each record that has one."""
    result = Calibration(Counter(), Counter(), [])
    for record in records:
        main = diagnose(record["raw"]).main
        first = main.findings[0] if main and main.findings else None
        if main is None or first is None or first.certainty == "ruled-out":
            continue
        is_right = first.cause in record["accept"]
        for pattern in ("", *main.error.patterns):
            result.said[first.certainty, pattern] += 1
            result.right[first.certainty, pattern] += is_right
        if not is_right:
            result.wrong.append((first.certainty, record["id"]))
    return result


def _lines(result: Calibration) -> Iterable[str]:
    yield "| said | times | right | share |"
    yield "|---|---:|---:|---:|"
    for certainty in CERTAINTIES:
        of, right = result.said[certainty, ""], result.right[certainty, ""]
        yield f"| {certainty} | {of} | {right} | {100 * right / of if of else 100:.1f} % |"
    yield ""
    yield "| pattern | confirmed, right of said | likely | possible |"
    yield "|---|---:|---:|---:|"
    for pattern in sorted({pattern for _, pattern in result.said} - {""}):
        cells = (f"{result.right[name, pattern]}/{result.said[name, pattern]}" for name in CERTAINTIES)
        yield f"| `{pattern}` | {' | '.join('' if cell == '0/0' else cell for cell in cells)} |"


def main() -> None:
    """Print the tables."""
    paths = [Path(name) for name in sys.argv[1:]] or [FIELD]
    records = [record for path in paths for record in read_records(path)]
    result = calibrate(records, make_diagnoser().diagnose)
    print("\n".join(_lines(result)))
    for certainty, name in result.wrong:
        print(f"wrong, {certainty}: {name}")


if __name__ == "__main__":
    main()
