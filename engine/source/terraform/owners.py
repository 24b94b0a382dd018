"""Which block defines the role, user, bucket, queue or key that an ARN names."""

from engine.source.edit import Unplaced
from engine.source.terraform.modules import Module, Resource, resources
from engine.source.terraform.state import Address
from engine.source.terraform.values import Reference, text_of

__all__ = ["defined", "same_block"]


def defined(roots: list[Module], known: list[Address], type_: str, name: str, arn: str) -> Resource | Unplaced:
    """Return the block that makes the thing of this name.

    A state or plan decides where it holds the name; else a name that is written in full, else one of which a part is
    known. Two blocks that fit alike are not chosen between."""
    candidates = [one for root in roots for module in root.walk() for one in resources(module, type_)]
    in_state = [one for one in candidates if _in_state(one, known, name, arn)]
    by_name = ([one for one in candidates if one.name.fit(name) == fit] for fit in (3, 1))
    for found in map(_distinct, (in_state, *by_name)):
        if len(found) == 1:
            return found[0]
        if found:
            places = tuple(f"{one.block.file.path}:{one.block.line}" for one in found)
            return Unplaced(f"{len(found)} blocks may define `{name}`", places)
    return Unplaced(f"no block here defines `{name}`")


def same_block(resource: Resource, value: object) -> bool:
    """Tell whether a value refers to this resource: by reference, or by its full name."""
    if isinstance(value, Reference):
        same = value.block.node == resource.block.node and value.block.file.path == resource.block.file.path
        return same and value.key in (None, resource.key)
    if isinstance(value, tuple):
        return any(same_block(resource, one) for one in value)
    if isinstance(value, dict) or value is None:
        return False
    name = resource.name.exact
    return name is not None and text_of(value).exact == name  # type: ignore[arg-type]


def _in_state(resource: Resource, known: list[Address], name: str, arn: str) -> bool:
    type_, label = resource.block.labels[:2]
    return any(
        one.type == type_
        and one.name == label
        and one.module == resource.module.address
        and one.key in ("", resource.key or "")
        and (arn in one.ids or name in one.ids)
        for one in known
    )


def _distinct(found: list[Resource]) -> list[Resource]:
    """Keep one of each block and key: a module that is read with two files of variables is still one module."""
    kept: dict[tuple[str, int, str], Resource] = {}
    for one in found:
        kept.setdefault((one.block.file.path, one.block.node.start_byte, one.key or ""), one)
    return list(kept.values())
