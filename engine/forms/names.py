"""Names that a change needs: of the policy it makes, of the thing it is for."""

import re
from typing import Any

from whydenied.engine.arn import Arn, access_point

__all__ = ["first_action", "holder_name", "label", "policy_name"]

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


def holder_name(arn: Arn) -> str:
    """Return what has the policy, by its name: the role of a session, the bucket of an object, the access
    point, the API of a method, the key, the queue."""
    if arn.kind == "assumed-role":
        return arn.resource.split("/")[1]
    if point := access_point(arn):
        return point
    if arn.service == "vpc-lattice":
        return arn.resource.partition("/")[2].partition("/")[0]
    if arn.service == "execute-api":
        return arn.resource.partition("/")[0]
    if arn.service == "s3" and not arn.account:
        return arn.resource.partition("/")[0]
    if arn.service == "dynamodb":
        return arn.resource.split("/")[1] if "/" in arn.resource else arn.name
    if arn.service == "secretsmanager":
        return re.sub(r"-[A-Za-z0-9]{6}\Z", "", arn.resource.removeprefix("secret:"))
    if arn.service in ("ecr", "events") and "/" in arn.resource:
        return arn.resource.partition("/")[2]
    return arn.name
