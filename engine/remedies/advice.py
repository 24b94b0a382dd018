"""What the caller can do without any change of a policy: meet a condition, get a new session, come from elsewhere."""

from whydenied.engine.evaluation.answer import EXPLICIT
from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.remedies.caller import action_carries
from whydenied.engine.remedies.meet import options_for

__all__ = ["advice_for"]

_MAX = 8


def advice_for(evaluation: Evaluation) -> tuple[str, ...]:
    """Return advice, in sentences, for a denied evaluation."""
    lines: list[str] = []
    request = evaluation.request
    if request.caller.kind == "anonymous":
        lines.append(
            "The request was not signed: sign it, or use a presigned address, instead of opening it to everyone."
        )
    for answer in evaluation.blocking:
        does = "denies it where" if answer.decision == EXPLICIT else "would allow it if"
        for option in options_for(answer, evaluation)[:_MAX]:
            first = option.meetings[0]
            never = next((one.key for one in option.meetings if not action_carries(request, one.key)), "")
            why = f"; no request of {request.action} carries `{never}`, so it seems to be meant for other actions"
            lines.append(f"{first.statement} of `{first.policy}` {does} {option.phrase}{why if never else ''}.")
    if not request.same_account and request.caller.account:
        lines.append(
            "A role in the account that owns the resource needs no cross-account permission: assume one there."
        )
    return tuple(f"{line[0].upper()}{line[1:]}" for line in dict.fromkeys(lines))[:_MAX]
