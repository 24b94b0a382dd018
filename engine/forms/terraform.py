"""A change as Terraform: an inline policy of its own for an identity, the document of a resource's or role's policy."""

from typing import Any

from engine.arn import Arn
from engine.forms.hcl import hcl_object, hcl_string, statement_block
from engine.forms.names import holder_name, label, policy_name
from engine.forms.terraform_types import IDENTITIES, RESOURCES

__all__ = ["new_resource", "terraform_identity", "terraform_resource", "terraform_trust"]


def new_resource(type_: str, name: str, attributes: dict[str, str], policy: str, statement: dict[str, Any]) -> str:
    """Return a resource with a policy in it. attributes: expressions; policy: the attribute of the document."""
    width = max(len(one) for one in attributes)
    return "\n".join(
        [
            f'resource "{type_}" "{name}" {{',
            *(f"  {one:{width}} = {value}" for one, value in attributes.items()),
            "",
            f"  {policy} = jsonencode({{",
            '    Version = "2012-10-17"',
            "    Statement = [",
            f"      {hcl_object(statement, 6)}",
            "    ]",
            "  })",
            "}",
        ]
    )


def terraform_identity(principal: Arn, statement: dict[str, Any]) -> str:
    """Return an inline policy of its own for a role or user; "" for any other principal."""
    kind = IDENTITIES.get(principal.kind)
    if kind is None:
        return ""
    name = holder_name(principal)
    made = policy_name(statement)
    attributes = {"name": hcl_string(made), kind.link: hcl_string(name)}
    return new_resource(kind.inline, label(name, made.removeprefix("allow-")), attributes, "policy", statement) + "\n"


def terraform_resource(resource: Arn, statement: dict[str, Any]) -> str:
    """Return the document of a bucket's, queue's, key's … policy with the statement in it; "" where Terraform has no
    policy for it. The policy is one document, so its first line says that the other statements stay."""
    kind = RESOURCES.get(resource.service)
    return "" if kind is None else _document(label(holder_name(resource)), statement, f"the policy of {kind.policy}")


def terraform_trust(role: Arn, statement: dict[str, Any]) -> str:
    """Return the document of a role's trust policy with the statement in it."""
    return _document(f"{label(holder_name(role))}_trust", statement, "assume_role_policy")


def _document(name: str, statement: dict[str, Any], what: str) -> str:
    block = statement_block(statement, 2)
    return f'data "aws_iam_policy_document" "{name}" {{\n  # {what}: keep the statements that are there\n{block}\n}}\n'
