"""A permission for a Lambda function as the statement that it becomes in the function's policy.

Source: AWS Lambda API Reference, AddPermission; Terraform and CloudFormation hand the same arguments over.
"""

import re
from collections.abc import Iterable

from whydenied.checks.effect import Document, reference

__all__ = ["permission_policy"]

# What an argument becomes: the operator and the key of its condition.
_CONDITIONS = {
    "sourcearn": ("ArnLike", "aws:SourceArn"),
    "sourceaccount": ("StringEquals", "aws:SourceAccount"),
    "principalorgid": ("StringEquals", "aws:PrincipalOrgID"),
    "functionurlauthtype": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "invokedviafunctionurl": ("Bool", "lambda:InvokedViaFunctionUrl"),
    "eventsourcetoken": ("StringEquals", "lambda:EventSourceToken"),
}


def permission_policy(permissions: Iterable[Document]) -> Document:
    """Return the policy that permissions make together; arguments may be spelled in either tool's way.

    Raises KeyError for one without `action`, `principal` or the function's name.
    """
    return {"Version": "2012-10-17", "Statement": [_statement(one) for one in permissions]}


def _statement(permission: Document) -> Document:
    given = {name.replace("_", "").lower(): value for name, value in permission.items()}
    conditions: dict[str, dict[str, str]] = {}
    for name, (operator, key) in _CONDITIONS.items():
        if name in given:
            conditions.setdefault(operator, {})[key] = str(given[name]).lower() if operator == "Bool" else given[name]
    return {
        "Effect": "Allow",
        "Principal": _principal(str(given["principal"])),
        "Action": given["action"],
        "Resource": reference(f"the function {given['functionname']}"),
        **({"Condition": conditions} if conditions else {}),
    }


def _principal(text: str) -> str | dict[str, str]:
    if text == "*":
        return text
    if text.endswith(".amazonaws.com"):
        return {"Service": text}
    return {"AWS": f"arn:aws:iam::{text}:root" if re.fullmatch(r"\d{12}", text) else text}
