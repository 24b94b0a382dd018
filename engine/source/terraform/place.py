"""Where a statement belongs in a Terraform configuration: a document of the owner's own, else a new resource."""

from collections.abc import Iterator

import msgspec

from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.forms.names import holder_name, holding_service
from whydenied.engine.forms.terraform_types import (
    ENDPOINT,
    IDENTITIES,
    PERMISSION_SET,
    RESOURCES,
    UNSAFE_ALONE,
    Identity,
    PolicyHolder,
)
from whydenied.engine.source.edit import SourceEdit, Unplaced, Wanted
from whydenied.engine.source.files import SourceTree
from whydenied.engine.source.terraform.candidates import (
    Candidate,
    doubtful_policies,
    exclusive_list,
    identity_candidates,
    named_candidates,
    own_document,
    resource_candidates,
)
from whydenied.engine.source.terraform.foreign import in_foreign_module
from whydenied.engine.source.terraform.fresh import new_identity_policy, new_resource_policy
from whydenied.engine.source.terraform.modules import Module, Resource, is_several, resources, root_modules
from whydenied.engine.source.terraform.owners import defined, looked_up, of_service
from whydenied.engine.source.terraform.policies import with_statement
from whydenied.engine.source.terraform.state import Address, addresses
from whydenied.engine.source.terraform.values import Reference

__all__ = ["place_in_terraform"]


class _Config(msgspec.Struct, frozen=True):
    roots: list[Module]
    known: list[Address]


def place_in_terraform(tree: SourceTree, wanted: Wanted) -> SourceEdit | Unplaced:
    """Return the edit that adds the statement, or why none can be made without guessing."""
    config = _Config(root_modules(tree), addresses(tree))
    if not config.roots:
        return Unplaced("there is no Terraform here")
    if wanted.gate == "permission-set":
        return _in_holder(config, wanted, PERMISSION_SET, wanted.resource, wanted.resource)
    target = parse_arn(wanted.resource if _names_its_policy(wanted) else wanted.principal)
    if target is None:
        return Unplaced("the message names no ARN to look for")
    if wanted.gate == "identity":
        return _in_identity(config, wanted, target)
    if wanted.gate == "endpoint":
        return _in_endpoint(config, wanted, target.service)
    if wanted.gate == "trust":
        return _in_document(config, wanted, target, "aws_iam_role", "assume_role_policy")
    if wanted.gate == "boundary" and not wanted.resource:
        return _in_boundary_of(config, wanted, target)
    if wanted.gate == "boundary":
        return _in_document(config, wanted, target, "aws_iam_policy", "policy")
    return _in_resource(config, wanted, target)


def _names_its_policy(wanted: Wanted) -> bool:
    """Tell whether what has the policy is the resource, and not the principal."""
    return bool(wanted.resource) and wanted.gate != "identity"


def _in_boundary_of(config: _Config, wanted: Wanted, target: Arn) -> SourceEdit | Unplaced:
    """Add to the policy that a role or user has as its boundary."""
    kind = IDENTITIES.get(target.kind)
    name = holder_name(target)
    owner = defined(config.roots, config.known, kind.owner, name, _iam_arn(target, name)) if kind else None
    if not isinstance(owner, Resource):
        return owner or Unplaced(f"`{target}` is neither a role nor a user")
    boundary = owner.value("permissions_boundary")
    if not isinstance(boundary, Reference) or boundary.block.labels[:1] != ("aws_iam_policy",):
        where = f"{owner.block.file.path}:{owner.block.line}"
        return Unplaced(f"the boundary of `{owner.block.address}` is not defined here", (where,))
    policy = Resource(boundary.module, boundary.block, None)
    if policy.is_vague:
        where = f"{policy.block.file.path}:{policy.block.line}"
        return Unplaced(f"`{policy.block.address}` makes several", (where,))
    edit = _own(own_document(config.roots, policy, "policy"), policy, wanted)
    if isinstance(edit, SourceEdit):
        edit = msgspec.structs.replace(edit, notes=(*edit.notes, *_bounded_too(config, boundary, owner)))
    return edit


def _bounded_too(config: _Config, boundary: Reference, owner: Resource) -> Iterator[str]:
    """Say whose limit a change of a boundary raises besides."""
    others = [
        one.block.address
        for root in config.roots
        for module in root.walk()
        for one in resources(module, *(kind.owner for kind in IDENTITIES.values()))
        if isinstance(value := one.value("permissions_boundary"), Reference)
        and value.block.node == boundary.block.node
        and (one.block.node != owner.block.node or is_several(one.module, one.block))
    ]
    if others:
        named = ", ".join(f"`{one}`" for one in dict.fromkeys(others))
        yield f"`{boundary.block.address}` is the boundary of {named} too: this raises that limit as well"


def _in_endpoint(config: _Config, wanted: Wanted, service: str) -> SourceEdit | Unplaced:
    """Add to the policy of the one endpoint for a service; none for it lets everything through."""
    found = of_service(config.roots, ENDPOINT.owner, service)
    places = tuple(f"{one.block.file.path}:{one.block.line}" for one in found)
    if len(found) != 1 or found[0].is_vague:
        several = f"{len(found)} blocks may be the VPC endpoint for {service}"
        return Unplaced(several if found else f"no block here is a VPC endpoint for {service}", places)
    (owner,) = found
    candidates = resource_candidates(config.roots, owner, ENDPOINT)
    if not candidates:
        return Unplaced(f"`{owner.block.address}` has no policy here, and without one lets everything through", places)
    return _own(candidates[0], owner, wanted)


