"""A change as a CloudFormation template: resources to add, or the property of one that is there already."""

import re
from typing import Any

from whydenied.engine.arn import Arn, policy_holder, queue_url
from whydenied.engine.forms.cloudformation_types import (
    ENDPOINTS,
    GATEWAYS,
    HOLDERS,
    IDENTITIES,
    LIMITS,
    NAMES,
    PERMISSION_SET,
)
from whydenied.engine.forms.names import holder_name, holding_service, policy_name
from whydenied.engine.forms.terraform import Statements
from whydenied.engine.forms.yaml import yaml_lines

__all__ = [
    "cloudformation_identity",
    "cloudformation_limit",
    "cloudformation_permission_set",
    "cloudformation_resource",
    "cloudformation_trust",
]

_VERSION = "2012-10-17"
# A template replaces the whole policy.
_KEEP = "# keep the statements that are in this policy already\n"


def cloudformation_identity(principal: Arn, statements: Statements, policy: str = "") -> str:
    """Return an inline policy of its own for a role or user; "" for any other principal. policy: its name."""
    kind = IDENTITIES.get(principal.kind)
    if kind is None:
        return ""
    name = holder_name(principal)
    properties = {
        kind.link: name,
        "PolicyName": policy or policy_name(statements[0]),
        "PolicyDocument": _whole(statements),
    }
    return _template(f"{_id(name)}Policy", kind.inline, properties)


def cloudformation_resource(resource: Arn, statements: Statements) -> str:
    """Return the policy of a bucket, queue, key … with the statement in it; "" where templates hold none for it.

    A template replaces the whole policy, so its first line says that the other statements stay."""
    holder = HOLDERS.get(holding_service(resource))
    if holder is None or (holder.id and len(statements) > 1):
        return ""
    name, owner = holder_name(resource), policy_holder(resource)
    if not holder.policy:
        named: dict[str, object] = {NAMES[holder.owner]: name} if NAMES[holder.owner] else {}
        return _KEEP + _template(_id(name), holder.owner, named | _under(holder.attribute, _whole(statements)))
    given = {"name": name, "arn": str(owner), "url": queue_url(owner)}[holder.linked_by]
    properties: dict[str, Any] = {holder.link: [given] if holder.several else given}
    if holder.id:
        statement = dict(statements[0])
        properties |= {holder.id: statement.pop("Sid", "Allow"), holder.attribute: statement}
    else:
        properties[holder.attribute] = _whole(statements)
    return _KEEP + _template(f"{_id(name)}Policy", holder.policy, properties)


def _under(path: str, document: dict[str, object]) -> dict[str, object]:
    """Return a document under the properties of a path, the last of which holds it."""
    for name in reversed(path.split(".")):
        document = {name: document}
    return document


def cloudformation_trust(role: Arn, statements: Statements) -> str:
    """Return the trust policy of a role with the statement in it."""
    name = holder_name(role)
    properties = {"RoleName": name, "AssumeRolePolicyDocument": _whole(statements)}
    note = "# keep the statements that are in the trust policy already\n"
    return note + _template(_id(name), IDENTITIES["role"].owner, properties)


def cloudformation_limit(gate: str, name: str, statements: Statements, resource: Arn | None = None) -> str:
    """Return a policy that limits, with the statements in it; "" for a session policy, which no template holds.

    gate: `boundary`, `scp`, `rcp` or `vpce`; name: of what it limits, for the logical id; resource: of the request,
    which tells the endpoint's Region and service."""
    limit = LIMITS.get(gate)
    if limit is None:
        return ""
    needed = dict(limit.needed)
    if "ServiceName" in needed and resource is not None:
        service = ENDPOINTS.get(resource.service, resource.service)
        needed["ServiceName"] = f"com.amazonaws.{resource.region or '<region>'}.{service}"
        needed |= {} if service in GATEWAYS else {"VpcEndpointType": "Interface"}
    return _KEEP + _template(f"{_id(name)}{gate.title()}", limit.owner, {**needed, limit.attribute: _whole(statements)})


def cloudformation_permission_set(name: str, statements: Statements) -> str:
    """Return a permission set with the statements in its one inline policy."""
    properties = {**PERMISSION_SET.needed, "Name": name, PERMISSION_SET.attribute: _whole(statements)}
    return _KEEP + _template(_id(name), PERMISSION_SET.owner, properties)


def _whole(statements: Statements) -> dict[str, object]:
    return {"Version": _VERSION, "Statement": [*statements]}


def _template(id_: str, type_: str, properties: dict[str, Any]) -> str:
    lines = yaml_lines({"Resources": {id_: {"Type": type_, "Properties": properties}}})
    return "\n".join(lines) + "\n"


def _id(name: str) -> str:
    """Return a logical id: letters and digits only."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return (joined if joined[:1].isalpha() else f"The{joined}")[:60] or "The"
