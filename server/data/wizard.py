"""A step of the wizard as plain data: the JSON of the API and of the command line."""

from collections.abc import Iterable, Sequence

from whydenied.server.data import shapes
from whydenied.server.data.findings import finding_data
from whydenied.server.wizard.state import State
from whydenied.server.wizard.steps import Choice, Paste, ShownQuestion, Wizard, message_names

__all__ = ["step_data"]


def step_data(wizard: Wizard, state: State, paste: Paste | None, names: Iterable[str] = ()) -> shapes.WizardStep:
    """Return a step: the causes that are left or ruled out, and the next question or None. names: the ids under which
    answers were given."""
    shown = wizard.show(state, "", message_names(paste.error) if paste else {})
    return {
        "findings": [finding_data(cause) for cause in wizard.causes(shown)],
        "question": _question(shown.question) if shown.question else None,
        "contradictions": [
            {"facts": dict((one.one, one.other)), "because": one.because} for one in shown.step.contradictions
        ],
        "passed_over": wizard.vocabulary.passed_over(names),
    }


def _question(question: ShownQuestion) -> shapes.WizardQuestion:
    meta = question.article.meta
    separates = f" It separates “{question.separates[0]}” from “{question.separates[1]}”." if question.separates else ""
    return {
        "id": question.id,
        "text": question.article.title,
        "why": meta["why"] + separates,
        "values": [{"value": one.value, "label": one.label} for one in question.choices if one.question == question.id],
        "instead": [
            {"id": one.question, "value": one.value, "label": one.label}
            for one in question.choices
            if one.question != question.id and not one.beside
        ],
        "beside": _beside([one for one in question.choices if one.beside]),
        "command": question.command.run if question.command else None,
        "cost": meta["cost"],
    }


def _beside(choices: Sequence[Choice]) -> shapes.WizardBeside | None:
    if not choices:
        return None
    values: list[shapes.WizardValue] = [{"value": one.value, "label": one.label} for one in choices]
    return {"id": choices[0].question, "text": choices[0].beside, "values": values}
