"""An evaluation as the page shows it: in words, and its texts in rows."""

from collections.abc import Iterator

import msgspec

from whydenied.engine.drafts.proved import proved_drafts
from whydenied.engine.drafts.record import Draft
from whydenied.engine.evaluation.explanation import Explanation
from whydenied.engine.evaluation.gates import GATES
from whydenied.engine.evaluation.lines import Lines, pretty
from whydenied.engine.remedies import Report
from whydenied.engine.remedies.remedy import Change, Remedy
from whydenied.server.evaluation.form import BOXES, Box

__all__ = ["VIEW", "diff_rows", "missing_boxes", "numbered"]

_DECISIONS = {
    "Allowed": "Allowed",
    "ExplicitlyDenied": "Explicitly denied",
    "ImplicitlyDenied": "Implicitly denied",
    "Unknown": "Cannot be known yet",
}
_MEANINGS = {
    "Allowed": "Every gate lets this request through.",
    "ExplicitlyDenied": "A Deny matches this request, and no Allow outweighs a Deny.",
    "ImplicitlyDenied": "Nothing forbids this request, and something that must allow it does not.",
    "Unknown": "What was given neither allows nor denies it. What is missing is not taken for a yes or a no.",
}
_OUTCOMES = {
    "Allowed": "allow",
    "ExplicitlyDenied": "explicit-deny",
    "ImplicitlyDenied": "implicit-deny",
    "Unknown": "unknown",
}
_GATES = {
    "allow": "allows",
    "explicit-deny": "explicit deny",
    "implicit-deny": "no allow",
    "not-applicable": "does not apply",
    "unknown": "not known",
}
_MARKS = {"yes": "✓", "no": "✗", "unknown": "?"}
_LONGEST_DIFF = 400


class Row(msgspec.Struct, frozen=True):
    """A row of text and its kind: of a diff `plus`, `minus`, `place` or ``; of a document its line number."""

    text: str
    kind: str = ""
    number: int = 0


def diff_rows(diff: str) -> tuple[Row, ...]:
    """Return a unified diff row by row, without its two lines of names."""
    kinds = {"+": "plus", "-": "minus", "@": "place"}
    rows = [Row(row, kinds.get(row[:1], "")) for row in diff.split("\n")[2:]]
    if len(rows) <= _LONGEST_DIFF:
        return tuple(rows)
    return (*rows[:_LONGEST_DIFF], Row(f"… {len(rows) - _LONGEST_DIFF} more rows", "place"))


def numbered(lines: Lines) -> Iterator[Row]:
    """Yield the lines of a statement with their numbers."""
    for number, text in enumerate(lines.text.split("\n"), lines.first):
        yield Row(text, number=number)


def missing_boxes(report: Report) -> tuple[Box, ...]:
    """Return the kinds of policy without which the decision cannot be known."""
    missing = {need.gate for need in report.explanation.needs if need.what == "policy"}
    return tuple(box for box in BOXES if box.gate in missing)


def _drafts(remedy: Remedy, why: Explanation) -> tuple[Draft, ...]:
    """Return the changes of a remedy in the shape of a diagnosis, in their order."""
    return proved_drafts(remedy, why.principal, why.action, why.resource)


def _document(change: Change) -> str:
    return pretty(change.after) if change.after is not None else ""


VIEW = {
    "decision_words": _DECISIONS,
    "decision_meanings": _MEANINGS,
    "decision_gates": _OUTCOMES,
    "gate_decisions": _GATES,
    "match_marks": _MARKS,
    "gates_with_principal": {gate.name for gate in GATES if gate.with_principal},
    "diff_rows": diff_rows,
    "drafts_of": _drafts,
    "numbered": numbered,
    "new_document": _document,
    "pretty": pretty,
}
