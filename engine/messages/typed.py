"""Who was refused what, on what: read off the forms of names near a refusal in general words.

Such a refusal has no known places for its fields. A field is read only where one thing alone of its form is near.
"""

import re

from whydenied.engine.messages.operations import actions_in
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.messages.places import ARN

__all__ = ["read_typed"]

_NEAR = 300
_TRAILING = ".,:;)]}'"
_IDENTITY = re.compile(r":(?:user|role|assumed-role|federated-user)/|:root\Z")
_POLICY = re.compile(r"\Aarn:aws[\w-]{0,10}:(?:iam|organizations)::[^:]{0,20}:(?:policy|saml-provider|oidc-provider)/")


def read_typed(
    text: str, span: tuple[int, int], error: ParsedError, takes_role: bool
) -> dict[str, tuple[str, int, int]]:
    """Return the fields that the error does not have and the text around it tells, each with its place.

    span: where in the text the refusal is. takes_role: it is about a role that was to be taken on, so that the ARN of
    one is what was refused, and not who.
    """
    window = (max(0, span[0] - _NEAR), min(len(text), span[1] + _NEAR))
    arns: dict[str, tuple[str, int, int]] = {}
    for match in ARN.finditer(text, *window):
        value = match[0].rstrip(_TRAILING)
        if not _POLICY.match(value):
            arns.setdefault(value, (value, match.start(), match.start() + len(value)))
    callers = [place for value, place in arns.items() if _IDENTITY.search(value)]
    others = [place for value, place in arns.items() if not _IDENTITY.search(value) and "*" not in value]
    actions = {match[0]: (match[0], *match.span()) for match in actions_in(text, *window)}
    asked = callers if takes_role else others
    found = {
        "principal": [] if takes_role else callers,
        "resource": asked,
        "action": list(actions.values()),
    }
    return {name: places[0] for name, places in found.items() if len(places) == 1 and getattr(error, name) is None}
