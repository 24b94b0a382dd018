"""The documents that already speak for a role, user or resource, and whether a change in one would reach others."""

import re
from collections.abc import Iterator

import msgspec

from whydenied.engine.forms.terraform_types import Identity, PolicyHolder
from whydenied.engine.source.listing import Listing
from whydenied.engine.source.names import UNKNOWN
from whydenied.engine.source.terraform.modules import Module, Resource, is_several, resources
from whydenied.engine.source.terraform.owners import same_block
from whydenied.engine.source.terraform.policies import DataDocument, PolicyDocument, document_of
from whydenied.engine.source.terraform.syntax import Block, Node
from whydenied.engine.source.terraform.values import Reference, text_of

__all__ = [
    "Candidate",
    "callers_of",
    "doubtful_policies",
    "exclusive_list",
    "identity_candidates",
    "named_candidates",
    "own_document",
    "resource_candidates",
]


class Candidate(msgspec.Struct, frozen=True):
    """A document in the configuration. holder: the block whose policy it is; document: None where it cannot be added
    to; exclusive: it speaks for this owner alone."""

    holder: Block
    document: PolicyDocument | None
    exclusive: bool
    notes: tuple[str, ...] = ()


def identity_candidates(roots: list[Module], owner: Resource, kind: Identity) -> list[Candidate]:
    """Return the documents of a role's or user's policies: its inline ones, then the managed ones it has attached."""
    if len(callers_of(roots, owner.module)) > 1 or owner.key is not None:
        return []
    found = [*_inline(roots, owner, kind), *_inside(owner), *_managed(roots, owner, kind)]
    return [one for one in _once(found) if one.document is not None]


def resource_candidates(roots: list[Module], owner: Resource, kind: PolicyHolder) -> list[Candidate]:
    """Return the document of a resource's policy, as a list of one or none."""
    found = []
    if kind.inside and kind.inside in owner.block.attributes:
        found.append(_candidate(roots, owner, owner.block.attributes[kind.inside]))
    found += [
        _candidate(roots, one, one.block.attributes[kind.attribute])
        for one in _all(roots, kind.policy)
        if same_block(owner, one.value(kind.link)) and kind.attribute in one.block.attributes
    ]
    return _once(found)


def own_document(roots: list[Module], owner: Resource, attribute: str) -> Candidate | None:
    """Return the document in one of the owner's own attributes."""
    node = owner.block.attributes.get(attribute)
    return None if node is None else _candidate(roots, owner, node)


def exclusive_list(roots: list[Module], owner: Resource) -> Block | None:
    """Return the block that lists all inline policies of a role or user, so that Terraform removes any other."""
    for block in owner.block.blocks:
        if block.kind == "inline_policy" or (block.kind == "dynamic" and block.labels == ("inline_policy",)):
            return owner.block
    for type_, link in (
        ("aws_iam_role_policies_exclusive", "role_name"),
        ("aws_iam_user_policies_exclusive", "user_name"),
    ):
        for one in _all(roots, type_):
            if same_block(owner, one.value(link)):
                return one.block
    return None


def named_candidates(roots: list[Module], kind: Identity, name: str) -> list[Candidate]:
    """Return the inline policies for a role or user that no block here makes, but that they name in full."""
    found = [
        _candidate(roots, one, one.block.attributes["policy"])
        for one in _all(roots, kind.inline)
        if _exactly(one.value(kind.link)) == name and "policy" in one.block.attributes
    ]
    return [one for one in _once(found) if one.document is not None and one.exclusive]


def doubtful_policies(roots: list[Module], owner: Resource, kind: PolicyHolder) -> list[Block]:
    """Return the blocks that may be the owner's policy: what they are for is not known."""
    seen: dict[tuple[str, int], tuple[bool, Block]] = {}
    for one in _all(roots, kind.policy):
        value = one.value(kind.link)
        text = UNKNOWN if value is None or isinstance(value, tuple | dict) else text_of(value)
        name = owner.name.exact
        doubtful = not isinstance(value, Reference) and text.exact is None
        doubtful = doubtful and (text == UNKNOWN or name is None or bool(text.fit(name)))
        key = (one.block.file.path, one.block.node.start_byte)
        seen[key] = (doubtful and seen.get(key, (True, one.block))[0], one.block)
    return [block for doubtful, block in seen.values() if doubtful]


def _exactly(value: object) -> str | None:
    return None if value is None or isinstance(value, tuple | dict) else text_of(value).exact  # type: ignore[arg-type]


