"""A change in the CDK, in TypeScript and Python: the statement, and the call that adds it to a role or resource."""

import json
from typing import Any

from whydenied.engine.arn import Arn
from whydenied.engine.forms.names import holding_service
from whydenied.engine.forms.terraform import Statements

__all__ = ["cdk_identity", "cdk_resource", "cdk_trust"]

# The constructs that have addToResourcePolicy, by what a variable of them is called. Source: the
# CDK's API reference of each class.
_RESOURCES = {
    "s3": "bucket",
    "sqs": "queue",
    "sns": "topic",
    "kms": "key",
    "secretsmanager": "secret",
    "ecr": "repository",
    "events": "bus",
}
_ELEMENTS = {
    "Sid": ("sid", "sid"),
    "Effect": ("effect", "effect"),
    "Principal": ("principals", "principals"),
    "Action": ("actions", "actions"),
    "NotAction": ("notActions", "not_actions"),
    "Resource": ("resources", "resources"),
    "NotResource": ("notResources", "not_resources"),
    "Condition": ("conditions", "conditions"),
}


def cdk_identity(principal: Arn, statements: Statements) -> dict[str, str]:
    """Return both languages for a role or user; {} for any other principal."""
    kinds = {"role": "role", "assumed-role": "role", "user": "user"}
    if principal.kind not in kinds:
        return {}
    return _both(kinds[principal.kind], "addToPrincipalPolicy", "add_to_principal_policy", statements)


def cdk_resource(resource: Arn, statements: Statements) -> dict[str, str]:
    """Return both languages for the policy of a bucket, queue, topic, key, secret, repository or bus; {} for others."""
    found = _RESOURCES.get(holding_service(resource))
    return _both(found, "addToResourcePolicy", "add_to_resource_policy", statements) if found else {}


def cdk_trust(role: Arn, statements: Statements) -> dict[str, str]:
    """Return both languages for the trust policy of a role."""
    return _both("role", "assumeRolePolicy!.addStatements", "assume_role_policy.add_statements", statements)


def _both(variable: str, typescript: str, python: str, statements: Statements) -> dict[str, str]:
    return {
        "typescript": "".join(f"{variable}.{typescript}({_typescript(one)});\n" for one in statements),
        "python": "".join(f"{variable}.{python}({_python(one)})\n" for one in statements),
    }


def _typescript(statement: dict[str, object]) -> str:
    lines = [f"  {_ELEMENTS[key][0]}: {_value(key, value, 'typescript')}," for key, value in statement.items()]
    return "\n".join(["new iam.PolicyStatement({", *lines, "})"])


def _python(statement: dict[str, object]) -> str:
    lines = [f"    {_ELEMENTS[key][1]}={_value(key, value, 'python')}," for key, value in statement.items()]
    return "\n".join(["iam.PolicyStatement(", *lines, ")"])


def _value(key: str, value: object, language: str) -> str:
    if key == "Effect":
        return f"iam.Effect.{str(value).upper()}"
    if key == "Principal":
        return f"[{', '.join(_principals(value, 'new ' if language == 'typescript' else ''))}]"
    if key in ("Sid", "Condition"):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps([value] if isinstance(value, str) else value, ensure_ascii=False)


def _principals(value: Any, new: str) -> list[str]:
    if isinstance(value, str):
        return [f"{new}iam.AnyPrincipal()"]
    classes = {"AWS": "ArnPrincipal", "Service": "ServicePrincipal", "CanonicalUser": "CanonicalUserPrincipal"}
    found = []
    for kind, names in value.items():
        for name in [names] if isinstance(names, str) else names:
            text = json.dumps(name, ensure_ascii=False)
            empty = ", {}" if kind == "Federated" else ""
            found.append(f"{new}iam.{classes.get(kind, 'FederatedPrincipal')}({text}{empty})")
    return found
