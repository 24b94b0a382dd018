"""What to do next with a diagnosis, as steps that a program or an assistant can follow without reading prose.

An assistant applies the statement that is given, or hands it to its owner, or puts a question, and then stops: it
never tries wider permissions or another identity. The order is that of the answers.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from whydenied.engine.drafts.record import Draft
from whydenied.server.diagnosis.answer import Answer, answers_of, change_words
from whydenied.server.diagnosis.report import Report

if TYPE_CHECKING:
    # Not for the command line: the types of the whole API take in the evaluator.
    from whydenied.server.data import shapes

__all__ = ["next_steps"]

# Policies that the caller's own team may hold. The others are guardrails: their owner decides, whoever asks.
_OWN = ("identity", "trust", "resource")
_AGAIN = (
    "Repeat the call once. If it is refused again, diagnose the new message; do not widen the statement, and do not "
    "try other credentials."
)
_UNKNOWN = "This is no AWS denial that is known here: change no policy for it."
_NOTHING_REFUSED = "AWS refused no permission here: change no policy for it."


def next_steps(report: Report) -> "list[shapes.NextStep]":
    """Return the steps of a diagnosis; the last one says when to stop."""
    if not report.recognised:
        return [_step("stop", _UNKNOWN)]
    answers = answers_of(report)
    steps = [step for answer in answers for step in _steps(answer)]
    refused = any(answer.first.is_denial for answer in answers)
    return [*steps, _step("stop", _AGAIN if refused else _NOTHING_REFUSED)]


def _steps(answer: Answer) -> "Iterator[shapes.NextStep]":
    numbers = [result.number for result in answer.results]
    cause, change = answer.cause, answer.change
    if cause is None or not answer.first.is_denial:
        return
    if answer.is_open:
        yield _step("answer_question", "The text does not say why: ask what tells the causes apart.", denials=numbers)
    owner = (change.owner if change else "") or cause.owner
    if change is not None and _can_be_applied(change) and not answer.is_open:
        say = f"{change_words(change)}, exactly as it is, if the policy is yours to change and your user agrees."
        yield _step("apply", say, owner, change.target, change.statements, numbers)
    note = "Hand this denial's `handoff` to its owner"
    yield _step("ask_owner", f"{note}: {owner}." if owner else f"{note}.", owner, denials=numbers)


def _can_be_applied(change: Draft) -> bool:
    if not change.statements or change.blanks or change.dangers:
        return False
    return change.gate in _OWN and change.kind in ("allow", "trust")


def _step(
    kind: "shapes.StepKind",
    say: str,
    owner: str = "",
    target: str = "",
    statements: tuple[dict[str, object], ...] = (),
    denials: list[int] | None = None,
) -> "shapes.NextStep":
    return {
        "kind": kind,
        "say": say,
        "owner": owner,
        "target": target,
        "statements": list(statements),
        "denials": denials or [],
    }
