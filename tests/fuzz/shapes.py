"""Cases that were damaged, and JSON that never was a case.

Most of a damaged case still makes sense, so that the damage is met deep inside and not at the door.
"""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.strategies import cases as whole_cases

__all__ = ["account_details", "damaged_cases", "json_values"]

# Values that mean something to a part of the evaluator, of the wrong kind or in the wrong place as well.
WORDS = (
    *"* ? ** s3:* s3:GetObject S3:getobject :: : a: :a Allow Deny allow ${aws:username} ${ ${} ${*} ${a,'b'}".split(),
    "${a, 'b'}",
    "${a, 'b",
    *"arn: arn:aws: arn:::::: arn:aws:s3:::b/k arn:aws:iam::111122223333:root arn:aws:iam::111122223333:role/r".split(),
    *"arn:aws:sts::111122223333:assumed-role/r/s arn:aws:sts::111122223333:assumed-role/ arn:aws:kms:*:*:key/?".split(),
    *"111122223333 ١١١١٢٢٢٢٣٣٣٣ 10.0.0.0/8 10.0.0.0/33 ::/0 ::1%eth0 fe80::/129 1e400 -0 NaN Infinity 1_000".split(),
    *"2020-04-01T00:00:00Z 0001-01-01 9999-12-31T23:59:59+23:59 2020-02-30 99999999999999999999 QUI= Q Ä true".split(),
    *"aws:SourceIp aws:PrincipalArn AWS:username s3:prefix anonymous lambda.amazonaws.com İ ß ﬁ".split(),
    *'{"Version":"2012-10-17","Statement":[]} %7B%7D %ff { [] null'.split(),
    "",
    " ",
    "\n",
    "\x00",
    "\ud800",
    "*" * 300,
    "a*" * 200,
    "${" * 200,
)
KEYS = (
    *"Version Statement Effect Action NotAction Resource NotResource Principal NotPrincipal Condition Sid Id".split(),
    *"AWS Service Federated CanonicalUser StringLike StringEqualsIfExists NotIpAddress Null ArnLike Bool".split(),
    *"ForAllValues:StringLike ForAnyValue:NumericLessThan DateGreaterThan BinaryEquals aws:SourceIp".split(),
    *"name document principal action resource resource_account context context_complete stated service".split(),
    "federated",
    *"identity_policies resource_policy permissions_boundaries session_policy scps rcps vpc_endpoint_policies".split(),
    *"settings unknown kms_grants s3_block_public_access id GranteePrincipal Operations Constraints".split(),
    *"EncryptionContextSubset EncryptionContextEquals".split(),
)
NUMBERS = (0, -1, 1, 5, 2**31, 2**63, 2**64, 10**400, -0.0, 0.1, 1e308, 1e-320)

_scalars = (
    st.none() | st.booleans() | st.sampled_from(NUMBERS) | st.sampled_from(WORDS) | st.integers() | st.text(max_size=8)
)
_keys = st.sampled_from(KEYS) | st.text(max_size=4)


def json_values(most: int = 20) -> st.SearchStrategy[Any]:
    """Any JSON, of words that mean something here."""
    return st.recursive(
        _scalars,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5)
        ),
        max_leaves=most,
    )


def _places(value: Any, into: list[tuple[Any, Any]]) -> None:
    """List every place of a value as (container, key)."""
    for key in value if isinstance(value, dict) else range(len(value)):
        into.append((value, key))
        if isinstance(value[key], dict | list):
            _places(value[key], into)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[Any]) -> Any:
    """What `whole` draws, damaged in one to four places."""
    value = copy.deepcopy(draw(whole))
    for _ in range(draw(st.integers(0, 4))):
        places: list[tuple[Any, Any]] = []
        _places(value, places)
        if not places:
            break
        container, key = places[draw(st.integers(0, len(places) - 1))]
        old = container[key]
        how = draw(st.integers(0, 6))
        if how <= 2:
            container[key] = draw(json_values(6))
        elif how == 3:
            del container[key]
        elif how == 4:
            container[key] = [old, old]
        elif how == 5:
            container[key] = {draw(st.sampled_from(KEYS)): old}
        elif isinstance(container, dict):
            container[draw(st.sampled_from(KEYS))] = container.pop(key)
        else:
            container.append(draw(json_values(4)))
    return value


def damaged_cases() -> st.SearchStrategy[Any]:
    """Cases in the conformance form with some damage; some with a field that was never anything."""
    odd = st.dictionaries(st.sampled_from(KEYS), json_values(12), max_size=3)
    both = st.tuples(whole_cases(), odd, st.booleans()).map(_joined)
    return damaged(both) | both | json_values(30)


def _joined(parts: tuple[dict[str, Any], dict[str, Any], bool]) -> dict[str, Any]:
    case, odd, incomplete = parts
    case = {**case, **odd}
    if incomplete and isinstance(case.get("request"), dict):
        case["request"] = {**case["request"], "context_complete": False, "resource_account": None}
    return case


_CALLER = "arn:aws:iam::111122223333:user/ana"


@st.composite
def account_details(draw: st.DrawFn) -> Any:
    """A case with the details of its caller's account, damaged."""
    case = draw(whole_cases())
    policy = {"PolicyName": "p", "PolicyDocument": draw(json_values(8))}
    details = {
        "UserDetailList": [
            {
                "Arn": _CALLER,
                "UserId": "AIDA",
                "GroupList": ["g"],
                "UserPolicyList": [policy],
                "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/P"}],
                "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/P"},
                "Tags": [{"Key": "team", "Value": "x"}],
            }
        ],
        "GroupDetailList": [{"GroupName": "g", "GroupPolicyList": [policy]}],
        "RoleDetailList": [
            {
                "Arn": "arn:aws:iam::111122223333:role/r",
                "RoleName": "r",
                "RoleId": "AROA",
                "AssumeRolePolicyDocument": draw(json_values(8)),
                "RolePolicyList": [policy],
            }
        ],
        "Policies": [
            {
                "Arn": "arn:aws:iam::aws:policy/P",
                "DefaultVersionId": "v1",
                "PolicyVersionList": [{"VersionId": "v1", "Document": draw(json_values(8))}],
            }
        ],
    }
    left_out = draw(st.lists(st.sampled_from(sorted(case)), max_size=6))
    case = {key: value for key, value in case.items() if key not in left_out or key == "request"}
    fields = ("identity_policies", "unknown", "session_policy", "scps", "settings")
    odd = draw(st.dictionaries(st.sampled_from(fields), json_values(6), max_size=1))
    if draw(st.integers(0, 3)) == 0:
        case["request"] = {**case["request"], "stated": draw(json_values(6))}
    if isinstance(case["request"]["principal"], str) and draw(st.booleans()):
        case["request"] = {**case["request"], "principal": _CALLER}
    whole = {**case, **odd, "account_authorization_details": details}
    return draw(damaged(st.just(whole)))
