"""A change as a CloudFormation template: resources to add, or the property of one that is there already."""

import re
from typing import Any

from whydenied.engine.arn import Arn
from whydenied.engine.forms.cloudformation_types import HOLDERS, IDENTITIES, NAMES
from whydenied.engine.forms.names import holder_name, policy_name
from whydenied.engine.forms.terraform import Statements
from whydenied.engine.forms.yaml import yaml_lines

__all__ = ["cloudformation_identity", "cloudformation_resource", "cloudformation_trust"]

_VERSION = "2012-10-17"


def cloudformation_identity(principal: Arn, statements: Statements, policy: str = "") -> str:
    """Return an inline policy of its own for a role or user; "" for any other principal. policy: its name."""
    kind = IDENTITIES.get(principal.kind)
    if kind is None:
        return ""
    name = holder_name(principal)
    properties = {
        kind.link: name,
        "PolicyName": policy or policy_name(statements[0]),
        "PolicyDocument": {"Version": _VERSION, "Statement": [*statements]},
    }
    return _template(f"{_id(name)}Policy", kind.inline, properties)


def cloudformation_resource(resource: Arn, statements: Statements) -> str:
    """Return the policy of a bucket, queue, key … with the statement in it; "" where templates hold none for it.

    A template replaces the whole policy, so its first line says that the other statements stay."""
    holder = HOLDERS.get(resource.service)
    if holder is None or (holder.attribute == "Statement" and len(statements) > 1):
        return ""
    name = holder_name(resource)
    document = {"Version": _VERSION, "Statement": [*statements]}
    note = "# keep the statements that are in this policy already\n"
    if not holder.policy:
        named = {NAMES[holder.owner]: name} if NAMES[holder.owner] else {}
        return note + _template(_id(name), holder.owner, {**named, holder.attribute: document})
    link: Any = [name] if holder.several else name
    attribute = statements[0] if holder.attribute == "Statement" else document
    return note + _template(f"{_id(name)}Policy", holder.policy, {holder.link: link, holder.attribute: attribute})


def cloudformation_trust(role: Arn, statements: Statements) -> str:
    """Return the trust policy of a role with the statement in it."""
    name = holder_name(role)
    properties = {"RoleName": name, "AssumeRolePolicyDocument": {"Version": _VERSION, "Statement": [*statements]}}
    note = "# keep the statements that are in the trust policy already\n"
    return note + _template(_id(name), IDENTITIES["role"].owner, properties)


def _template(id_: str, type_: str, properties: dict[str, Any]) -> str:
    lines = yaml_lines({"Resources": {id_: {"Type": type_, "Properties": properties}}})
    return "\n".join(lines) + "\n"


def _id(name: str) -> str:
    """Return a logical id: letters and digits only."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return (joined if joined[:1].isalpha() else f"The{joined}")[:60] or "The"
