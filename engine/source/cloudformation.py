"""CloudFormation and SAM: which resource of a template a role or bucket is, and where a statement for it belongs."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.forms.cloudformation_types import (
    HOLDERS,
    IDENTITIES,
    LIMITS,
    NAMES,
    PERMISSION_SET,
    TemplateLimit,
)
from whydenied.engine.forms.names import holder_name, holding_service, policy_name
from whydenied.engine.forms.yaml import yaml_item, yaml_lines
from whydenied.engine.source.edit import SourceEdit, Splice, Unplaced, Wanted
from whydenied.engine.source.files import SourceFile, SourceTree
from whydenied.engine.source.listing import Listing, added
from whydenied.engine.source.names import read_text
from whydenied.engine.source.positions import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    compose,
    end_of,
    field,
    items,
    shared,
    text,
)

__all__ = ["Template", "TemplateResource", "place_in_template", "templates"]


# The types of a policy with one role or user, and the property that names it.
_OF_ONE = {"AWS::IAM::RolePolicy": "RoleName", "AWS::IAM::UserPolicy": "UserName"}


class TemplateResource(msgspec.Struct, frozen=True):
    """One entry of `Resources`. id: its logical id; type: `AWS::IAM::Role`; properties, node: their nodes."""

    file: SourceFile
    id: str
    type: str
    properties: Node | None
    node: Node

    @property
    def line(self) -> int:
        """The first line of its body, from 1."""
        return int(self.node.start_mark.line)

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file.path}:{self.line}"


class Template(msgspec.Struct, frozen=True):
    """A template. flow: it is JSON, or written like it. shared: the ids of the nodes that stand in several places, by
    an anchor; parameters: the defaults; resources: by logical id."""

    file: SourceFile
    flow: bool
    shared: frozenset[int]
    parameters: dict[str, str]
    resources: dict[str, TemplateResource]


def templates(tree: SourceTree) -> Iterator[Template]:
    """Yield the templates in a tree; what tools wrote (cdk.out, .aws-sam, .serverless) is no source."""
    for file in tree.ending(".yml", ".yaml", ".json", ".template"):
        if re.search(r"(?:\A|/)(?:cdk\.out|\.aws-sam|\.serverless)/", file.path) or b"Resources" not in file.data:
            continue
        root = compose(file.data)
        found = read_template(file, root, field(root, "Resources"))
        if found is not None:
            yield found


def read_template(file: SourceFile, root: Node | None, resources: Node | None) -> Template | None:
    """Read the resources of a template; None where they are no resources of CloudFormation's."""
    if not isinstance(resources, MappingNode):
        return None
    parameters = {name: text(field(one, "Default")) for name, one in items(field(root, "Parameters"))}
    found = {
        name: TemplateResource(file, name, text(field(one, "Type")) or "", field(one, "Properties"), one)
        for name, one in items(resources)
    }
    if not any("::" in one.type for one in found.values()):
        return None
    known = {name: value for name, value in parameters.items() if value is not None}
    return Template(file, bool(resources.flow_style), shared(root), known, found)


def place_in_template(found: list[Template], wanted: Wanted) -> SourceEdit | Unplaced:
    """Return the edit that adds the statement to the one template that defines its owner."""
    if wanted.gate == "permission-set":
        return _in_permission_set(found, wanted)
    target = parse_arn(wanted.principal if wanted.gate in ("identity", "boundary") else wanted.resource)
    if target is None:
        return Unplaced("the message names no ARN to look for")
    if wanted.gate == "resource":
        return _in_resource(found, wanted, target)
    if wanted.gate == "endpoint":
        return _in_endpoint(found, wanted, target.service)
    owner = _owner(found, target)
    if isinstance(owner, Unplaced):
        return owner
    template, role = owner
    if wanted.gate == "boundary":
        return _in_boundary(template, role, wanted)
    if wanted.gate == "trust":
        document = field(role.properties, "AssumeRolePolicyDocument")
        return _into(template, role, document, wanted) or _cannot(role)
    return _in_identity(template, role, wanted)


