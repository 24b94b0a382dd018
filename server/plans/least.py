"""The least policy in the forms that people keep policies in, each made by engine.forms."""

from whydenied.engine.arn import parse_arn
from whydenied.engine.drafts.forms import forms_of
from whydenied.engine.drafts.record import Draft
from whydenied.engine.errors import InputError
from whydenied.engine.plans.least import Least

__all__ = ["least_in"]


def least_in(least: Least, form: str, principal: str) -> str:
    """Return the policies in a form, one after the other. principal: the ARN of who gets them.

    Raises InputError where the form names a holder and there is none."""
    arn = parse_arn(principal)
    if arn is None:
        raise InputError(f"--as {form} needs --principal: the ARN of the role or user that gets the policy")
    listed = [document["Statement"] for document in least.documents]
    return "\n".join(_one(one, form, principal, at) for at, one in enumerate(listed, 1) if isinstance(one, list))


def _one(statements: list[dict[str, object]], form: str, principal: str, number: int) -> str:
    name = f"terraform-plan-{number}"
    draft = Draft(
        gate="identity",
        kind="allow",
        statements=tuple(statements),
        status="assumed",
        commands=tuple(_commands(statements, principal, name)),
        principal=principal,
        action="",
        resource="",
        policy=name,
    )
    return forms_of(draft)[form]


def _commands(statements: list[dict[str, object]], principal: str, name: str) -> list[str]:
    """Return the lines that make the policy and attach it."""
    import json
    import shlex

    arn = parse_arn(principal)
    assert arn is not None
    kind = "user" if arn.kind == "user" else "role"
    holder = arn.resource.split("/")[1] if arn.kind == "assumed-role" else arn.name
    document = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    policy = f"arn:{arn.partition}:iam::{arn.account}:policy/{name}"
    return [
        f"aws iam create-policy --policy-name {name} --policy-document {shlex.quote(document)}",
        f"aws iam attach-{kind}-policy --{kind}-name {shlex.quote(holder)} --policy-arn {policy}",
    ]
