"""AWS's Service Authorization Reference: which actions, resource types and condition keys a service has.

Read from data/reference.msgpack (scripts/refresh_reference.py writes it), one service at a time, when it is first
asked for; nothing on the way of an evaluation needs it.
"""

import zlib
from functools import cache, cached_property
from pathlib import Path

import msgspec

__all__ = ["SERVICES", "Action", "ActionType", "ResourceType", "Service", "as_of", "service", "services"]

# The member that holds what the archive is; the others are named for their service.
SERVICES = "_services"
_DATA = Path(__file__).parent / "data" / "reference.msgpack"


class ActionType(msgspec.Struct, array_like=True, frozen=True):
    """A resource type that an action takes; required: each call needs one."""

    name: str
    required: bool
    keys: tuple[str, ...]


class Action(msgspec.Struct, array_like=True, frozen=True):
    """An action without its prefix, its access level (`Read`, `List`, `Write` …), its types and condition keys."""

    name: str
    level: str
    types: tuple[ActionType, ...]
    keys: tuple[str, ...]


class ResourceType(msgspec.Struct, array_like=True, frozen=True):
    """A resource type. arns: the forms of its ARNs, `${Partition}` and the like as the reference writes them: several
    where two versions of a service's API name it differently."""

    name: str
    arns: tuple[str, ...]
    keys: tuple[str, ...]


class Service(msgspec.Struct, array_like=True, frozen=True, dict=True):
    """What the reference has of one service."""

    actions: tuple[Action, ...]
    types: tuple[ResourceType, ...]
    keys: tuple[str, ...]

    @cached_property
    def by_name(self) -> dict[str, Action]:
        """The actions by name in lower case."""
        return {action.name.lower(): action for action in self.actions}

    @cached_property
    def types_by_name(self) -> dict[str, ResourceType]:
        """The resource types by name in lower case."""
        return {kind.name.lower(): kind for kind in self.types}


class _Head(msgspec.Struct):
    version: str
    as_of: str
    services: tuple[str, ...]


def services() -> tuple[str, ...]:
    """Return every service prefix, sorted."""
    return _head().services


def as_of() -> str:
    """Return the day of the data, `2026-10-27`."""
    return _head().as_of


@cache
def service(prefix: str) -> Service | None:
    """Return a service by its prefix in lower case; None for one that is not known."""
    return msgspec.json.decode(_member(prefix), type=Service) if prefix in _known() else None


@cache
def _known() -> frozenset[str]:
    return frozenset(services())


@cache
def _head() -> _Head:
    return msgspec.json.decode(_member(SERVICES), type=_Head)


def _member(name: str) -> bytes:
    return zlib.decompress(_archive()[name])


@cache
def _archive() -> dict[str, bytes]:
    return msgspec.msgpack.decode(_DATA.read_bytes(), type=dict[str, bytes])
