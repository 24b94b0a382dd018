"""From an API operation to the IAM action that it needs.

Most operations have the action of the same name under the service's IAM prefix. Both tables are data: the same-name
ones are generated from botocore and the Service Authorization Reference (scripts/refresh_operations.py), the
exceptions come from the services' own permission pages.
"""

from functools import cache, lru_cache
from pathlib import Path

import msgspec

__all__ = ["action_for", "actions_for", "is_a_service", "service_named"]

_DATA = Path(__file__).parent / "data"

# Where an operation's name is shared by several services and nothing else tells, these are what people mean.
_USUAL = (
    "s3 ec2 iam sts lambda dynamodb ecr sqs sns kms ssm secretsmanager logs cloudformation ecs cloudwatch rds"
    " route53 bedrock organizations elasticloadbalancing autoscaling events states glue athena"
).split()


# Of an operation that more services than this have, only these are meant without being named.
_FEW = 3
_FOREMOST = frozenset("s3 ec2 iam sts lambda dynamodb sqs sns kms ssm secretsmanager organizations".split())

# Names under which services speak that no table has: parts of them, and the names of their clients.
_ALSO = {
    "cloudwatchalarms": "cloudwatch",
    "cognito": "cognito-idp",
    "securitytokenservice": "sts",
    "securitytoken": "sts",
    "eventbridgescheduler": "scheduler",
    "eventbridgepipes": "pipes",
    "datafirehose": "firehose",
    "systemsmanager": "ssm",
    "simplesystemsmanagement": "ssm",
    "identitymanagement": "iam",
    "elasticmapreduce": "elasticmapreduce",
    "keymanagementservice": "kms",
    "vpcflowlogs": "ec2",
    "stepfunctions": "states",
}


class _Table(msgspec.Struct):
    names: dict[str, str]
    operations: dict[str, str]


class _Index(msgspec.Struct):
    """names: any name of a service -> IAM prefix. prefixes: operation in lower case -> the services that have it.

    spelled: IAM prefix -> its operations, each between blanks.
    """

    names: dict[str, str]
    prefixes: dict[str, tuple[str, ...]]
    spelled: dict[str, str]
    exceptions: dict[str, dict[str, list[str]]]


@cache
def _index() -> _Index:
    table = msgspec.json.decode((_DATA / "operations.json").read_bytes(), type=_Table)
    exceptions = msgspec.json.decode((_DATA / "exceptions.json").read_bytes(), type=dict[str, dict[str, list[str]]])
    spelled = {prefix: f" {names} " for prefix, names in table.operations.items()}
    for prefix, operations in exceptions.items():
        known = spelled.get(prefix, " ")
        lowered = known.lower()
        spelled[prefix] = known + "".join(f"{name} " for name in operations if f" {name.lower()} " not in lowered)
    prefixes: dict[str, tuple[str, ...]] = {}
    # In whole services at a time: one of eighteen thousand names after the other is a tenth of a short process.
    for prefix, names in spelled.items():
        own: dict[str, tuple[str, ...]] = dict.fromkeys(names.lower().split(), (prefix,))
        for name in prefixes.keys() & own.keys():
            own[name] = (*prefixes[name], prefix)
        prefixes |= own
    return _Index(table.names, prefixes, spelled, exceptions)


@lru_cache(maxsize=1024)
def _having(operation: str) -> tuple[tuple[str, str], ...]:
    """Return each service that has an operation, by its IAM prefix, and how it spells it."""
    index = _index()
    found = []
    for prefix in index.prefixes.get(operation.lower(), ()):
        names = index.spelled[prefix]
        at = names.lower().index(f" {operation.lower()} ") + 1
        found.append((prefix, names[at : at + len(operation)]))
    return tuple(found)


def service_named(name: str) -> str | None:
    """Return the IAM prefix of a service by any of its names (`Elastic Load Balancing v2`, `AmazonDynamoDBv2`)."""
    name = name.lower()
    for noise in ("amazon", "aws", " ", "-", "_"):
        name = name.replace(noise, "")
    return _index().names.get(name) or _ALSO.get(name)


def is_a_service(name: str) -> bool:
    """Tell whether words with capitals name an AWS service (`CloudWatch Alarms`), and not a person or a thing."""
    return name != "Account" and service_named(name) is not None


def action_for(operation: str, service: str | None = None) -> str | None:
    """Return the action that an operation needs first, or None where the operation is unknown or shared.

    operation: as printed (`HeadObject`). service: an IAM prefix where one is known. Without it the operation must
    belong to one service alone, or to one alone of those that people use most.
    """
    found = _having(operation)
    if service:
        found = tuple(entry for entry in found if entry[0] == service)
    elif len(found) > 1:
        usual = _USUAL if len(found) <= _FEW else _FOREMOST
        found = tuple(entry for entry in found if entry[0] in usual)
    if len(found) != 1:
        return None
    prefix, name = found[0]
    exception = _index().exceptions.get(prefix, {}).get(name)
    return exception[0] if exception else f"{prefix}:{name}"


def actions_for(operation: str, service: str) -> tuple[str, ...]:
    """Return every action that an operation of a service (its IAM prefix) needs; () where the operation is unknown."""
    for prefix, name in _having(operation):
        if prefix == service:
            return tuple(_index().exceptions.get(prefix, {}).get(name, (f"{prefix}:{name}",)))
    return ()