def _owner(found: list[Template], target: Arn) -> tuple[Template, TemplateResource] | Unplaced:
    kind = IDENTITIES[target.kind].owner if target.kind in IDENTITIES else None
    name = holder_name(target)
    if kind is None:
        return Unplaced(f"`{target}` is neither a role nor a user")
    fits: dict[int, list[tuple[Template, TemplateResource]]] = {3: [], 2: [], 1: []}
    for template in found:
        for one in template.resources.values():
            fit = _fit(template, one, kind, name)
            if fit:
                fits[fit].append((template, one))
    best = fits[3] or fits[2] or fits[1]
    if len(best) == 1:
        return best[0]
    if best:
        return Unplaced(f"{len(best)} resources may be `{name}`", tuple(one.place for _, one in best))
    return Unplaced(f"no template here defines `{name}`")


def _fit(template: Template, one: TemplateResource, kind: str, name: str) -> int:
    """3: named so in full; 2: named by CloudFormation after its logical id; 1: a part of the name is known."""
    if one.type == "AWS::Serverless::Function" and kind == "AWS::IAM::Role":
        return 2 if field(one.properties, "Role") is None and _made_up(name, f"{one.id}Role") else 0
    if one.type != kind:
        return 0
    given = field(one.properties, NAMES[kind])
    if given is None:
        return 2 if _made_up(name, one.id) else 0
    return _fits(given, template, name)


def _fits(given: Node | None, template: Template, name: str) -> int:
    """Read a name with the parameters' defaults, and else with whatever somebody may have given for them."""
    return 3 if read_text(given, template.parameters).fit(name) == 3 else read_text(given, {}).fit(name)


def _made_up(name: str, logical_id: str) -> bool:
    """Tell whether a name is STACK-LOGICALID-SUFFIX; a long logical id is cut at its end."""
    head, found, suffix = name.rpartition("-")
    stack, _, id_ = head.rpartition("-")
    whole = id_ == logical_id or (len(name) >= 60 and len(id_) >= 8 and logical_id.startswith(id_))
    return bool(found and stack and whole and re.fullmatch(r"[A-Za-z0-9]{8,14}", suffix))


def _in_identity(template: Template, role: TemplateResource, wanted: Wanted) -> SourceEdit | Unplaced:
    documents = [*_own_documents(role), *_named_documents(template, role)]
    services = _services(wanted)
    best = next((one for one in documents if _speaks(one[1]) & services), documents[0] if documents else None)
    if best is not None:
        edit = _into(template, best[0], best[1], wanted)
        if edit is not None:
            return edit
    return _new_policy(template, role, wanted)


def _own_documents(role: TemplateResource) -> Iterator[tuple[TemplateResource, Node]]:
    """Yield the documents in the role's own `Policies`: names and documents, or SAM's bare statements."""
    policies = field(role.properties, "Policies")
    for one in policies.value if isinstance(policies, SequenceNode) else []:
        document = field(one, "PolicyDocument") or (one if field(one, "Statement") is not None else None)
        if document is not None:
            yield role, document


def _named_documents(template: Template, role: TemplateResource) -> Iterator[tuple[TemplateResource, Node]]:
    """Yield the documents of policies that are attached to this role and to nothing else."""
    managed = [_reference(one) for one in _list(field(role.properties, "ManagedPolicyArns"))]
    for one in template.resources.values():
        if one.type not in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", *_OF_ONE):
            continue
        users = [
            _reference(user) for kind in ("Roles", "Users", "Groups") for user in _list(field(one.properties, kind))
        ]
        named = [other.id for other in template.resources.values() if one.id in _references(other)]
        document = field(one.properties, "PolicyDocument")
        alone = users == [role.id] or (one.id in managed and named == [role.id] and not users)
        alone = alone or _is_of(template, one, role)
        if alone and document is not None:
            yield one, document


