"""The calls of KMS that a service makes with the caller's own permissions, and which are then refused next.

Data: data/forwarded.json, which names its source; by action, in lower case."""

from functools import cache
from pathlib import Path

import msgspec

__all__ = ["forwarded_calls", "next_refusal"]


class _Table(msgspec.Struct):
    source: str
    calls: dict[str, list[str]]


def next_refusal(action: str) -> str:
    """Return a sentence on what may be refused once this action is allowed; "" where nothing is passed on."""
    calls = _table().get(action.lower())
    if not calls:
        return ""
    told = " and ".join(f"`{call}`" for call in calls)
    return f"If it is encrypted with a KMS key of your own, {told} on that key may be refused next: allow that too."


def forwarded_calls(action: str) -> tuple[str, ...]:
    """Return the actions of KMS that a service needs of the caller for an action, where a key of its own is used."""
    return tuple(_table().get(action.lower(), ()))


@cache
def _table() -> dict[str, list[str]]:
    data = (Path(__file__).parent / "data" / "forwarded.json").read_bytes()
    return msgspec.json.decode(data, type=_Table).calls
