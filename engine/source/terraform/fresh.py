"""A new resource for a policy where none of the owner's can take the statement: beside the owner, named apart."""

import json

from whydenied.engine.forms.hcl import hcl_string
from whydenied.engine.forms.names import label, policy_name
from whydenied.engine.forms.terraform import new_resource
from whydenied.engine.forms.terraform_types import Identity, PolicyHolder
from whydenied.engine.source.edit import SourceEdit, Splice, Unplaced
from whydenied.engine.source.terraform.candidates import callers_of
from whydenied.engine.source.terraform.modules import Module, Resource
from whydenied.engine.source.terraform.syntax import Block

__all__ = ["new_identity_policy", "new_resource_policy"]


def new_identity_policy(
    roots: list[Module], owner: Resource, kind: Identity, name: str, statement: dict[str, object]
) -> SourceEdit | Unplaced:
    """Return an inline policy of its own for a role or user.

    Where the owner's module is called more than once, the policy goes beside the call that makes this one, so that
    the others get nothing."""
    beside, module, reference = owner.block, owner.module, f"{_reference(owner)}.name"
    if len(callers_of(roots, owner.module)) > 1:
        call = _call_of(roots, owner.module)
        if call is None:
            where = f"{owner.block.file.path}:{owner.block.line}"
            return Unplaced(f"the module of `{owner.block.address}` makes more than this one", (where,))
        module, beside = call
        reference = hcl_string(name)
    own = _free(module, kind.inline, label(beside.labels[-1], policy_name(statement).removeprefix("allow-")))
    attributes = {"name": hcl_string(policy_name(statement)), kind.link: reference}
    text = new_resource(kind.inline, own, attributes, "policy", [statement])
    return _after(beside, text, f"{kind.inline}.{own}")


def new_resource_policy(owner: Resource, kind: PolicyHolder, statement: dict[str, object]) -> SourceEdit:
    """Return the first policy of a bucket, queue, topic …"""
    own = _free(owner.module, kind.policy, owner.block.labels[-1])
    named = ((kind.link, kind.reference), *kind.further)
    attributes = {attribute: f"{_reference(owner)}.{reference}" for attribute, reference in named}
    text = new_resource(kind.policy, own, attributes, kind.attribute, [statement])
    note = f"`{kind.policy}` replaces a policy that was made outside this source: read the present one first"
    return _after(owner.block, text, f"{kind.policy}.{own}", (note,))


def _after(block: Block, text: str, what: str, notes: tuple[str, ...] = ()) -> SourceEdit:
    end = block.node.end_byte
    rest = block.file.data[end:].lstrip(b" ")
    text += "\n" if rest[:1] == b"\n" and rest[1:2] not in (b"", b"\n", b"\r") else ""
    return SourceEdit(block.file.path, block.line, what, (Splice(block.file.path, end, end, f"\n\n{text}"),), notes)


def _reference(owner: Resource) -> str:
    if owner.key is not None:
        counted = owner.each is not None and owner.each.counted
        return f"{owner.block.address}[{owner.key if counted else json.dumps(owner.key)}]"
    return f"{owner.block.address}[0]" if "count" in owner.block.attributes else owner.block.address


def _call_of(roots: list[Module], module: Module) -> tuple[Module, Block] | None:
    """Return the caller and the one call that makes a module; None where one call makes several."""
    for root in roots:
        for caller in root.walk():
            for name, calls in caller.calls.items():
                if module in calls:
                    block = caller.block("module", (name,))
                    return (caller, block) if block is not None and len(calls) == 1 else None
    return None


def _free(module: Module, type_: str, wanted: str) -> str:
    taken = {block.labels[-1] for block in module.blocks if block.labels[:1] == (type_,)}
    number, free = 2, wanted
    while free in taken:
        free, number = f"{wanted}_{number}", number + 1
    return free