def callers_of(roots: list[Module], module: Module) -> list[Module]:
    """Return every call of a module's folder, one of a root that is read with several files of variables."""
    found: dict[tuple[str, ...], list[Module]] = {}
    for root in roots:
        calls = [one for one in root.walk() if one.folder == module.folder]
        found[root.folder,] = max(calls, found.get((root.folder,), []), key=len)
    return [one for calls in found.values() for one in calls]


def _inline(roots: list[Module], owner: Resource, kind: Identity) -> Iterator[Candidate]:
    for one in _all(roots, kind.inline):
        if same_block(owner, one.value(kind.link)) and "policy" in one.block.attributes:
            yield _candidate(roots, one, one.block.attributes["policy"])


def _inside(owner: Resource) -> Iterator[Candidate]:
    for block in owner.block.blocks:
        if block.kind == "inline_policy" and "policy" in block.attributes:
            document = document_of(owner.module, block.attributes["policy"], block.file, owner.each)
            holder = msgspec.structs.replace(block, labels=(*owner.block.labels, "inline_policy"))
            yield Candidate(holder, document, _read_once(owner.module, document))


def _managed(roots: list[Module], owner: Resource, kind: Identity) -> Iterator[Candidate]:
    """Yield the customer managed policies that are attached to the owner and to nobody else."""
    attached = [
        one.value("policy_arn")
        for type_, link in ((kind.attachment, kind.link), ("aws_iam_policy_attachment", kind.several))
        for one in _all(roots, type_)
        if same_block(owner, one.value(link))
    ]
    arns = owner.value("managed_policy_arns")
    attached += list(arns) if isinstance(arns, tuple) else []
    for reference in attached:
        if isinstance(reference, Reference) and reference.block.labels[:1] == ("aws_iam_policy",):
            policy = Resource(reference.module, reference.block, None)
            if "policy" in reference.block.attributes:
                found = _candidate(roots, policy, reference.block.attributes["policy"])
                alone = _mentions(reference.module, reference.block.address) == 1 and not _spread(roots, reference)
                yield msgspec.structs.replace(found, exclusive=found.exclusive and alone)


def _spread(roots: list[Module], reference: Reference) -> bool:
    """Tell whether the one attachment of a policy stands for several: for_each, or a list of roles."""
    for type_ in ("aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment", "aws_iam_policy_attachment"):
        for one in _all(roots, type_):
            value = one.value("policy_arn")
            if isinstance(value, Reference) and value.block.node == reference.block.node:
                names = [one.value(attribute) for attribute in ("roles", "users", "groups")]
                several = sum(len(value) for value in names if isinstance(value, tuple)) > 1
                if several or is_several(one.module, one.block):
                    return True
    return False


def _candidate(roots: list[Module], resource: Resource, node: Node) -> Candidate:
    document = document_of(resource.module, node, resource.block.file, resource.each)
    alone = not is_several(resource.module, resource.block) and len(callers_of(roots, resource.module)) == 1
    return Candidate(resource.block, document, alone and _read_once(resource.module, document))


def _read_once(module: Module, document: PolicyDocument | None) -> bool:
    """Tell whether nothing else reads the document: a data source, a local or a file may serve several policies."""
    if isinstance(document, DataDocument):
        if is_several(document.module, document.block):
            return False
        return _mentions(document.module, document.block.address) == 1
    if isinstance(document, Listing):
        if document.file.path.endswith(".tf"):
            local = _enclosing_local(module, document)
            return local is None or _mentions(module, f"local.{local}") == 1
        name = document.file.path.rpartition("/")[2]
        files = module.project.tree.ending(".tf")
        return sum(len(re.findall(rf"(?<![\w.-]){re.escape(name)}\b", one.data.decode())) for one in files) == 1
    return False


def _enclosing_local(module: Module, listing: Listing) -> str | None:
    for block in module.blocks:
        if block.kind == "locals" and block.file.path == listing.file.path:
            for name, node in block.attributes.items():
                if node.start_byte <= listing.start and listing.end <= node.end_byte:
                    return name
    return None


def _mentions(module: Module, address: str) -> int:
    """Count the places of a module's files that name an address."""
    pattern = re.compile(rf"(?<![\w.-]){re.escape(address)}(?![\w-])".encode())
    paths = {block.file.path: block.file.data for block in module.blocks}
    return sum(len(pattern.findall(data)) for data in paths.values())


def _all(roots: list[Module], type_: str) -> Iterator[Resource]:
    for root in roots:
        for module in root.walk():
            yield from resources(module, type_)


def _once(found: list[Candidate]) -> list[Candidate]:
    kept: dict[tuple[str, int], Candidate] = {}
    for one in found:
        key = (one.holder.file.path, one.holder.node.start_byte)
        known = kept.get(key)
        kept[key] = one if known is None or known.exclusive else known
    return list(kept.values())
