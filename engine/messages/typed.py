"""Who was refused what, on what: read off the forms of names near a refusal in general words.

Such a refusal has no known places for its fields. A field is read only where one thing alone of its form is near.
"""

import re
import string
from collections.abc import Collection

from whydenied.engine.messages.operations import actions_in, is_operation, service_named
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.messages.places import ARN, Place
from whydenied.engine.messages.text import beginning_in

__all__ = ["near_to", "read_action", "read_behind", "read_call", "read_caller", "read_named", "read_typed"]

_NEAR = 300
_TRAILING = ".,:;)]}'"
_IDENTITY = re.compile(r":(?:user|role|assumed-role|federated-user)/|:root\Z")
_POLICY = re.compile(r"\Aarn:aws[\w-]{0,10}:(?:iam|organizations)::[^:]{0,20}:(?:policy|saml-provider|oidc-provider)/")
# A thing by its kind and its name: `role orders-worker`, `bucket "orders-raw"`. Without quotes a name is told from a
# word by its strokes, digits or inner capitals.
_NAMED = re.compile(
    r"\b(?P<kind>role|user|bucket|table|queue|topic|function|secret|stream|cluster|database|repository)"
    r"(?: name[d]?| called| with name)?:? ?(?:(?P<quote>[\"'])(?P<quoted>[A-Za-z0-9][\w+=,.@/-]{1,127})(?P=quote)"
    r"|(?<=[ :])(?P<bare>[A-Za-z][\w+=.@/-]{1,127}+)(?!://))",
    re.I,
)
_NAME = re.compile(r"(?=[^.]*[a-z0-9][A-Z]|\D*\d|[^-_]+[-_]\w)")
# Words with strokes that stand behind such a kind and are no names.
_NO_NAME = re.compile(
    r"(?:aws|re|pre|non|cross|self|in|un|sub|service|access|read|write|end|key|based|level)[-_]|AccessDenied", re.I
)
_WHO = frozenset({"role", "user"})


def _place(match: re.Match[str]) -> Place | None:
    """Return the name of a match of _NAMED; None where the word is none."""
    group = "quoted" if match["quoted"] else "bare"
    value = match[group].rstrip(".")
    if group == "bare" and (not _NAME.match(value) or _NO_NAME.match(value)):
        return None
    return value, match.start(group), match.start(group) + len(value)


def _named(text: str, window: tuple[int, int]) -> tuple[list[Place], list[Place]]:
    """Return the roles and users, and the other things, that a text names by their kind, each once."""
    who: dict[str, Place] = {}
    what: dict[str, Place] = {}
    for match in beginning_in(_NAMED, text, window):
        place = _place(match)
        if place:
            (who if match["kind"].lower() in _WHO else what).setdefault(place[0], place)
    return list(who.values()), list(what.values())


# The name of a call as AWS spells it; and as clients do, with a small letter, where the words say that it is one.
_CALL = re.compile(
    r"\b[A-Z](?<![\w:-][A-Z])[a-z]{2,20}[A-Z][A-Za-z0-9]{2,60}+(?![\w-])"
    r"|\b(?:(?:permissions?|privileges?|access|rights?|allowed|authori[sz](?:ed|ation)|able)\s(?:to|for|on)|call(?:ing)?)"
    r"(?:\s(?:call|perform|execute|run|use|make|do|the|[a-z0-9]{2,12}))?"
    r"\s[`'\"(]?(?P<name>[a-z]{2,20}[A-Z][A-Za-z0-9]{2,60}+)"
)
# What stands beside a name that is only a part of another; an action's has a colon before it.
_JOINING = frozenset(string.ascii_letters + string.digits + "_-")
_CLIENTS = frozenset("client svc sdk api aws".split())
_OWNER = re.compile(r"\b([A-Za-z0-9]{2,30})\.\Z")


def near_to(span: tuple[int, int], bounds: tuple[int, int]) -> tuple[int, int]:
    """Return the stretch around a refusal in which names are its own. bounds: where those beside it end and begin."""
    return max(bounds[0], span[0] - _NEAR), min(bounds[1], span[1] + _NEAR)


def read_call(text: str, window: tuple[int, int], taken: Collection[tuple[int, int]]) -> Place | None:
    """Return the one call of AWS's that a stretch of a text names; None for none or several.

    taken: the stretches that are read as something else.
    """
    found: dict[str, Place] = {}
    for match in beginning_in(_CALL, text, window):
        group = "name" if match["name"] else 0
        start, end = match.span(group)
        if is_operation(match[group]) and _is_aws_own(text, start) and not any(a < end and start < b for a, b in taken):
            found.setdefault(match[group].lower(), (match[group], start, end))
    return next(iter(found.values())) if len(found) == 1 else None


