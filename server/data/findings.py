"""Diagnoses and findings as plain data: one shape for the API, the command line, the wizard and assistants' tools."""

from typing import TYPE_CHECKING, cast

from server.data.links import article_link
from server.diagnosis.note import plain_note
from server.diagnosis.report import Cause, Report, Result

if TYPE_CHECKING:
    # Not for the command line: the types of the whole API take in the evaluator.
    from server.data import shapes

__all__ = ["denial_data", "finding_data", "report_data"]


def report_data(report: Report) -> "shapes.Diagnosis":
    """Return a diagnosis as data. The paste itself is not repeated."""
    return {
        "recognised": report.recognised,
        "answered_by": cast("shapes.Answered", report.answered_by),
        "secrets": list(report.secrets),
        "left_out": report.left_out,
        "denials": [denial_data(result) for result in report.results],
    }


def denial_data(result: Result) -> "shapes.Denial":
    """Return one denial as data: its causes best first, then those ruled out."""
    causes = [*result.causes, *result.ruled_out]
    return {
        "error": cast("shapes.Error", result.error.as_dict()),
        "findings": [finding_data(cause) for cause in causes],
        "articles": [article_link(cause.article) for cause in causes],
        "handoff": plain_note(result),
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
