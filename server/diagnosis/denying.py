"""What a decoded authorization message tells of the Deny that matched, in sentences for who has to meet or find it."""

from collections.abc import Iterator, Sequence

from whydenied.engine.messages.decoded import Decoded, Matched
from whydenied.engine.secrets.sign import shown

__all__ = ["denying_words"]

_SHOWN = 4
_TAG = ("aws:RequestTag/", "aws:ResourceTag/", "aws:PrincipalTag/")


def denying_words(decoded: Decoded) -> tuple[str, ...]:
    """Return the sentences, with names marked as code: the statement, what it is about, its conditions, the way out."""
    return tuple(sentence for one in decoded.statements for sentence in _words(one, decoded))


def _words(one: Matched, decoded: Decoded) -> Iterator[str]:
    called = f"`{_clean(one.sid)}`" if one.sid else "without a Sid"
    look = "Look for it" if one.sid else "Look for a Deny on these actions"
    yield (
        f"The Deny that matched is the statement {called}. {look} in the caller's policies and its boundary, in the "
        "resource's policy, and in the organization's SCPs and RCPs: the message does not say which."
    )
    if one.actions:
        yield f"It denies {_list(one.actions)} on {_list(one.resources) or 'everything'}."
    for key, values in one.conditions.items():
        sent = _sent(key, values, decoded)
        yield f"It looks at `{_clean(key)}`, compared with {_list(values)}{f': {sent}' if sent else ''}."
    if one.conditions:
        if not decoded.is_whole:
            yield "Your paste ends before all that the request carried: paste the message whole to see it beside this."
        yield (
            "A Deny matches only while all of its conditions hold: change the request so that one no longer does, "
            "before you ask for an exception."
        )


def _sent(key: str, values: Sequence[str], decoded: Decoded) -> str:
    sent = next((found for name, found in decoded.sent.items() if name.lower() == key.lower()), None)
    if sent is not None:
        return f"the request has {_list(sent)}"
    if not decoded.is_whole:
        return ""
    if key.startswith(_TAG) and [value.lower() for value in values] == ["true"]:
        return f"the request has no tag `{_clean(key.partition('/')[2])}`, and this seems to ask for one"
    return "the request has none"


def _list(values: Sequence[str]) -> str:
    named = ", ".join(f"`{_clean(value)}`" for value in values[:_SHOWN])
    return named + (f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else "")


def _clean(text: str) -> str:
    return shown(" ".join(text.split())).replace("`", "")