def read_named(text: str, window: tuple[int, int], action: str, taken: Collection[tuple[int, int]]) -> Place | None:
    """Return where a stretch of a text names, by itself, the call that an action is called after; None for nowhere.

    taken: the stretches that are read as something else.
    """
    name = action.partition(":")[2]
    at = text.find(name, *window) if is_operation(name) else -1
    while at >= 0:
        end = at + len(name)
        is_alone = text[at - 1 : at] != ":" and _JOINING.isdisjoint(text[at - 1 : at] + text[end : end + 1])
        if is_alone and not any(start < end and at < stop for start, stop in taken):
            return name, at, end
        at = text.find(name, end, window[1])
    return None


# Signs of a policy that was pasted beside a message: what it holds was not refused.
_POLICY_TEXT = re.compile(r"\bEffect\b|\bStatement\b|\bactions?\s?=", re.I)


def read_action(text: str, window: tuple[int, int]) -> Place | None:
    """Return the one action that a stretch of a text names; None for none or several, or beside a policy."""
    found = {match[0]: (match[0], *match.span()) for match in actions_in(text, *window)}
    return next(iter(found.values())) if len(found) == 1 and not _POLICY_TEXT.search(text, *window) else None


# `Access to Role '…'`: what was asked for.
_ASKED = re.compile(r"\b(?:to|on)\s(?:the\s)?(?:role|user)[\s:'\"]{0,3}\Z", re.I)


def read_caller(text: str, window: tuple[int, int]) -> Place | None:
    """Return the one user or role that a stretch of a text names by its ARN; None for none or several, or beside a
    policy, whose principals were not refused."""
    found: dict[str, Place] = {}
    for match in beginning_in(ARN, text, window):
        value = match[0].rstrip(_TRAILING)
        is_asked = _ASKED.search(text, max(0, match.start() - 20), match.start())
        if _IDENTITY.search(value) and not _POLICY.match(value) and not is_asked:
            found.setdefault(value, (value, match.start(), match.start() + len(value)))
    return next(iter(found.values())) if len(found) == 1 and not _POLICY_TEXT.search(text, *window) else None


def _is_aws_own(text: str, start: int) -> bool:
    """Tell whether a name is no method of a program's: nothing with a dot stands before it, or a service does."""
    owner = _OWNER.search(text, max(0, start - 32), start)
    if text[start - 1 : start] != ".":
        return True
    return owner is not None and (owner[1].lower() in _CLIENTS or service_named(owner[1]) is not None)


_ON = re.compile(r"\son\s(?:the\s|this\s)?")


def read_behind(text: str, end: int) -> Place | None:
    """Return the thing that a text names by its kind right behind an action: `s3:GetObject on bucket orders-raw`."""
    on = _ON.match(text, end)
    match = _NAMED.match(text, on.end()) if on else None
    return _place(match) if match and match["kind"].lower() not in _WHO else None


def read_typed(
    text: str, span: tuple[int, int], error: ParsedError, takes_role: bool
) -> dict[str, tuple[str, int, int]]:
    """Return the fields that the error does not have and the text around it tells, each with its place.

    span: where in the text the refusal is. takes_role: it is about a role that was to be taken on, so that the ARN of
    one is what was refused, and not who.
    """
    window = near_to(span, (0, len(text)))
    arns: dict[str, tuple[str, int, int]] = {}
    for match in beginning_in(ARN, text, window):
        value = match[0].rstrip(_TRAILING)
        if not _POLICY.match(value):
            arns.setdefault(value, (value, match.start(), match.start() + len(value)))
    callers = [place for value, place in arns.items() if _IDENTITY.search(value)]
    others = [place for value, place in arns.items() if not _IDENTITY.search(value) and "*" not in value]
    who, what = _named(text, window) if not arns else ([], [])
    callers, others = callers or who, others or what
    actions = {match[0]: (match[0], *match.span()) for match in actions_in(text, *window)}
    asked = callers if takes_role else others
    found = {
        "principal": [] if takes_role else callers,
        "resource": asked,
        "action": list(actions.values()),
    }
    return {name: places[0] for name, places in found.items() if len(places) == 1 and getattr(error, name) is None}
