"""Who was refused what, on what: read off the forms of names near a refusal in general words.

Such a refusal has no known places for its fields. A field is read only where one thing alone of its form is near.
"""

import re

from whydenied.engine.messages.operations import actions_in
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.messages.places import ARN, Place
from whydenied.engine.messages.text import beginning_in

__all__ = ["read_behind", "read_typed"]

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
    r"(?:re|pre|non|cross|self|in|un|sub|service|access|read|write|end|key|based|level)[-_]|AccessDenied", re.I
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
    window = (max(0, span[0] - _NEAR), min(len(text), span[1] + _NEAR))
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