def _is_of(template: Template, policy: TemplateResource, owner: TemplateResource) -> bool:
    """Tell whether a policy of the kind that has one role or user names this one, by reference or in full."""
    given = field(policy.properties, _OF_ONE.get(policy.type, ""))
    if given is None:
        return False
    name = read_text(field(owner.properties, NAMES[owner.type]), {}).exact if owner.type in NAMES else None
    return _reference(given) == owner.id or (name is not None and read_text(given, {}).exact == name)


def _references(resource: TemplateResource) -> list[str | None]:
    return [_reference(one) for one in _list(field(resource.properties, "ManagedPolicyArns"))]


def _reference(node: Node) -> str | None:
    """Return X for `!Ref X`, `{"Ref": "X"}`, `!GetAtt X.Arn` and `{"Fn::GetAtt": ["X", "Arn"]}`."""
    if isinstance(node, ScalarNode) and node.tag in ("!Ref", "!GetAtt"):
        return str(node.value).partition(".")[0]
    if isinstance(node, MappingNode):
        found = field(node, "Ref")
        if found is None:
            found = field(node, "Fn::GetAtt")
        if isinstance(found, SequenceNode) and found.value:
            found = found.value[0]
        return (text(found) or "").partition(".")[0] or None
    return None


def _in_resource(found: list[Template], wanted: Wanted, target: Arn) -> SourceEdit | Unplaced:
    holder = HOLDERS.get(holding_service(target))
    if holder is None:
        return Unplaced(f"policies of `{target.service}` are not looked for in templates")
    type_ = holder.owner
    name = holder_name(target)
    fits = [
        (_fits(field(one.properties, NAMES[type_]), template, name), template, one)
        for template in found
        for one in template.resources.values()
        if one.type == type_ and field(one.properties, NAMES[type_]) is not None
    ]
    best = [one for one in fits if one[0] == 3] or [one for one in fits if one[0]]
    if len(best) != 1:
        why = f"{len(best)} resources may be `{name}`" if best else f"no template here defines `{name}`"
        return Unplaced(why, tuple(one.place for _, _, one in best))
    _, template, owner = best[0]
    if not holder.policy:
        document = field(owner.properties, *holder.attribute.split("."))
        return _into(template, owner, document, wanted) or _cannot(owner)
    for one in template.resources.values():
        named = [_reference(node) for node in _list(field(one.properties, holder.link))]
        if one.type == holder.policy and owner.id in named:
            return _into(template, one, field(one.properties, holder.attribute), wanted) or _cannot(one)
    return Unplaced(f"`{owner.id}` has no `{holder.policy}` here: add one with the statement", (owner.place,))


def _in_boundary(template: Template, owner: TemplateResource, wanted: Wanted) -> SourceEdit | Unplaced:
    """Add to the managed policy that a role or user has as its boundary, and say whose limit that raises besides."""
    given = field(owner.properties, "PermissionsBoundary")
    policy = template.resources.get(_reference(given) or "") if given is not None else None
    if policy is None or policy.type != "AWS::IAM::ManagedPolicy":
        return Unplaced(f"the boundary of `{owner.id}` is not defined here", (owner.place,))
    edit = _into(template, policy, field(policy.properties, "PolicyDocument"), wanted)
    if edit is None:
        return _cannot(policy)
    bounded = [
        one.id
        for one in template.resources.values()
        if (boundary := field(one.properties, "PermissionsBoundary")) is not None and _reference(boundary) == policy.id
    ]
    others = ", ".join(f"`{id_}`" for id_ in bounded if id_ != owner.id)
    note = (f"`{policy.id}` is the boundary of {others} too: this raises that limit as well",) if others else ()
    return msgspec.structs.replace(edit, notes=(*edit.notes, *note))


