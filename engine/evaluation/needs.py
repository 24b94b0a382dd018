"""What would decide a request of which not everything is known, in words: `Allowed if aws:SourceIp is in
10.0.0.0/8`."""

import msgspec

from whydenied.engine.evaluation.answer import Answer, GateName
from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.evaluation.gates import title
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.scan import Determining
from whydenied.engine.evaluation.services import service_for
from whydenied.engine.policy.context import Context

__all__ = ["Need", "summary", "what_would_decide"]

# Statements of a gate, and keys of theirs, that are put into words.
_MANY = 20


class Need(msgspec.Struct, frozen=True, gc=False):
    """Something that is not known.

    gate: whose answer depends on it. what: `key` (a condition key), `policy` (a policy was not given) or `account`
    (who owns the resource). name: the key, or what to give. text: the condition under which the gate lets the request
    pass."""

    gate: GateName
    what: str
    name: str
    text: str


def what_would_decide(evaluation: Evaluation) -> tuple[Need, ...]:
    """List what is not known and matters; empty for a decision that stands."""
    if evaluation.decision == "Allowed":
        return ()
    needs: list[Need] = []
    if evaluation.decision == "Unknown" and evaluation.same_account_assumed is not None:
        needs.append(
            Need("resource", "account", "the account that owns the resource", "the caller's account owns the resource")
        )
    for answer in evaluation.open:
        if answer.missing:
            needs.append(Need(answer.gate, "policy", answer.missing, f"{answer.missing} lets it pass"))
        text = _passes(answer, evaluation.request.context)
        keys = _keys(answer.undecided[:_MANY], evaluation.request.context)[:_MANY]
        needs.extend(Need(answer.gate, "key", key, text) for key in keys)
    if evaluation.decision == "Unknown" and (grant := _grant(evaluation.request)):
        needs.append(Need("resource", "policy", grant, f"{grant} lets it pass"))
    return tuple(dict.fromkeys(needs))


def _grant(request: Request) -> str:
    """Name what must be known to say whether a grant of the service makes up for what no policy allows."""
    service = service_for(request.service)
    return "" if service.grants(request) else service.may_grant(request)


def summary(evaluation: Evaluation, needs: tuple[Need, ...]) -> str:
    """Say the outcome in one sentence."""
    request = evaluation.request
    if evaluation.decision == "Allowed":
        return "Allowed: every gate lets the request pass."
    if evaluation.refused and evaluation.decision == "ImplicitlyDenied":
        return f"Denied whatever the policies say: {evaluation.refused}."
    if evaluation.decision != "Unknown":
        names = [title(answer.gate, request) for answer in evaluation.blocking]
        kind = "an explicit Deny" if evaluation.decision == "ExplicitlyDenied" else "a missing Allow"
        return f"Denied by {kind}; blocked by {_and(names)}."
    missing = list(dict.fromkeys(need.name for need in needs if need.what != "key"))
    texts = list(dict.fromkeys(need.text for need in needs if need.what == "key"))
    sentences = []
    if texts:
        # Within an account either of the two may allow.
        word = " or " if {answer.gate for answer in evaluation.open} >= {"resource", "identity"} else " and "
        sentences.append(f"Allowed if {word.join(texts)}.")
    if missing:
        sentences.append(f"Cannot know without {_and(missing)}.")
    return " ".join(sentences)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _passes(answer: Answer, context: Context) -> str:
    """Say under which condition a gate with undecided statements lets the request pass."""
    undecided = answer.undecided[:_MANY]
    allows = [_holds(found, context) for found in undecided if found[1].allow]
    denies = [_holds(found, context) for found in undecided if not found[1].allow]
    parts = []
    if allows:
        parts.append(" or ".join(dict.fromkeys(allows)))
    parts.extend(f"not ({text})" for text in dict.fromkeys(denies))
    return " and ".join(parts)


def _holds(found: Determining, context: Context) -> str:
    """Say what must hold for a statement to apply, leaving out what is known to hold."""
    _, statement = found
    parts = [condition.phrase() for condition in statement.conditions if condition.evaluate(context) is None]
    parts.extend(
        f"{context.names.get(key, key)} makes `{pattern.text}` cover the resource"
        for pattern in statement.resources
        if (key := pattern.unknown_key(context))
    )
    more = [f"{len(parts) - _MANY} more"] if len(parts) > _MANY else []
    return " and ".join((*parts[:_MANY], *more))


def _keys(undecided: tuple[Determining, ...], context: Context) -> list[str]:
    keys: dict[str, None] = {}
    for _, statement in undecided:
        for condition in statement.conditions:
            if condition.evaluate(context) is None and (key := condition.unknown_key(context)):
                keys[key] = None
        for pattern in statement.resources:
            if key := pattern.unknown_key(context):
                keys[context.names.get(key, key)] = None
    return list(keys)
