"""How the policy of a resource is read and written with the AWS CLI, by service; and by whom it cannot be.

Sources: the services' API references (Get…Policy, Put…Policy) as the AWS CLI has them; every line is parsed by the real
AWS CLI in the tests."""

import shlex
from typing import NamedTuple

from whydenied.engine.arn import Arn, access_point, parse_arn
from whydenied.engine.evaluation.request import Request

__all__ = ["Door", "door_of"]


class Door(NamedTuple):
    """read, write: the calls, `FILE` for the file with the document. none: the error that says that there is no policy;
    "" where the call answers with an empty one, or where there always is one. wrap: what the written file holds
    besides the document, as the end of a jq program."""

    read: str
    write: str
    none: str = ""
    wrap: str = ""


def door_of(request: Request) -> Door | None:
    """Return how the policy of the request's resource is read and written; None where that is not known here."""
    arn = parse_arn(request.resource.text)
    make = _DOORS.get(request.service)
    return make(arn) if make is not None and arn is not None else None


def _region(arn: Arn) -> str:
    return f" --region {shlex.quote(arn.region)}" if arn.region else ""


def _whole(arn: Arn, resource: str = "") -> str:
    return shlex.quote(f"arn:{arn.partition}:{arn.service}:{arn.region}:{arn.account}:{resource or arn.resource}")


def _s3(arn: Arn) -> Door | None:
    if point := access_point(arn):
        named = f"--account-id {arn.account} --name {shlex.quote(point)}{_region(arn)}"
        return Door(
            f"s3control get-access-point-policy {named} --query Policy",
            f"s3control put-access-point-policy {named} --policy file://FILE",
            "NoSuchAccessPointPolicy",
        )
    if arn.region or ":" in arn.resource:
        # What else has a Region (Outposts, Object Lambda) has a policy of its own, kept in another way.
        return None
    bucket = shlex.quote(arn.resource.partition("/")[0])
    return Door(
        f"s3api get-bucket-policy --bucket {bucket} --query Policy",
        f"s3api put-bucket-policy --bucket {bucket} --policy file://FILE",
        "NoSuchBucketPolicy",
    )


def _kms(arn: Arn) -> Door | None:
    if not arn.resource.startswith("key/"):
        return None
    key = f"--key-id {_whole(arn)} --policy-name default{_region(arn)}"
    return Door(f"kms get-key-policy {key} --query Policy", f"kms put-key-policy {key} --policy file://FILE")


def _sqs(arn: Arn) -> Door:
    domain = {"aws-cn": "amazonaws.com.cn"}.get(arn.partition, "amazonaws.com")
    url = shlex.quote(f"https://sqs.{arn.region}.{domain}/{arn.account}/{arn.resource}")
    queue = f"--queue-url {url}{_region(arn)}"
    return Door(
        f"sqs get-queue-attributes {queue} --attribute-names Policy --query Attributes.Policy",
        f"sqs set-queue-attributes {queue} --attributes file://FILE",
        wrap="{Policy: tojson}",
    )


def _sns(arn: Arn) -> Door:
    topic = f"--topic-arn {_whole(arn)}{_region(arn)}"
    return Door(
        f"sns get-topic-attributes {topic} --query Attributes.Policy",
        f"sns set-topic-attributes {topic} --attribute-name Policy --attribute-value file://FILE",
    )


def _secret(arn: Arn) -> Door:
    secret = f"--secret-id {_whole(arn)}{_region(arn)}"
    return Door(
        f"secretsmanager get-resource-policy {secret} --query ResourcePolicy",
        f"secretsmanager put-resource-policy {secret} --resource-policy file://FILE --block-public-policy",
    )


def _dynamodb(arn: Arn) -> Door:
    # An index has no policy of its own; a stream has.
    table = f"--resource-arn {_whole(arn, arn.resource.partition('/index/')[0])}{_region(arn)}"
    return Door(
        f"dynamodb get-resource-policy {table} --query Policy",
        f"dynamodb put-resource-policy {table} --policy file://FILE",
        "PolicyNotFoundException",
    )


def _ecr(arn: Arn) -> Door:
    name = shlex.quote(arn.resource.removeprefix("repository/"))
    repository = f"--registry-id {arn.account} --repository-name {name}{_region(arn)}"
    return Door(
        f"ecr get-repository-policy {repository} --query policyText",
        f"ecr set-repository-policy {repository} --policy-text file://FILE",
        "RepositoryPolicyNotFoundException",
    )


def _role(arn: Arn) -> Door:
    name = f"--role-name {shlex.quote(arn.name)}"
    return Door(
        f"iam get-role {name} --query Role.AssumeRolePolicyDocument",
        f"iam update-assume-role-policy {name} --policy-document file://FILE",
    )


def _file_system(arn: Arn) -> Door:
    name = f"--file-system-id {shlex.quote(arn.name)}{_region(arn)}"
    return Door(
        f"efs describe-file-system-policy {name} --query Policy",
        f"efs put-file-system-policy {name} --policy file://FILE",
        "PolicyNotFound",
    )


def _stream(arn: Arn) -> Door:
    name = f"--resource-arn {_whole(arn)}{_region(arn)}"
    return Door(
        f"kinesis get-resource-policy {name} --query Policy", f"kinesis put-resource-policy {name} --policy file://FILE"
    )


def _bus(arn: Arn) -> Door | None:
    if not arn.resource.startswith("event-bus/"):
        return None
    name = shlex.quote(arn.resource.removeprefix("event-bus/"))
    return Door(
        f"events describe-event-bus --name {name}{_region(arn)} --query Policy",
        f"events put-permission --event-bus-name {name}{_region(arn)} --policy file://FILE",
    )


_DOORS = {
    "s3": _s3,
    "kms": _kms,
    "sqs": _sqs,
    "sns": _sns,
    "secretsmanager": _secret,
    "dynamodb": _dynamodb,
    "ecr": _ecr,
    "sts": _role,
    "elasticfilesystem": _file_system,
    "kinesis": _stream,
    "events": _bus,
}
