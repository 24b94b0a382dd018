"""A policy that stands alone, as `--query Policy --output text` and the console print it, put back into its output.

What it is a policy of, the question under which it was pasted tells; without one, the policy itself, as far as it can.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from whydenied.engine.errors import InputError

__all__ = ["NOT_IN_IT", "as_printed"]

_Object = dict[str, Any]

_WITHOUT_PRINCIPAL: Final = ("SimulatePrincipalPolicy",)


NOT_IN_IT: Final = ("role.exists", "boundary.attached", "vpce.in-path")
"""Questions that the whole output answers, and a policy alone does not."""


def as_printed(policy: Mapping[str, object], operation: str = "", role: str = "") -> _Object:
    """Return the output whose policy this is; operation: the call that was asked for, "" for none; role: the ARN of
    the role that was to be assumed, where the message tells it.

    Raise InputError for a policy of another kind than that call's.
    """
    text = json.dumps(policy)
    on_resource = '"Principal"' in text or '"NotPrincipal"' in text
    operation = operation if operation in (*_FORMS, "GetRole") else _guessed(text, on_resource)
    if on_resource and operation in _WITHOUT_PRINCIPAL:
        raise InputError("this policy names a Principal: it is a resource's, not one of the caller's own policies")
    if not on_resource and operation not in _WITHOUT_PRINCIPAL:
        raise InputError("this policy names no Principal: it is one of a user or role, not the resource's own policy")
    if operation == "GetRole":
        role = role or _NO_ROLE
        return {"Role": {"RoleName": role.rsplit("/", 1)[-1], "Arn": role, "AssumeRolePolicyDocument": dict(policy)}}
    return _FORMS[operation](dict(policy), text)


def _guessed(text: str, on_resource: bool) -> str:
    if not on_resource:
        return "SimulatePrincipalPolicy"
    if '"sts:AssumeRole' in text and '"Resource"' not in text:
        return "GetRole"
    if '"kms:' in text:
        return "GetKeyPolicy"
    if '"ecr:' in text:
        return "GetRepositoryPolicy"
    return "GetPolicy" if '"lambda:' in text else "GetBucketPolicy"


_NO_ROLE: Final = "arn:aws:iam::000000000000:role/unnamed"
_FORMS: Final[Mapping[str, Callable[[_Object, str], _Object]]] = {
    "GetBucketPolicy": lambda policy, text: {"Policy": text},
    "GetKeyPolicy": lambda policy, text: {"Policy": text, "PolicyName": "default"},
    "GetPolicy": lambda policy, text: {"Policy": text, "RevisionId": "unknown"},
    "GetRepositoryPolicy": lambda policy, text: {"policyText": text},
    "DescribeVpcEndpoints": lambda policy, text: {"VpcEndpoints": [{"State": "available", "PolicyDocument": text}]},
    "SimulatePrincipalPolicy": lambda policy, text: {"PolicyVersion": {"Document": policy}},
}
