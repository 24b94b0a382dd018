"""Policies in what AWS's commands print: which command's output it is, and the documents in it.

A policy rarely stands alone on a clipboard: `aws iam get-role-policy`, `s3api get-bucket-policy` and the like put it
into an object of their own, often as a string, which the IAM API percent-encodes. Source: the output shapes of the
commands in the AWS CLI Command Reference.
"""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from whydenied.engine.errors import InputError
from whydenied.engine.policy.kinds import Kind

__all__ = ["OUTPUTS", "Named", "Output", "decoded", "output_of", "policies_in"]

Named = dict[str, object]
"""A policy in the evaluator's form: `{"name", "document"}`, or the bare document."""

_MAX_WRAPPERS = 8
# Where commands put a policy, and where they say what it is called.
_WRAPPERS = (
    "PolicyDocument",
    "PolicyVersion",
    "Document",
    "AssumeRolePolicyDocument",
    "Role",
    "PermissionsBoundary",
    "ResourcePolicy",
    "Policy",
    "Content",
    "policyText",
    "policy",
    "Attributes",
    "Policies",
)
_NAMES = ("PolicyName", "Name", "RoleName", "PolicyArn", "VpcEndpointId", "repositoryName")


def decoded(text: str) -> str:
    """Undo the percent-encoding in which the IAM API gives JSON; any other text stays as it is."""
    return unquote(text) if text.lstrip()[:3].lower() in ("%7b", "%5b") else text


class Output(NamedTuple):
    """An output that holds policies of one kind.

    command: that prints it. service: whose resource the policy is on, as in actions; "" for policies on no resource.
    whole: it holds everything that its side of the request has to say, so that a request can be decided by it.
    """

    command: str
    kind: Kind
    service: str
    whole: bool
    is_printed: Callable[[Mapping[str, object]], bool]


def _text(*fields: str) -> Callable[[Mapping[str, object]], bool]:
    return lambda data: all(isinstance(data.get(field), str) for field in fields)


def _holds(outer: str, *inner: str) -> Callable[[Mapping[str, object]], bool]:
    def is_printed(data: Mapping[str, object]) -> bool:
        found = data.get(outer)
        return isinstance(found, Mapping) and all(found.get(field) for field in inner)

    return is_printed


def _one_endpoint(data: Mapping[str, object]) -> bool:
    """Which of several endpoints a request came through, their list does not tell."""
    found = data.get("VpcEndpoints")
    return isinstance(found, list) and len(_with_policy(found)) == 1


def _with_policy(endpoints: list[object]) -> list[Mapping[str, object]]:
    """Return the endpoints that have a policy; those of some services cannot have one."""
    return [one for one in endpoints if isinstance(one, Mapping) and one.get("PolicyDocument")]


# The first that fits is it: those that print more fields of the same names come first.
OUTPUTS = (
    Output("aws kms get-key-policy", "resource", "kms", True, _text("Policy", "PolicyName")),
    Output("aws lambda get-policy", "resource", "lambda", True, _text("Policy", "RevisionId")),
    Output("aws s3api get-bucket-policy", "resource", "s3", True, _text("Policy")),
    Output("aws ecr get-repository-policy", "resource", "ecr", True, _text("policyText")),
    Output("aws secretsmanager get-resource-policy", "resource", "secretsmanager", True, _text("ResourcePolicy")),
    Output("aws sqs get-queue-attributes", "resource", "sqs", True, _holds("Attributes", "Policy", "QueueArn")),
    Output("aws sns get-topic-attributes", "resource", "sns", True, _holds("Attributes", "Policy", "TopicArn")),
    Output("aws ec2 describe-vpc-endpoints", "vpce", "", True, _one_endpoint),
    # A caller has further policies, of which these do not tell.
    Output("aws iam get-policy-version", "identity", "", False, _holds("PolicyVersion", "Document")),
    Output("aws iam get-role-policy", "identity", "", False, lambda data: bool(data.get("PolicyDocument"))),
    Output("aws iam get-role", "resource", "sts", False, _holds("Role", "AssumeRolePolicyDocument")),
)  # fmt: skip


def output_of(data: Mapping[str, object]) -> Output | None:
    """Tell which command printed an output; None for one that holds no policy, or not just one side's."""
    return next((output for output in OUTPUTS if output.is_printed(data)), None)


def policies_in(value: object, name: str = "", depth: int = 0) -> list[Named]:
    """Take the policies out of a JSON value: bare, in a list, as text, or as one of AWS's commands prints them.

    Raises InputError where there is none.
    """
    if depth > _MAX_WRAPPERS:
        raise InputError("there is no policy in this; paste the document that has `Statement`")
    if isinstance(value, str):
        return policies_in(_of_text(value), name, depth + 1)
    if isinstance(value, list):
        return [policy for one in value for policy in policies_in(one, name, depth + 1)]
    if not isinstance(value, Mapping):
        raise InputError(f"`{str(value)[:40]}` is no policy; paste the document that has `Statement`")
    if "Statement" in value or not value:
        return [{"name": name, "document": value} if name else dict(value)]
    if "document" in value:
        return policies_in(value["document"], str(value.get("name") or name), depth + 1)
    if isinstance(value.get("VpcEndpoints"), list):
        return policies_in(_with_policy(value["VpcEndpoints"]), name, depth + 1)
    name = next((str(value[key]) for key in _NAMES if isinstance(value.get(key), str)), name)
    inner = [value[key] for key in _WRAPPERS if isinstance(value.get(key), (dict, list, str))]
    if inner:
        return policies_in(inner[0], name, depth + 1)
    # Whatever it is meant to be: the validation says what it lacks.
    return [{"name": name, "document": value} if name else dict(value)]


def _of_text(text: str) -> object:
    text = text.strip()
    try:
        return json.loads(decoded(text))
    except (ValueError, RecursionError):
        raise InputError(f"`{text[:40]}` is no policy; paste the document that has `Statement`") from None
