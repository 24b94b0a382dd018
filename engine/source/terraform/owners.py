"""Which block defines the role, user, bucket, queue or key that an ARN names."""

from collections.abc import Iterator

import msgspec

from whydenied.engine.source.edit import Unplaced
from whydenied.engine.source.names import UNKNOWN
from whydenied.engine.source.terraform.modules import Module, Resource, resources
from whydenied.engine.source.terraform.state import Address
from whydenied.engine.source.terraform.values import Each, Reference, text_of

__all__ = ["defined", "looked_up", "of_service", "same_block"]


def defined(roots: list[Module], known: list[Address], type_: str, name: str, arn: str) -> Resource | Unplaced:
    """Return the block that makes the thing of this name.

    A state or plan decides where it holds the name; else a name that is written in full, else one of which a part is
    known. Two blocks that fit alike are not chosen between."""
    candidates = [one for root in roots for module in root.walk() for one in resources(module, type_)]
    candidates += [known_one for one in candidates if one.is_vague for known_one in _by_state(one, known)]
    in_state = [one for one in candidates if _in_state(one, known, name, arn)]
    by_name = ([one for one in candidates if one.name.fit(name) == fit] for fit in (3, 1))
    for found in map(_distinct, (in_state, *by_name)):
        if len(found) == 1:
            return found[0] if not found[0].is_vague else _vague(found[0], name)
        if found:
            places = tuple(f"{one.block.file.path}:{one.block.line}" for one in found)
            return Unplaced(f"{len(found)} blocks may define `{name}`", places)
    return Unplaced(f"no block here defines `{name}`")


def looked_up(roots: list[Module], type_: str, name: str) -> Resource | None:
    """Return the one data source that looks up the thing of this name; None where there is none, or several."""
    found = [
        Resource(module, block, None)
        for root in roots
        for module in root.walk()
        for block in module.blocks
        if block.kind == "data" and block.labels[:1] == (type_,)
    ]
    named = _distinct([one for one in found if one.name.fit(name) == 3 and not one.is_vague])
    return named[0] if len(named) == 1 else None


def of_service(roots: list[Module], type_: str, service: str) -> list[Resource]:
    """Return the blocks of a type whose `service_name` ends in this service, as that of an endpoint does."""
    found = [one for root in roots for module in root.walk() for one in resources(module, type_)]
    return _distinct([one for one in found if _is_of(one.value("service_name"), service)])


def _is_of(value: object, service: str) -> bool:
    if value is None or isinstance(value, tuple | dict):
        return False
    end = text_of(value).parts[-1:]  # type: ignore[arg-type]
    return bool(end and end[0] and end[0].endswith(f".{service}"))


def same_block(resource: Resource, value: object) -> bool:
    """Tell whether a value refers to this resource: by reference, or by its full name."""
    if isinstance(value, Reference):
        same = value.block.node == resource.block.node and value.block.file.path == resource.block.file.path
        return same and (resource.key is None or value.key in (None, resource.key))
    if isinstance(value, tuple):
        return any(same_block(resource, one) for one in value)
    if isinstance(value, dict) or value is None:
        return False
    name = resource.name.exact
    return name is not None and text_of(value).exact == name  # type: ignore[arg-type]


def _in_state(resource: Resource, known: list[Address], name: str, arn: str) -> bool:
    type_, label = resource.block.labels[:2]
    return not resource.is_vague and any(
        one.type == type_
        and one.name == label
        and one.module == resource.module.address
        and (resource.key is None or one.key in ("", resource.key))
        and (arn in one.ids or name in one.ids)
        for one in known
    )


def _by_state(resource: Resource, known: list[Address]) -> Iterator[Resource]:
    """Yield the instances of a block that a state or plan knows, where the files do not tell their keys."""
    counted = "count" in resource.block.attributes
    for one in known:
        if (one.module, one.type, one.name) == (resource.module.address, *resource.block.labels[:2]) and one.key:
            yield msgspec.structs.replace(resource, each=Each(one.key, UNKNOWN, counted))


def _vague(resource: Resource, name: str) -> Unplaced:
    where = f"{resource.block.file.path}:{resource.block.line}"
    return Unplaced(
        f"`{resource.block.address}` makes several, and it is not known which of them is `{name}`", (where,)
    )


def _distinct(found: list[Resource]) -> list[Resource]:
    """Keep one of each block and key: a module that is read with two files of variables is still one module."""
    kept: dict[tuple[str, int, str], Resource] = {}
    for one in found:
        kept.setdefault((one.block.file.path, one.block.node.start_byte, one.key or ""), one)
    return list(kept.values())
