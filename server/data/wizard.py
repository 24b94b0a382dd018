"""A step of the wizard as plain data: the JSON of the API and of the command line."""

from typing import Any

from server.wizard.state import State
from server.wizard.steps import Paste, Question, Wizard, message_names

__all__ = ["step_data"]


def step_data(wizard: Wizard, state: State, paste: Paste | None) -> dict[str, Any]:
    """Return a step: the causes as they stand, and the next question or None."""
    shown = wizard.show(state, "", message_names(paste.error) if paste else {})
    return {
        "findings": [
            {
                "cause": finding.cause,
                "certainty": finding.certainty,
                "probability": round(finding.probability, 4),
                "because": [{"text": reason.text} for reason in finding.because],
            }
            for finding in shown.step.findings
        ],
        "question": _question(shown.question) if shown.question else None,
    }


def _question(question: Question) -> dict[str, Any]:
    meta = question.article.meta
    separates = f" It separates “{question.separates[0]}” from “{question.separates[1]}”." if question.separates else ""
    return {
        "id": question.id,
        "text": question.article.title,
        "why": meta["why"] + separates,
        "values": [{"value": choice.value, "label": choice.label} for choice in question.choices],
        "command": question.command.run if question.command else None,
        "cost": meta["cost"],
    }
