"""A plan: what happens to which resources. Its values are kept packed, since a plan may have thousands of resources."""

import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from sys import intern
from typing import Any

import msgspec

__all__ = ["Action", "Module", "Plan", "Provider", "Resource", "as_before", "objects_in", "pack", "resource_of"]

Action = str
"""`create`, `read`, `update`, `delete` or `no-op`."""
# Values that are held unpacked: calls are worked out resource by resource, with what these refer to.
_HELD = 128


def pack(value: object) -> bytes:
    """Return a JSON value in little room; what YAML has besides (dates) becomes text."""
    return zlib.compress(json.dumps(value, default=str).encode(), 1)


@lru_cache(_HELD)
def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))


def objects_in(raw: object) -> list[dict[str, Any]]:
    """Return the objects of a list, as a block that may be repeated is written; [] for anything else."""
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []


class Provider(msgspec.Struct, frozen=True):
    """A provider of the configuration. region: "" where it is not written, `*` where it is not known. role: the ARN of
    the role that it assumes, "" for none, `*` for one that the plan does not tell. asks_identity: it asks STS who it
    is."""

    region: str = ""
    role: str = ""
    asks_identity: bool = True


_USUAL = "aws"


class Module(msgspec.Struct, frozen=True):
    """A module's configuration. written: packed, the expressions of its resources by `type.name` (data sources:
    `data.type.name`). arguments: the expressions that its caller gives for its variables. outputs: the expressions of
    its outputs. path: its address without indexes, "" for the root. providers: the keys of the providers of its
    resources, by the same names; the one without alias is left out."""

    path: str
    written: Mapping[str, bytes]
    arguments: Mapping[str, object]
    outputs: Mapping[str, object]
    providers: Mapping[str, str] = {}

    def expressions(self, name: str) -> Mapping[str, object]:
        """Return the expressions of a resource; {} for one that is not there."""
        packed = self.written.get(name)
        found: Mapping[str, object] = _unpacked(packed) if packed else {}
        return found


class Resource(msgspec.Struct, frozen=True, gc=False):
    """A resource (or data source, `is_data`) and what happens to it; made by `resource_of`.

    address: as Terraform prints it. kind: its type. module: the address of its module without indexes. actions: in
    order. packed: its values. importing: it is taken into the state. refreshed: it is read before anything else."""

    address: str
    kind: str
    name: str
    module: str
    is_data: bool
    actions: tuple[Action, ...]
    packed: bytes
    importing: bool = False
    refreshed: bool = False

    @property
    def written_as(self) -> str:
        """Its name in its module's configuration, `type.name` or `data.type.name`."""
        return f"{'data.' if self.is_data else ''}{self.kind}.{self.name}"

    @property
    def before(self) -> Mapping[str, object]:
        """Its values before the change, {} for none."""
        return self._part(0)

    @property
    def after(self) -> Mapping[str, object]:
        """Its values after the change, {} for none."""
        return self._part(1)

    @property
    def unknown(self) -> Mapping[str, object]:
        """What is known after apply only."""
        return self._part(2)

    @property
    def values(self) -> Mapping[str, object]:
        """What is known of it: after the change, or before where it goes."""
        return self.after or self.before

    def _part(self, at: int) -> Mapping[str, object]:
        found: Mapping[str, object] = _unpacked(self.packed)[at]
        return found


def as_before(resource: Resource) -> Resource:
    """Return a resource as it is before the change: what is replaced may have another name then."""
    before = resource.before
    return msgspec.structs.replace(resource, packed=pack((before, {}, {}))) if before else resource


def resource_of(
    address: str,
    kind: str,
    name: str,
    module: str,
    actions: tuple[Action, ...],
    values: tuple[Mapping[str, object], Mapping[str, object], Mapping[str, object]],
    *,
    is_data: bool = False,
    importing: bool = False,
    refreshed: bool = False,
) -> Resource:
    """Return a resource. values: before, after, and what is known after apply only."""
    return Resource(
        address, intern(kind), name, intern(module), is_data, _same(actions), pack(values), importing, refreshed
    )


@lru_cache(64)
def _same(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Return an equal tuple that others share."""
    return actions


class Plan(msgspec.Struct, frozen=True):
    """A plan. resources: in its order, those of AWS's provider. foreign: types of others, which are not looked at.
    providers: by their key in the configuration, `aws` the one without alias."""

    resources: tuple[Resource, ...]
    modules: Mapping[str, Module]
    foreign: tuple[str, ...]
    providers: Mapping[str, Provider]
    terraform_version: str

    def provider_of(self, resource: Resource | None) -> Provider:
        """Return the provider of a resource; None is for the one without alias, which has those, too, that the
        configuration has no more."""
        key = _USUAL
        if resource is not None and (module := self.modules.get(resource.module)) is not None:
            key = module.providers.get(resource.written_as, _USUAL)
        return self.providers.get(key) or Provider()