def _in_permission_set(found: list[Template], wanted: Wanted) -> SourceEdit | Unplaced:
    fits = [
        (_fits(field(one.properties, "Name"), template, wanted.resource), template, one)
        for template in found
        for one in template.resources.values()
        if one.type == PERMISSION_SET.owner
    ]
    best = [one for one in fits if one[0] == 3] or [one for one in fits if one[0]]
    return _in_the_one(best, PERMISSION_SET, f"permission set `{wanted.resource}`", wanted)


def _in_endpoint(found: list[Template], wanted: Wanted, service: str) -> SourceEdit | Unplaced:
    holder = LIMITS["vpce"]
    fits = [
        (1, template, one)
        for template in found
        for one in template.resources.values()
        if one.type == holder.owner
        and (end := read_text(field(one.properties, "ServiceName"), template.parameters).parts[-1:])
        and (end[0] or "").endswith(f".{service}")
    ]
    return _in_the_one(fits, holder, f"the VPC endpoint for {service}", wanted)


def _in_the_one(
    best: list[tuple[int, Template, TemplateResource]], holder: TemplateLimit, what: str, wanted: Wanted
) -> SourceEdit | Unplaced:
    """Add to the policy in a property of the one resource that fits."""
    if len(best) != 1:
        why = f"{len(best)} resources may be {what}" if best else f"no template here defines {what}"
        return Unplaced(why, tuple(one.place for _, _, one in best))
    _, template, owner = best[0]
    document = field(owner.properties, holder.attribute)
    if document is None:
        return Unplaced(f"`{owner.id}` has no `{holder.attribute}` here: add one with the statement", (owner.place,))
    return _into(template, owner, document, wanted) or _cannot(owner)


def _into(template: Template, holder: TemplateResource, document: Node | None, wanted: Wanted) -> SourceEdit | None:
    """Add to a document's statements; None where they are not written out."""
    statements = field(document, "Statement")
    if not isinstance(statements, SequenceNode | MappingNode) or _ends_elsewhere(template, statements):
        return None
    data = holder.file.data
    alone = isinstance(statements, MappingNode)
    nodes = [statements] if alone else list(statements.value)
    spans = tuple((one.start_mark.index, _end(data, one)) for one in nodes)
    flow = bool(statements.flow_style) or not nodes
    start, end = statements.start_mark.index, _end(data, statements)
    listing = Listing(holder.file, "json" if flow else "yaml", start, end, spans, alone=alone)
    splices = added(listing, wanted.statement)
    return SourceEdit(holder.file.path, holder.line, holder.id, splices)


def _ends_elsewhere(template: Template, node: Node | None) -> bool:
    """Tell whether a node, or what stands last in it, is an alias or has one: its end is then not where it stands."""
    while node is not None:
        if id(node) in template.shared:
            return True
        last = node.value[-1] if isinstance(node, MappingNode | SequenceNode) and node.value else None
        node = last[1] if isinstance(last, tuple) else last
    return False


def _end(data: bytes, node: Node) -> int:
    """Return where a node's text ends; a block of text's own mark lies behind the line's end."""
    end = end_of(node)
    return len(data[:end].rstrip())


