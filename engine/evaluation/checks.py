"""Whether a request can be made at all, and what else it asks for: said beside the answer, which is about the request
as it was written.

Sources: Service Authorization Reference (engine/policy/reference.py): actions and their resource types; the services'
permission pages for operations whose action has another name, and botocore's models for roles that are passed along
(engine.messages.operations)."""

import difflib
from functools import cache

from whydenied.engine.evaluation.request import Request
from whydenied.engine.messages.operations import actions_for, hands_over_role
from whydenied.engine.policy.names import Names
from whydenied.engine.policy.validation import may_match

__all__ = ["impossible", "request_checks"]


def request_checks(request: Request) -> tuple[str, ...]:
    """Say, in whole sentences, what is odd about a request or missing from it; nothing for one that is whole."""
    names = _names()
    service, _, name = request.action.partition(":")
    if not names.service(service):
        return (f"There is no service prefix `{service[:80]}`.{_hint(service, names.services())}",)
    patterns = names.resources(request.action)
    if patterns is None:
        return (_no_action(request.action, service.lower(), name, names),)
    found = [_resource(request, patterns)]
    several = names.required(request.action)
    if len(several) > 1:
        kinds = ", ".join(several[:8])
        found.append(
            f"One call of {request.action} may use several resources ({kinds}), and each is checked; this answer is "
            "about one."
        )
    if hands_over_role(name, service.lower()):
        found.append(f"{request.action} with a role also needs iam:PassRole on that role.")
    return tuple(filter(None, found))


def impossible(request: Request) -> str:
    """Say, in whole sentences, why AWS never asks about such a request: there is no such action, or it acts on other
    resources; "" where it may. A service that nothing in the reference resembles may be too new for it."""
    names = _names()
    service, _, name = request.action.partition(":")
    if not names.service(service):
        hint = _hint(service, names.services())
        return f"There is no service prefix `{service[:80]}`.{hint}" if hint else ""
    patterns = names.resources(request.action)
    if patterns is None:
        return _no_action(request.action, service.lower(), name, names)
    text = request.resource.text
    # Denials name ARNs for some actions that have no resource types by the reference; and a blank is to be filled in.
    return _resource(request, patterns) if patterns and text != "*" and "<" not in text else ""


def _no_action(action: str, service: str, name: str, names: Names) -> str:
    needed = actions_for(name, service)
    if needed and needed != (action,):
        return f"There is no action `{action}`: the operation {name} needs {' and '.join(needed)}."
    close = [f"{service}:{one}" for one in names.actions(service)]
    return f"There is no action `{action}`.{_hint(action, close)}"


def _resource(request: Request, patterns: tuple[str, ...]) -> str:
    """Say what is wrong with the resource of an action that exists."""
    text = request.resource.text
    if not patterns:
        return "" if text == "*" else f"{request.action} has no resource types: its resource is `*`, and no ARN."
    if text == "*":
        return f"{request.action} acts on a resource (`{patterns[0]}`); this answer is about one that nobody named."
    if any(may_match(text, pattern) for pattern in patterns):
        return ""
    own = sorted(patterns, key=lambda one: one.split(":")[2:3] != [request.service])
    named = ", ".join(f"`{one}`" for one in own[:4])
    return f"`{text[:200]}` is no resource of {request.action}; those are {named}."


def _hint(word: str, words: list[str]) -> str:
    by_lower = {one.lower(): one for one in words}
    close = difflib.get_close_matches(word.lower()[:128], list(by_lower), 1, 0.7)
    return f" Did you mean `{by_lower[close[0]]}`?" if close else ""


@cache
def _names() -> Names:
    return Names()
