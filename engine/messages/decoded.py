"""A decoded authorization message: which statement denied, what it looks at, and what the request carried.

Source: STS API Reference, DecodeAuthorizationMessage: the answer lists the statements that matched by their Sid, with
actions, resources and conditions, and names neither the policy nor the conditions' operators."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = ["Decoded", "Matched", "conditions_of", "keys_sent", "read_decoded"]

# A decoded message is a few KB; what follows it in a log is none of it.
_LONGEST = 40_000
_MANY = 8
_KEY = "matchedStatements"
_SENT = re.compile(
    r'"key"\s{0,80}:\s{0,80}"([^"\\]{1,200})"\s{0,80},\s{0,80}"values"\s{0,80}:\s{0,80}\{\s{0,80}"items"\s{0,80}:\s{0,80}'
    r"\[([^\]]{0,4000})\]"
)
_VALUE = re.compile(r'"value"\s{0,80}:\s{0,80}"([^"\\]{0,500})"')


class Matched(msgspec.Struct, frozen=True):
    """A statement that matched. sid: "" for none. conditions: what each key is compared with; by which operator is not
    told."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, tuple[str, ...]]


class Decoded(msgspec.Struct, frozen=True):
    """What a decoded message says. statements: the Deny statements that matched. sent: the condition keys of the
    request and their values. is_whole: the keys are all there, and the message was not cut off."""

    statements: tuple[Matched, ...]
    sent: Mapping[str, tuple[str, ...]]
    is_whole: bool


def read_decoded(text: str) -> Decoded | None:
    """Return what the decoded message of a paste says of a Deny; None where there is none, or more than one message."""
    if text.count(_KEY) != 1:
        return None
    rest = _plain(text[text.index(_KEY) + len(_KEY) :][:_LONGEST])
    found, end = _object(rest)
    statements = tuple(_matched(one) for one in _items(found) if one.get("effect", "DENY") == "DENY")[:_MANY]
    if not statements:
        return None
    context = rest.find('"context"', end)
    at = rest.find('"conditions"', context) if context >= 0 else -1
    whole, _ = _object(rest[at + len('"conditions"') :]) if at >= 0 else ({}, 0)
    sent = {key: tuple(_VALUE.findall(values)) for key, values in _SENT.findall(rest[at:] if at >= 0 else "")}
    return Decoded(statements, sent, bool(whole))


def keys_sent(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return the condition keys of the request and their values, as the one decoded message of a paste tells them."""
    if text.count(_KEY) != 1:
        return {}
    rest = _plain(text[text.index(_KEY) + len(_KEY) :][:_LONGEST])
    return {key: tuple(_VALUE.findall(values)) for key, values in _SENT.findall(rest)}


def _plain(text: str) -> str:
    """Return JSON that stood as a text within JSON, once or several times over, as it was."""
    for _ in range(3):
        if not text.startswith("\\"):
            break
        text = text.replace('\\"', '"').replace("\\\\", "\\")
    return text


def _object(text: str) -> tuple[dict[str, Any], int]:
    """Return the object behind `": `, and where it ends; ({}, 0) where it is cut off."""
    start = text.find("{", 0, 12)
    if start < 0:
        return {}, 0
    try:
        found, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        return {}, 0
    return (found, end) if isinstance(found, dict) else ({}, 0)


def conditions_of(value: object) -> dict[str, tuple[str, ...]]:
    """Return the keys and values of `conditions`, as a statement and the context of a decoded message have it."""
    return {str(item.get("key", "")): _values(item.get("values")) for item in _items(value)}


def _items(value: object) -> list[dict[str, Any]]:
    items = value.get("items") if isinstance(value, dict) else None
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _matched(one: dict[str, Any]) -> Matched:
    return Matched(
        str(one.get("statementId") or ""),
        _values(one.get("actions")),
        _values(one.get("resources")),
        conditions_of(one.get("conditions")),
    )


def _values(value: Any) -> tuple[str, ...]:
    return tuple(str(one.get("value", "")) for one in _items(value))