def _new_policy(template: Template, role: TemplateResource, wanted: Wanted) -> SourceEdit | Unplaced:
    """Give the role a policy of its own: in `Policies` where that list exists, else as a new property."""
    serverless = role.type == "AWS::Serverless::Function"
    document = {"Version": "2012-10-17", "Statement": [wanted.statement]}
    item = document if serverless else {"PolicyName": policy_name(wanted.statement), "PolicyDocument": document}
    policies = field(role.properties, "Policies")
    properties = role.properties
    within = properties if policies is None else policies
    if (
        not isinstance(properties, MappingNode)
        or id(properties) in template.shared
        or _ends_elsewhere(template, within)
    ):
        return _cannot(role)
    if isinstance(policies, ScalarNode) and serverless and not properties.flow_style:
        return _beside_one(role, policies, item)
    if not isinstance(policies, SequenceNode | None):
        return _cannot(role)
    if template.flow or properties.flow_style:
        return _new_flow(role, properties, policies, item)
    data = role.file.data
    if policies is not None and not policies.flow_style and policies.value:
        last = policies.value[-1]
        dash = data.rfind(b"-", 0, policies.value[0].start_mark.index)
        column = dash - (data.rfind(b"\n", 0, dash) + 1)
        return _line_after(role, _end(data, last), yaml_item(item, column))
    if policies is not None:
        return _cannot(role)
    first = properties.value[0][0].start_mark.index
    column = first - (data.rfind(b"\n", 0, first) + 1)
    return _line_after(role, _end(data, properties), yaml_lines({"Policies": [item]}, column))


def _beside_one(role: TemplateResource, policy: Node, item: dict[str, Any]) -> SourceEdit | Unplaced:
    """Make a list of SAM's one policy, which stands in the line of its key."""
    data = role.file.data
    start, end = policy.start_mark.index, policy.end_mark.index
    line = data[data.rfind(b"\n", 0, start) + 1 : start].decode()
    key = line.lstrip(" ")
    if not re.fullmatch(r"Policies: +", key):
        return _cannot(role)
    column = len(line) - len(key) + 2
    lines = ["", f"{' ' * column}- {data[start:end].decode()}", *yaml_item(item, column)]
    place = start - (len(key) - len("Policies:"))
    return SourceEdit(role.file.path, role.line, role.id, (Splice(role.file.path, place, end, "\n".join(lines)),))


def _line_after(role: TemplateResource, place: int, lines: list[str]) -> SourceEdit:
    data = role.file.data
    end = data.find(b"\n", place)
    end = len(data) if end < 0 else end
    return SourceEdit(role.file.path, role.line, role.id, (Splice(role.file.path, end, end, "\n" + "\n".join(lines)),))


def _new_flow(
    role: TemplateResource, properties: Node, policies: Node | None, item: dict[str, Any]
) -> SourceEdit | Unplaced:
    if isinstance(policies, SequenceNode):
        spans = tuple((one.start_mark.index, one.end_mark.index) for one in policies.value)
        listing = Listing(role.file, "json", policies.start_mark.index, policies.end_mark.index, spans)
        return SourceEdit(role.file.path, role.line, role.id, added(listing, item))
    if not properties.value:
        return _cannot(role)
    key, last = properties.value[-1]
    start = key.start_mark.index
    line = role.file.data[role.file.data.rfind(b"\n", 0, start) + 1 : start].decode()
    margin = line if not line.strip() else ""
    written = json.dumps([item], indent="\t" if "\t" in margin else 2, ensure_ascii=False)
    written = written.replace("\n", f"\n{margin}")
    gap = f"\n{margin}" if not line.strip() else " "
    end = last.end_mark.index
    return SourceEdit(
        role.file.path, role.line, role.id, (Splice(role.file.path, end, end, f',{gap}"Policies": {written}'),)
    )


def _services(wanted: Wanted) -> set[str]:
    actions = wanted.statement.get("Action", [])
    return {one.partition(":")[0].lower() for one in ([actions] if isinstance(actions, str) else actions)}


def _speaks(document: Node) -> set[str]:
    statements = field(document, "Statement")
    nodes = statements.value if isinstance(statements, SequenceNode) else [statements]
    actions = [text(one) for node in nodes if node is not None for one in _list(field(node, "Action"))]
    return {action.partition(":")[0].lower() for action in actions if action}


def _list(node: Node | None) -> list[Node]:
    if isinstance(node, SequenceNode):
        return list(node.value)
    return [] if node is None else [node]


def _cannot(resource: TemplateResource) -> Unplaced:
    return Unplaced(f"the policies of `{resource.id}` are made in a way that cannot be added to", (resource.place,))
