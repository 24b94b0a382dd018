"""A change as Terraform: an inline policy of its own for an identity, the document of a resource's or role's policy."""

from collections.abc import Sequence

from whydenied.engine.arn import Arn
from whydenied.engine.forms.hcl import hcl_object, hcl_string, statement_block
from whydenied.engine.forms.names import holder_name, holding_service, label, policy_name
from whydenied.engine.forms.terraform_types import IDENTITIES, LIMITS, RESOURCES

__all__ = [
    "Statements",
    "new_resource",
    "terraform_exception",
    "terraform_identity",
    "terraform_limit",
    "terraform_permission_set",
    "terraform_resource",
    "terraform_trust",
]

Statements = Sequence[dict[str, object]]


def new_resource(type_: str, name: str, attributes: dict[str, str], policy: str, statements: Statements) -> str:
    """Return a resource with a policy in it. attributes: expressions; policy: the attribute of the document."""
    width = max(len(one) for one in attributes)
    comma = ",\n      "
    return "\n".join(
        [
            f'resource "{type_}" "{name}" {{',
            *(f"  {one:{width}} = {value}" for one, value in attributes.items()),
            "",
            f"  {policy} = jsonencode({{",
            '    Version = "2012-10-17"',
            "    Statement = [",
            f"      {comma.join(hcl_object(one, 6) for one in statements)}",
            "    ]",
            "  })",
            "}",
        ]
    )


def terraform_identity(principal: Arn, statements: Statements, policy: str = "") -> str:
    """Return an inline policy of its own for a role or user; "" for any other principal. policy: its name."""
    kind = IDENTITIES.get(principal.kind)
    if kind is None:
        return ""
    name = holder_name(principal)
    made = label(name, policy_name(statements[0]).removeprefix("allow-"))
    attributes = {"name": hcl_string(policy or policy_name(statements[0])), kind.link: hcl_string(name)}
    return new_resource(kind.inline, made, attributes, "policy", statements) + "\n"


def terraform_resource(resource: Arn, statements: Statements) -> str:
    """Return the document of a bucket's, queue's, key's … policy with the statement in it; "" where Terraform has no
    policy for it. The policy is one document, so its first line says that the other statements stay."""
    kind = RESOURCES.get(holding_service(resource))
    return "" if kind is None else _document(label(holder_name(resource)), statements, f"the policy of {kind.policy}")


def terraform_trust(role: Arn, statements: Statements) -> str:
    """Return the document of a role's trust policy with the statement in it."""
    return _document(f"{label(holder_name(role))}_trust", statements, "assume_role_policy")


def terraform_permission_set(name: str, statements: Statements) -> str:
    """Return the document of a permission set's one inline policy with the statements in it."""
    return _document(label(name), statements, "inline_policy of aws_ssoadmin_permission_set_inline_policy")


def terraform_limit(gate: str, name: str, statements: Statements) -> str:
    """Return the document of a policy that limits, with the statements in it. gate: `boundary`, `session`, `scp`, `rcp`
    or `vpce`; name: of what it limits, for the label."""
    return _document(label(name, gate), statements, LIMITS[gate])


def terraform_exception(name: str, statements: Statements) -> str:
    """Return the document of a policy in which the statements take the place of a Deny."""
    return _document(label(name), statements, "these take the place of the Deny that matches", keep="keep all others")


def _document(name: str, statements: Statements, what: str, keep: str = "keep the statements that are there") -> str:
    blocks = "\n\n".join(statement_block(one, 2) for one in statements)
    return f'data "aws_iam_policy_document" "{name}" {{\n  # {what}: {keep}\n{blocks}\n}}\n'
