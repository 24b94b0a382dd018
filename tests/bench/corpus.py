"""Bench: how much of labelled messages is read and explained, beside the bars that we hold ourselves to.

`python -m tests.bench.corpus [FILE.jsonl ...]` prints the shares of each file (tests/corpus/README.md says what a
record is); `run()` returns those of the field corpus, of which tests/corpus/missed.json says what may be missed.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.calibration import calibrate
from tests.corpus.score import FIELD, make_diagnoser, read_records, score

__all__ = ["BARS", "run"]

BARS = {
    "recognised": 0.99,
    "fields": 0.98,
    "policy type and effect": 1.0,
    "policy type not invented": 1.0,
    "acceptable cause first (message)": 0.98,
    "cause in first three (message)": 0.97,
    # Little can be told where only the thread decides.
    "cause in first three (thread)": 0.55,
    "look-alikes": 0.95,
    "confirmed rightly": 0.99,
    "likely rightly": 0.95,
}


def run(files: Sequence[Path] = (FIELD,)) -> list[str]:
    """Measure, and return one line for each measure of each file, those below their bar marked."""
    diagnoser = make_diagnoser()
    lines = []
    for path in files:
        records = read_records(path)
        shares = {name: (one.right, one.of) for name, one in score(records, diagnoser.diagnose).items()}
        said = calibrate(records, diagnoser.diagnose)
        for certainty in ("confirmed", "likely"):
            shares[f"{certainty} rightly"] = (said.right[certainty, ""], said.said[certainty, ""])
        for name, (right, of) in shares.items():
            bar = BARS.get(name, 0.0)
            below = f", BELOW {100 * bar:g} %" if right < bar * of else ""
            lines.append(f"{path.stem}, {name}: {right} of {of} ({100 * right / max(of, 1):.1f} %{below})")
    return lines


if __name__ == "__main__":
    print(*run([Path(name) for name in sys.argv[1:]] or [FIELD]), sep="\n")