def _in_identity(config: _Config, wanted: Wanted, target: Arn) -> SourceEdit | Unplaced:
    kind = IDENTITIES.get(target.kind)
    if kind is None:
        return Unplaced(f"`{target}` is neither a role nor a user")
    name = holder_name(target)
    owner = defined(config.roots, config.known, kind.owner, name, _iam_arn(target, name))
    if isinstance(owner, Unplaced) and not owner.places:
        owner = in_foreign_module(config.roots, name, "identity") or looked_up(config.roots, kind.owner, name) or owner
    if isinstance(owner, Unplaced):
        return owner if owner.places else _named_only(config, kind, wanted, name) or owner
    candidates = identity_candidates(config.roots, owner, kind)
    own = [one for one in candidates if one.exclusive]
    if own:
        return _edited(_best(own, wanted), wanted)
    listed = exclusive_list(config.roots, owner)
    if listed is not None:
        what = listed.address if listed != owner.block else f"inline_policy` of `{owner.block.address}"
        return Unplaced(f"`{what}` is the list of all its inline policies", (f"{listed.file.path}:{listed.line}",))
    return new_identity_policy(config.roots, owner, kind, name, wanted.statement)


def _named_only(config: _Config, kind: Identity, wanted: Wanted, name: str) -> SourceEdit | Unplaced | None:
    """Add to the policy of a role or user that is only named here, where one folder alone has such a policy."""
    found = named_candidates(config.roots, kind, name)
    if len({one.holder.file.folder for one in found}) > 1:
        places = tuple(f"{one.holder.file.path}:{one.holder.line}" for one in found)
        return Unplaced(f"policies of `{name}` are in several folders", places)
    return _edited(_best(found, wanted), wanted) if found else None


def _in_document(config: _Config, wanted: Wanted, target: Arn, type_: str, attribute: str) -> SourceEdit | Unplaced:
    owner = defined(config.roots, config.known, type_, target.name, str(target))
    if isinstance(owner, Unplaced):
        return in_foreign_module(config.roots, target.name, "trust") or owner
    return _own(own_document(config.roots, owner, attribute), owner, wanted)


def _in_resource(config: _Config, wanted: Wanted, target: Arn) -> SourceEdit | Unplaced:
    kind = RESOURCES.get(holding_service(target))
    if kind is None:
        return Unplaced(f"policies of `{target.service}` are not looked for in Terraform")
    return _in_holder(config, wanted, kind, holder_name(target), str(target))


def _in_holder(config: _Config, wanted: Wanted, kind: PolicyHolder, name: str, arn: str) -> SourceEdit | Unplaced:
    owner = defined(config.roots, config.known, kind.owner, name, arn)
    if isinstance(owner, Unplaced):
        return in_foreign_module(config.roots, name, "resource") or owner
    candidates = resource_candidates(config.roots, owner, kind)
    if candidates:
        return _own(candidates[0], owner, wanted)
    doubtful = tuple(f"{block.file.path}:{block.line}" for block in doubtful_policies(config.roots, owner, kind))
    if doubtful:
        return Unplaced(f"`{owner.block.address}` may have a policy already", doubtful)
    if kind.policy in UNSAFE_ALONE:
        where = f"{owner.block.file.path}:{owner.block.line}"
        why = f"the policy of `{owner.block.address}` is not in this source: a new one would replace it"
        return Unplaced(why, (where,))
    return new_resource_policy(owner, kind, wanted.statement)


def _own(candidate: Candidate | None, owner: Resource, wanted: Wanted) -> SourceEdit | Unplaced:
    where = f"{owner.block.file.path}:{owner.block.line}"
    if candidate is None or candidate.document is None:
        return Unplaced(f"the policy of `{owner.block.address}` is made in a way that cannot be added to", (where,))
    if not candidate.exclusive:
        return Unplaced(f"the document of `{owner.block.address}` is used by others too", (where,))
    return _edited(candidate, wanted)


def _best(candidates: list[Candidate], wanted: Wanted) -> Candidate:
    """Take the document that speaks of the service already, else the first."""
    actions = wanted.statement.get("Action", [])
    services = {one.partition(":")[0].lower() for one in ([actions] if isinstance(actions, str) else actions)}
    return next((one for one in candidates if one.document and one.document.services & services), candidates[0])


def _edited(candidate: Candidate, wanted: Wanted) -> SourceEdit:
    assert candidate.document is not None
    splices = with_statement(candidate.document, wanted.statement)
    path = splices[0].path
    block = candidate.holder
    line = block.line if block.file.path == path else 1
    return SourceEdit(path, line, block.address, splices, candidate.notes)


def _iam_arn(target: Arn, name: str) -> str:
    if target.kind != "assumed-role":
        return str(target)
    return f"arn:{target.partition}:iam::{target.account}:role/{name}"
