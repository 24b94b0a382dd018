"""The AWS CLI commands that put a changed policy in place. Names that are not known are `<placeholders>`."""

import json
import shlex
from typing import Any

from engine.arn import parse_arn
from engine.evaluation.gates import find_gate
from engine.evaluation.request import Request
from engine.evaluation.services.sts import is_trust
from engine.remedies.edit import Slot

__all__ = ["commands_for"]


def commands_for(
    slot: Slot, name: str, before: Any, after: Any, request: Request, *, setting: bool = False
) -> tuple[str, ...]:
    """Return the commands for one document. before, after: as objects; None where there is no such document."""
    if setting:
        flags = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=false"
        call = f"put-public-access-block --bucket {_bucket(request)}"
        return (f"aws s3api {call} --public-access-block-configuration {flags}",)
    document = shlex.quote(json.dumps(after, ensure_ascii=False)) if after is not None else ""
    if slot.gate == "identity":
        return _identity(name, before, after, document, request)
    if slot.gate == "boundary":
        return _managed(_arn_or(name, "<boundary-arn>"), document)
    if slot.gate in ("scp", "rcp"):
        return _organization(slot, before, after, document)
    if slot.gate == "vpce":
        endpoint = "aws ec2 modify-vpc-endpoint --vpc-endpoint-id <vpc-endpoint-id>"
        return (f"{endpoint} --policy-document {document}" if after is not None else f"{endpoint} --reset-policy",)
    if slot.gate == "session":
        call = (
            "get-federation-token --name"
            if request.caller.kind == "federated-user"
            else "assume-role --role-session-name"
        )
        session = shlex.quote(request.caller.session or request.caller.name or "<session-name>")
        role = f" --role-arn <arn-of-{request.caller.name}>" if request.caller.kind != "federated-user" else ""
        policy = f" --policy {document}" if after is not None else ""
        return (f"aws sts {call} {session}{role}{policy}",)
    # A gate without a case above has no command here, and certainly not the one of another gate.
    return _resource(after, document, request) if find_gate(slot.gate).policies_of == "resource" else ()


def _arn_or(name: str, placeholder: str) -> str:
    return shlex.quote(name) if name.startswith("arn:") else placeholder


def _managed(arn: str, document: str) -> tuple[str, ...]:
    return (f"aws iam create-policy-version --policy-arn {arn} --policy-document {document} --set-as-default",)


def _identity(name: str, before: Any, after: Any, document: str, request: Request) -> tuple[str, ...]:
    caller = request.caller
    if caller.kind in ("session", "role"):
        if caller.name.startswith("AWSReservedSSO_"):
            permission_set = "--instance-arn <instance-arn> --permission-set-arn <permission-set-arn>"
            return (
                f"aws sso-admin put-inline-policy-to-permission-set {permission_set} --inline-policy {document}",
                f"aws sso-admin provision-permission-set {permission_set} --target-type ALL_PROVISIONED_ACCOUNTS",
            )
        kind, who = "role", f"--role-name {shlex.quote(caller.name)}"
    else:
        kind, who = "user", f"--user-name {shlex.quote(caller.name or '<user-name>')}"
    if name.startswith("arn:"):
        if after is None or ":iam::aws:" in name:
            return (f"aws iam detach-{kind}-policy {who} --policy-arn {shlex.quote(name)}",)
        return _managed(shlex.quote(name), document)
    named = f"--policy-name {shlex.quote(name)}"
    if after is None:
        return (f"aws iam delete-{kind}-policy {who} {named}",)
    return (f"aws iam put-{kind}-policy {who} {named} --policy-document {document}",)


def _organization(slot: Slot, before: Any, after: Any, document: str) -> tuple[str, ...]:
    kind = "SERVICE_CONTROL_POLICY" if slot.gate == "scp" else "RESOURCE_CONTROL_POLICY"
    if before is None:
        create = f"aws organizations create-policy --type {kind} --name <name> --description <description>"
        return (
            f"{create} --content {document}",
            "aws organizations attach-policy --policy-id <policy-id> --target-id <root-ou-or-account-id>",
        )
    if after is None:
        return ("aws organizations detach-policy --policy-id <policy-id> --target-id <root-ou-or-account-id>",)
    return (f"aws organizations update-policy --policy-id <policy-id> --content {document}",)


def _bucket(request: Request) -> str:
    arn = parse_arn(request.resource.text)
    return shlex.quote(arn.resource.partition("/")[0]) if arn else "<bucket>"


def _resource(after: Any, document: str, request: Request) -> tuple[str, ...]:
    """Return the service's own call; a few services give and take statements one by one and are left to their own
    words."""
    arn = parse_arn(request.resource.text)
    name = shlex.quote(arn.name) if arn else "<name>"
    whole = shlex.quote(request.resource.text)
    repository = shlex.quote(arn.resource.removeprefix("repository/")) if arn else "<name>"
    if is_trust(request):
        return (
            f"aws iam update-assume-role-policy --role-name {name} --policy-document {document or '<trust-policy>'}",
        )
    calls = {
        "s3": (
            f"s3api put-bucket-policy --bucket {_bucket(request)} --policy",
            f"s3api delete-bucket-policy --bucket {_bucket(request)}",
        ),
        "kms": (f"kms put-key-policy --key-id {name} --policy-name default --policy", ""),
        "secretsmanager": (
            f"secretsmanager put-resource-policy --secret-id {whole} --resource-policy",
            f"secretsmanager delete-resource-policy --secret-id {whole}",
        ),
        "dynamodb": (
            f"dynamodb put-resource-policy --resource-arn {whole} --policy",
            f"dynamodb delete-resource-policy --resource-arn {whole}",
        ),
        "sns": (f"sns set-topic-attributes --topic-arn {whole} --attribute-name Policy --attribute-value", ""),
        "ecr": (
            f"ecr set-repository-policy --repository-name {repository} --policy-text",
            f"ecr delete-repository-policy --repository-name {repository}",
        ),
    }
    put, delete = calls.get(request.service, ("", ""))
    if after is None:
        return (f"aws {delete}",) if delete else ()
    return (f"aws {put} {document}",) if put else ()
