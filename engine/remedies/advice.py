"""What the caller can do without any change of a policy: meet a condition, get a new session, come from elsewhere."""

from engine.evaluation.evaluate import Evaluation
from engine.policy.statement import ConditionAnswer

__all__ = ["advice_for"]

_MAX = 8


def advice_for(evaluation: Evaluation) -> tuple[str, ...]:
    """Return advice, in sentences, for an evaluation that was made with `explain=True`."""
    lines: list[str] = []
    for answer in evaluation.blocking:
        for trace in answer.traces:
            match = trace.match
            failing = [one for one in match.conditions if one.holds is False]
            elements = bool(match.grade) and match.resource is not False
            where = f"{trace.statement.label} of `{trace.document.name}`"
            if trace.statement.allow and elements and failing:
                lines.append(f"{where} would allow it if {_and(failing)}.")
            elif not trace.statement.allow and match.outcome and match.conditions:
                lines.append(f"{where} would not deny it if it did not hold that {_and(list(match.conditions))}.")
    if not evaluation.request.same_account and evaluation.request.caller.account:
        lines.append(
            "A role in the account that owns the resource needs no cross-account permission: assume one there."
        )
    return tuple(f"{line[0].upper()}{line[1:]}" for line in dict.fromkeys(lines))[:_MAX]


def _and(answers: list[ConditionAnswer]) -> str:
    return " and ".join(answer.condition.phrase() for answer in answers)
