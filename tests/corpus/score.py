"""Count what the engine reads and concludes from a labelled file of messages (README.md says what a record is).

python -m tests.corpus.score [FILE.jsonl] prints each measure and its misses.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from whydenied.engine.diagnosis import Diagnoser, Diagnosis
from whydenied.kb.catalogue import default_roots, load_catalogue

__all__ = ["FIELD", "Measure", "make_diagnoser", "read_records", "score"]

FIELD = Path(__file__).parent / "field.jsonl"
FIELDS = ("error_code", "principal", "action", "operation", "resource")
LOOK_ALIKE = "not-permission"


class Measure(msgspec.Struct):
    """One measure: right of all, and what was missed."""

    right: int = 0
    of: int = 0
    missed: list[str] = []

    @property
    def share(self) -> float:
        """Return the share that is right; of nothing, all is."""
        return self.right / self.of if self.of else 1.0


def make_diagnoser() -> Diagnoser:
    """Return the engine with the shipped content."""
    catalogue = load_catalogue(default_roots())
    return Diagnoser(catalogue.plain("pattern"), catalogue.plain("cause"))


def read_records(path: Path) -> list[dict[str, Any]]:
    """Return the records of a labelled file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score(records: list[dict[str, Any]], diagnose: Callable[[str], Diagnosis]) -> dict[str, Measure]:
    """Return the measures by name."""
    measures: dict[str, Measure] = {}
    for record in records:
        for name, is_right, detail in _judge(record, diagnose(record["raw"])):
            measure = measures.setdefault(name, Measure())
            measure.of += 1
            measure.right += is_right
            if not is_right:
                measure.missed.append(f"{record['id']} {detail}")
    return measures


def causes_of(diagnosis: Diagnosis) -> list[str]:
    """Return the causes of the denial that tells most, best first."""
    findings = diagnosis.main.findings if diagnosis.main else ()
    return [finding.cause for finding in findings if finding.certainty != "ruled-out"]


def _judge(record: Mapping[str, Any], diagnosis: Diagnosis) -> Iterator[tuple[str, bool, str]]:
    """Yield (measure, whether it is right, what was read instead)."""
    expect, cause = record["expect"], record["cause"]
    error = diagnosis.main.error.as_dict() if diagnosis.main else {}
    causes = causes_of(diagnosis)
    for field in FIELDS:
        if expect.get(field):
            yield "fields", _same(field, expect[field], error.get(field)), f"{field}: {error.get(field)!r}"
    read = (error.get("policy_type"), error.get("effect"))
    if expect.get("policy_type"):
        yield "policy type and effect", read == (expect["policy_type"], expect.get("effect")), f"{read}"
    else:
        yield "policy type not invented", read[0] is None, f"{read}"
    if cause == LOOK_ALIKE:
        # What experts would take for a denial too is no test of look-alikes.
        if set(record["accept"]) != {LOOK_ALIKE}:
            return
        yield "look-alikes", not diagnosis.recognised or causes[:1] == [LOOK_ALIKE], f"{causes[:2]}"
        return
    yield "recognised", diagnosis.recognised, cause
    decided = record["decided_by"]
    yield (
        f"acceptable cause first ({decided})",
        bool(causes) and causes[0] in record["accept"],
        f"{cause}: {causes[:3]}",
    )
    yield f"cause in first three ({decided})", cause in causes[:3], f"{cause}: {causes[:3]}"


def _same(field: str, wanted: str, read: str | None) -> bool:
    if read is None:
        return False
    if field == "action":
        return wanted.lower() == read.lower()
    if field == "error_code":
        wanted, read = wanted.removeprefix("Client."), read.removeprefix("Client.")
    return "".join(wanted.split()).strip('"') == "".join(read.split()).strip('"')


def main() -> None:
    """Print the measures of a file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FIELD
    for name, measure in score(read_records(path), make_diagnoser().diagnose).items():
        print(f"{name:40} {measure.right:4} / {measure.of:4}  {100 * measure.share:5.1f}%")
        for miss in measure.missed:
            print(f"    {miss}")


if __name__ == "__main__":
    main()
