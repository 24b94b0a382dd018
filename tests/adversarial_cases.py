"""Cases meant to make the evaluator slow: each shape grows to the number of bytes that a test or bench wants.

A shape is a function of a count, from which `case` finds the count for a size. What they have in common is that
everything matches, or nearly everything, or that everything has to be looked at to see that it does not."""

import itertools
import json
from collections.abc import Callable
from typing import Any

__all__ = ["SHAPES", "case"]

Json = dict[str, Any]

_ANA = "arn:aws:iam::111122223333:user/ana"
_ALL: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def _request(**more: Any) -> Json:
    request = {"principal": _ANA, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
    return {**request, "resource_account": "111122223333", "context": {}, **more}


def _identity(*statements: Json, request: Json | None = None, **more: Any) -> Json:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    policies = [{"name": "p", "document": document}]
    return {"request": request or _request(), "identity_policies": policies, **more}


def _conditions(condition: Json, context: Json, effect: str = "Allow") -> Json:
    return _identity({**_ALL, "Effect": effect, "Condition": condition}, request=_request(context=context))


def _words(count: int, form: str = "w{}") -> list[str]:
    return [form.format(number) for number in range(count)]


def _nearly(count: int) -> list[str]:
    """Patterns all of whose letters stand in `s3:getobject`, in another order."""
    letters = itertools.product("getobjc", repeat=6)
    return [f"s3:?*{a}*{b}*{c}*{d}*{e}*{f}*t?g" for a, b, c, d, e, f in itertools.islice(letters, count)]


def _deep(count: int) -> Any:
    value: Any = "x"
    for _ in range(count):
        value = [value]
    return value


def _details(count: int) -> Json:
    """The details of a user with hundreds of groups and managed policies, in an account of many more."""
    arn = "arn:aws:iam::111122223333:policy/p{}"
    attached = [{"PolicyName": f"p{i}", "PolicyArn": arn.format(i)} for i in range(min(count, 900))]
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": {"Statement": [_ALL]}}
    groups = _words(count, "g{}")
    user = {"UserName": "ana", "Arn": _ANA, "GroupList": groups[:900], "AttachedManagedPolicies": attached}
    return {
        "UserDetailList": [user],
        "GroupDetailList": [{"GroupName": name, "GroupPolicyList": []} for name in groups],
        "Policies": [{"Arn": arn.format(i), "PolicyVersionList": [version]} for i in range(count)],
    }


def _in_resource_policy(*statements: Json) -> Json:
    case = _identity(_ALL)
    case["resource_policy"] = {"Version": "2012-10-17", "Statement": list(statements)}
    return case


_DENY: Json = {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}
_LONG = "arn:aws:s3:::b/" + "a" * 8_000

SHAPES: dict[str, Callable[[int], Json]] = {
    "denies that match": lambda n: _identity(*[_DENY] * n),
    "denies of everything": lambda n: _identity(*[{**_DENY, "Action": "*"}] * n),
    "denies with Sids": lambda n: _identity(*[{**_DENY, "Sid": f"S{number}"} for number in range(n)]),
    "denies in many policies": lambda n: {
        "request": _request(),
        "identity_policies": [
            {"name": f"p{i}", "document": {"Statement": [_DENY] * (n // 500 + 1)}} for i in range(500)
        ],
    },
    "policies of AWS's by name": lambda n: {
        "request": _request(),
        "identity_policies": [{"name": "arn:aws:iam::aws:policy/ReadOnlyAccess"}] * min(n, 1_000),
    },
    "denies whose keys no request carries": lambda n: _identity(
        *[{**_DENY, "Condition": {"Null": {f"s3:no-key-{i}": "true"}}} for i in range(n)]
    ),
    "denies in SCPs": lambda n: _identity(_ALL, scps=[[{"Statement": [_ALL, *[_DENY] * n]}]]),
    "denies in a bucket policy": lambda n: _in_resource_policy(*[{**_DENY, "Principal": "*"}] * n),
    "denies that nearly match": lambda n: _identity(*[{**_DENY, "Resource": "arn:aws:s3:::b/k?"}] * n),
    "denies that may match": lambda n: _identity(
        *[{**_DENY, "Condition": {"StringEquals": {f"aws:PrincipalTag/{i}": "x"}}} for i in range(n)],
        request=_request(context_complete=False),
    ),
    "allows that may match": lambda n: _identity(
        *[{**_ALL, "Condition": {"StringEquals": {f"aws:PrincipalTag/{i}": "x"}}} for i in range(n)],
        request=_request(context_complete=False),
    ),
    "allows whose condition fails": lambda n: _identity(
        *[{**_ALL, "Condition": {"StringEquals": {"aws:PrincipalTag/t": f"x{i}"}}} for i in range(n)]
    ),
    "allows for other buckets": lambda n: _identity(
        *[{**_ALL, "Resource": f"arn:aws:s3:::other-{i}/*"} for i in range(n)]
    ),
    "any value of many, like many": lambda n: _conditions(
        {"ForAnyValue:StringLike": {"aws:TagKeys": _words(n, "*q{}*")}}, {"aws:TagKeys": _words(min(n, 10_000))}
    ),
    "any value of many, equal to many": lambda n: _conditions(
        {"ForAnyValue:StringEquals": {"aws:TagKeys": _words(n, "q{}")}}, {"aws:TagKeys": _words(min(n, 10_000))}
    ),
    "every value of many, like many": lambda n: _conditions(
        {"ForAllValues:StringNotLike": {"aws:TagKeys": _words(n, "*q{}")}}, {"aws:TagKeys": _words(min(n, 10_000))}
    ),
    "any ARN of many, like many": lambda n: _conditions(
        {"ForAnyValue:ArnLike": {"aws:x": _words(n, "arn:aws:s3:::*q{}*")}},
        {"aws:x": _words(min(n, 10_000), "arn:aws:s3:::w{}")},
    ),
    "any address of many": lambda n: _conditions(
        {"NotIpAddress": {"aws:SourceIp": _words(n, "10.0.0.0/8")}}, {"aws:SourceIp": "203.0.113.1"}
    ),
    "dates": lambda n: _conditions(
        {"DateNotEquals": {"aws:CurrentTime": _words(n, "2026-01-01T00:00:0{}"[:20])}},
        {"aws:CurrentTime": "2025-01-01"},
    ),
    "stars on a long resource": lambda n: _identity(
        {**_ALL, "Resource": _words(n, "arn:aws:s3:::b/*a*a*a*a*a*a*a*a*a*a*b{}")}, request=_request(resource=_LONG)
    ),
    "question marks on a long resource": lambda n: _identity(
        {**_ALL, "Resource": _words(n, "arn:aws:s3:::b/*a?a?a?a?a?a?a?a?a?a?a?b{}*")}, request=_request(resource=_LONG)
    ),
    "colons on a long resource": lambda n: _identity(
        {**_ALL, "Resource": _words(n, "arn:*:s*:*:*:*{}:*:*:*:*")},
        request=_request(resource="arn:aws:s3:::" + ":a" * 4_000),
    ),
    "one pattern of question marks": lambda n: _identity(
        {**_ALL, "Resource": "arn:aws:s3:::b/*" + "a?" * min(n, 4_000) + "b*"}, request=_request(resource=_LONG)
    ),
    "one pattern of stars": lambda n: _identity({**_ALL, "Resource": "arn:aws:s3:::b/" + "*a" * n}),
    "a condition of stars": lambda n: _conditions({"StringLike": {"s3:prefix": "*a" * n}}, {"s3:prefix": "a" * 8_000}),
    "actions": lambda n: _identity({**_ALL, "Action": ["s3:GetObject"] * n}),
    "actions that do not exist": lambda n: _identity({**_ALL, "Action": _words(n, "s3:GetObjct{}")}),
    "patterns of actions": lambda n: _identity({**_ALL, "Action": _words(n, "s3:*?{}*")}),
    "patterns of actions that nearly match": lambda n: _identity({**_ALL, "Action": _nearly(n)}),
    "actions and resources": lambda n: _identity(
        {**_ALL, "Action": ["s3:GetObject"] * n, "Resource": _words(n, "arn:aws:sqs:eu-west-1:111122223333:*q{}*")}
    ),
    "actions of services that do not exist": lambda n: _identity({**_ALL, "Action": _words(n, "s{}:GetObject")}),
    "statements of a service": lambda n: _identity(
        *[{**_ALL, "Action": f"s3:Put{i}", "Resource": "arn:aws:s3:::x"} for i in range(min(n, 20_000))]
    ),
    "statements of other services": lambda n: _identity(
        *[{**_ALL, "Action": f"ec2:Run{i}"} for i in range(min(n, 20_000))]
    ),
    "principals": lambda n: _in_resource_policy(
        {**_ALL, "Principal": {"AWS": _words(n, "arn:aws:iam::111122223333:role/r{}")}}
    ),
    "principals in many denies": lambda n: _in_resource_policy(
        *[{**_DENY, "NotPrincipal": {"AWS": _words(40, "arn:aws:iam::111122223333:role/r{}")}}] * (n // 40 + 1)
    ),
    "condition keys that do not exist": lambda n: _identity(
        {**_ALL, "Condition": {"StringEquals": {f"s3:key-{i}": "x" for i in range(n)}}}
    ),
    "operators that do not exist": lambda n: _identity(
        {**_ALL, "Condition": {f"StringEqual{i}": {"s3:prefix": "x"} for i in range(n)}}
    ),
    "a deep condition": lambda n: _conditions({"StringEquals": {"s3:prefix": _deep(min(n, 900))}}, {}),
    "a long Sid": lambda n: _identity({**_DENY, "Sid": "S" * n}),
    "a long name": lambda n: {**_identity(_DENY), "identity_policies": [{"name": "n" * n, "document": {}}]},
    "a long condition value": lambda n: _conditions({"StringEquals": {"s3:prefix": "x" * n}}, {"s3:prefix": "y"}),
    "many condition values": lambda n: _conditions({"StringEquals": {"s3:prefix": _words(n)}}, {"s3:prefix": "y"}),
    "many context keys": lambda n: _identity(_ALL, request=_request(context={f"x:{i}": "y" for i in range(n)})),
    "a long context value": lambda n: _identity(_ALL, request=_request(context={"s3:prefix": "y" * n})),
    "variables": lambda n: _identity(
        {**_ALL, "Resource": _words(n, "arn:aws:s3:::b/${{aws:PrincipalTag/t}}/{}")},
        request=_request(context={"aws:PrincipalTag/t": "x"}),
    ),
    "variables that are not known": lambda n: _identity(
        {**_ALL, "Resource": _words(n, "arn:aws:s3:::b/${{aws:PrincipalTag/t{}}}")},
        request=_request(context_complete=False),
    ),
    "grants": lambda n: {
        **_identity(_ALL, request=_request(action="kms:Decrypt", resource="arn:aws:kms:eu-west-1:111122223333:key/k")),
        "settings": {"kms_grants": [{"GranteePrincipal": _ANA, "Operations": ["Encrypt"]}] * n},
    },
    "account details": lambda n: {"request": _request(), "account_authorization_details": _details(n)},
    "misspelt elements": lambda n: _identity({**_ALL, **{f"Resourc{i}": "x" for i in range(n)}}),
    "public statements": lambda n: {
        **_in_resource_policy(*[{**_ALL, "Principal": "*"}] * n),
        "request": _request(resource_account="444455556666"),
        "settings": {"s3_block_public_access": True},
    },
}


def case(shape: str, size: int) -> Json:
    """Return the shape grown to about a number of bytes, as JSON."""
    make = SHAPES[shape]
    few = len(json.dumps(make(100)))
    each = max(1, (len(json.dumps(make(600))) - few) // 500)
    return make(max(1, (size - few) // each + 100))
