"""The facts that follow from the fields of an error, listed once: a message and an event give the same.

A fact rests on fields, so that its source can point at where in the paste one of them was read.
"""

from collections.abc import Iterator

import msgspec

from whydenied.engine.messages import derive
from whydenied.engine.messages.parsed import ParsedError

__all__ = ["NAMES", "Derived", "derived"]


class Derived(msgspec.Struct, frozen=True, gc=False):
    """A fact's name and value, and the fields that it rests on, the most telling first."""

    name: str
    value: str
    fields: tuple[str, ...]


# What follows from who, what and on what. Worked out again wherever more of these becomes known.
NAMES = (
    "action",
    "action.known",
    "action.service",
    "action.group",
    "principal.known",
    "principal.kind",
    "principal.workload",
    "principal.expected",
    "resource.kind",
    "accounts",
)


def derived(error: ParsedError) -> Iterator[Derived]:
    """Yield what follows from the fields of an error; its names are those of NAMES."""
    principal, action = error.principal, error.action
    values: tuple[tuple[str, str | None, tuple[str, ...]], ...] = (
        ("action", action.lower() if action else None, ("action", "operation")),
        ("action.known", "yes" if action else "no", ("action", "operation")),
        ("action.service", error.service, ("action", "operation", "resource")),
        ("action.group", derive.action_group(action) if action else None, ("action", "operation")),
        ("principal.known", "yes" if principal else "no", ("principal",)),
        ("principal.kind", derive.kind_of_caller(principal) if principal else None, ("principal",)),
        ("principal.workload", derive.workload(principal) if principal else None, ("principal",)),
        ("principal.expected", "doubtful" if derive.is_doubtful(error) else "plain", ("principal",)),
        ("resource.kind", derive.resource_kind(error) if error.resource else None, ("resource",)),
        ("accounts", derive.accounts(error) if error.resource else None, ("resource",)),
    )
    for name, value, fields in values:
        if value:
            yield Derived(name, value, fields)
