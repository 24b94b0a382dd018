"""Names that a change needs: of the policy it makes, of the thing it is for."""

import re
from typing import Any

from whydenied.engine.arn import Arn, access_point, policy_holder

__all__ = ["first_action", "holder_name", "holding_service", "label", "policy_name"]

# What IAM admits in the name of a policy: letters, digits and `+=,.@-_`, at most 128.
_LONGEST = 60


def first_action(statement: dict[str, Any]) -> str:
    """Return the first action of a statement, "" where it names none."""
    actions = statement.get("Action", "")
    return actions if isinstance(actions, str) else next(iter(actions), "")


def policy_name(statement: dict[str, object]) -> str:
    """Return a name for what a statement allows, such as `allow-s3-getobject`: it is not likely to be taken."""
    words = re.sub(r"[^a-z0-9]+", "-", first_action(statement).lower()).strip("-")
    return f"allow-{words or 'access'}"[:_LONGEST]


def label(*words: str) -> str:
    """Return a label for a block or variable: lower case, digits and `_`, begun by a letter."""
    joined = re.sub(r"[^a-z0-9]+", "_", "_".join(words).lower()).strip("_")
    return joined if joined[:1].isalpha() else f"the_{joined}".rstrip("_")


def holding_service(arn: Arn) -> str:
    """Return the service whose thing has the policy by which a resource is reached; "" for a part of one that has a
    policy of its own: an access point, the stream of a table, the consumer of a stream."""
    of_a_part = (arn.service == "s3" and arn.account) or "/stream/" in arn.resource or "/consumer/" in arn.resource
    return "" if of_a_part else arn.service


def holder_name(arn: Arn) -> str:
    """Return what has the policy, by its name: the role of a session, the bucket of an object, the access
    point, the API of a method, the key, the queue."""
    if arn.kind == "assumed-role":
        return arn.resource.split("/")[1]
    if point := access_point(arn):
        return point
    arn = policy_holder(arn)
    if arn.service in ("dynamodb", "kafka") and "/" in arn.resource:
        return arn.resource.split("/")[1]
    if arn.service == "kinesis":
        return arn.resource.rpartition("/")[2].partition(":")[0]
    if arn.service == "lambda" and ":" in arn.resource:
        return arn.resource.split(":")[1]
    if arn.service == "secretsmanager":
        return re.sub(r"-(?:[A-Za-z0-9]{6}|\?{6})\Z", "", arn.resource.removeprefix("secret:"))
    if arn.service in ("ecr", "ecr-public", "events") and "/" in arn.resource:
        return arn.resource.partition("/")[2]
    return arn.name
