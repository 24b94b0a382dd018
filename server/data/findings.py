"""Diagnoses and findings as plain data: one shape for the API, the command line, the wizard and assistants' tools."""

from typing import TYPE_CHECKING, cast

from whydenied.engine.drafts.record import Draft
from whydenied.server.data.links import article_link
from whydenied.server.data.steps import next_steps
from whydenied.server.diagnosis.answer import answers_of
from whydenied.server.diagnosis.cause import Cause
from whydenied.server.diagnosis.note import note_of, write_notes
from whydenied.server.diagnosis.report import Report, Result

if TYPE_CHECKING:
    # Not for the command line: the types of the whole API take in the evaluator.
    from whydenied.server.data import shapes

__all__ = ["change_data", "finding_data", "report_data"]


def report_data(report: Report) -> "shapes.Diagnosis":
    """Return a diagnosis as data. The paste itself is not repeated."""
    notes = {
        result.number: write_notes([note]) if (note := note_of(answer, report)) else ""
        for answer in answers_of(report)
        for result in answer.results
    }
    return {
        "recognised": report.recognised,
        "answered_by": cast("shapes.Answered", report.answered_by),
        "secrets": list(report.secrets),
        "left_out": report.left_out,
        "changes": [change_data(change) for change in report.changes],
        "denials": [_denial(result, notes[result.number]) for result in report.results],
        "next_steps": next_steps(report),
    }


def change_data(change: Draft) -> "shapes.Change":
    """Return a change as data, with every form that its tools have."""
    # Here and not above: many answers have no change.
    from whydenied.engine.drafts.forms import forms_of

    several = len(change.statements) > 1
    return {
        "owner": change.owner,
        "gate": change.gate,
        "kind": change.kind,
        "target": change.target,
        "statement": change.statements[0] if change.statements and not several else None,
        "statements": list(change.statements),
        "fragment": change.fragment,
        "status": change.status,
        "assumes": list(change.assumes),
        "taken": list(change.taken),
        "proof": change.proof,
        "why": list(change.why),
        "notes": list(change.notes),
        "dangers": [danger.text for danger in change.dangers],
        "blanks": list(change.blanks),
        "expected": list(change.expected),
        "forms": cast("shapes.Forms", forms_of(change)),
        "denials": list(change.denials),
    }


def _denial(result: Result, note: str) -> "shapes.Denial":
    """Return one denial as data: its causes best first, then those ruled out."""
    causes = [*result.causes, *result.ruled_out]
    return {
        "error": cast("shapes.Error", result.error.as_dict()),
        "findings": [finding_data(cause) for cause in causes],
        "articles": [article_link(one) for one in (*(cause.article for cause in causes), result.set_up) if one],
        "changes": [change_data(change) for change in result.changes],
        "denying": list(result.denying),
        "handoff": note,
    }


def finding_data(cause: Cause) -> "shapes.Finding":
    """Return a cause as data, the same everywhere."""
    return {
        "cause": cause.id,
        "certainty": cause.certainty,
        "probability": round(cause.probability, 4),
        "gate": cause.gate.id,
        "because": [
            {
                "text": reason.text,
                "words": [evidence.words for evidence in reason.evidence],
                "rule": reason.rule,
                "facts": [{"name": fact.name, "value": fact.value} for fact in reason.facts],
            }
            for reason in cause.because
        ],
        "fix": cause.fix,
        "verify": cause.verify,
        "owner": cause.owner,
        "commands": [{"why": command.why, "run": command.run} for command in cause.commands],
    }
