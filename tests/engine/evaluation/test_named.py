"""What a case names, misspells or leaves out is never read as empty."""

from typing import Any

import pytest

from whydenied.engine.evaluation import evaluate_case, read_case
from whydenied.engine.evaluation.explanation import explain
from whydenied.engine.secrets.sign import MASK

_ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
_ADMIN = "arn:aws:iam::111122223333:policy/team/Admin"
_REQUEST = {
    "principal": "arn:aws:iam::111122223333:user/ana",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::b/k",
    "resource_account": "111122223333",
}


def _decide(**fields: Any) -> Any:
    return evaluate_case({"request": _REQUEST, **fields})


@pytest.mark.parametrize(
    "named",
    [
        {"name": _ADMIN},
        _ADMIN,
        {"name": _ADMIN, "document": None},
        {"PolicyName": "Admin", "PolicyArn": _ADMIN},
        {"arn": _ADMIN},
    ],
)
@pytest.mark.parametrize(
    ("field", "wrap"),
    [
        ("identity_policies", lambda one: [one, {"name": "all", "document": _ALLOW}]),
        ("permissions_boundaries", lambda one: [one]),
        ("session_policy", lambda one: one),
        ("scps", lambda one: [[_ALLOW], [one]]),
        ("rcps", lambda one: [[one]]),
        ("vpc_endpoint_policies", lambda one: [one]),
        ("resource_policy", lambda one: one),
    ],
)
def test_a_policy_that_is_named_alone_is_not_known(field: str, wrap: Any, named: Any) -> None:
    """Whatever it says could deny, and the explanation says which text is wanted."""
    principal = "arn:aws:sts::111122223333:assumed-role/r/s" if field == "session_policy" else _REQUEST["principal"]
    case = {"request": {**_REQUEST, "principal": principal}, "identity_policies": [{"name": "a", "document": _ALLOW}]}
    case |= {field: wrap(named)}
    evaluation = read_case(case, explain=True)
    assert (evaluation.decision, evaluation.blocked_by) == ("Unknown", [])
    assert f"the text of `{_ADMIN}`" in explain(evaluation).summary


def test_a_deny_beside_it_denies() -> None:
    """Nothing that the other policy may say lifts it."""
    answer = _decide(identity_policies=[{"name": _ADMIN}, {"name": "no", "document": _DENY}])
    assert (answer["decision"], answer["blocked_by"]) == ("ExplicitlyDenied", ["identity"])
    answer = _decide(identity_policies=[{"name": "a", "document": _ALLOW}], scps=[[_DENY], [_ADMIN]])
    assert (answer["decision"], answer["blocked_by"]) == ("ExplicitlyDenied", ["scp"])


@pytest.mark.parametrize("empty", [[], None, [{"document": {}}], [{"name": "x", "document": {"Statement": []}}]])
def test_what_is_empty_stays_empty(empty: Any) -> None:
    """No policy, and a policy without statements, allow nothing."""
    assert _decide(identity_policies=empty)["decision"] == "ImplicitlyDenied"


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        ({"permission_boundaries": [_DENY]}, "permissions_boundaries"),
        ({"permissionsBoundary": _DENY}, "permissions_boundaries"),
        ({"resourcePolicy": _DENY}, "resource_policy"),
        ({"scp": [[_DENY]]}, "scps"),
        ({"SCPs": [[_DENY]]}, "scps"),
        ({"identityPolicies": []}, "identity_policies"),
        ({"session_policies": [_DENY]}, "session_policy"),
        ({"vpc_endpoint_policy": _DENY}, "vpc_endpoint_policies"),
        ({"setting": {}}, "settings"),
        ({"organization": [_DENY]}, "known are"),
        ({"organization": [[_DENY]]}, "known are"),
        ({"identity_policies": [{"name": "x", "documnet": _DENY}]}, "document"),
        ({"identity_policies": [{"statements": []}]}, "Statement"),
    ],
)
def test_a_misspelt_field_is_an_error(fields: dict[str, Any], meant: str) -> None:
    """It says which one was meant; in silence it would read as "there is none"."""
    error = _decide(**{"identity_policies": [{"name": "a", "document": _ALLOW}], **fields})["error"]
    assert meant in error


@pytest.mark.parametrize("field", ["principle", "Action", "resource_acount", "contexts", "context-complete"])
def test_a_misspelt_field_of_the_request_is_an_error(field: str) -> None:
    """Keys, accounts and completeness change decisions too."""
    answer = evaluate_case({"request": {**_REQUEST, field: "x"}, "identity_policies": []})
    assert "did you mean" in answer["error"]


@pytest.mark.parametrize("remark", [{"source": "S3 User Guide"}, {"tags": ["a"]}, {"severity": "high"}, {"why": "x"}])
def test_remarks_are_no_fields(remark: dict[str, Any]) -> None:
    """A case may say where it is from."""
    assert _decide(**remark)["decision"] == "ImplicitlyDenied"


_AWS = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.mark.parametrize(
    "named",
    [_AWS, {"name": _AWS}, {"name": "ReadOnlyAccess"}, {"PolicyName": "AdministratorAccess", "PolicyArn": _AWS}],
)
def test_the_real_text_of_a_managed_policy_decides(named: Any) -> None:
    """An ARN, a name or an attachment as the CLI lists it stands for what AWS wrote."""
    assert _decide(identity_policies=[named])["decision"] == "Allowed"
    assert _decide(identity_policies=[_ALLOW], permissions_boundaries=[named])["decision"] == "Allowed"
    write = {**_REQUEST, "action": "s3:PutObject"}
    case = {"request": write, "identity_policies": [{"name": "ReadOnlyAccess"}]}
    assert evaluate_case(case) == {"id": None, "decision": "ImplicitlyDenied", "blocked_by": ["identity"]}


def test_the_policies_that_organizations_attach_are_known() -> None:
    """FullAWSAccess allows everything at its level, RCPFullAWSAccess likewise; an SCP of one's own stays unknown."""
    full = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    rcp = "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess"
    ours = "arn:aws:organizations::999988887777:policy/o-abc/service_control_policy/p-12345678"
    known = {"identity_policies": [_ALLOW], "rcps": [[rcp]]}
    assert _decide(**known, scps=[[full], [full]])["decision"] == "Allowed"
    assert _decide(**known, scps=[[full], [full, ours]])["decision"] == "Unknown"


def test_a_policy_of_which_a_part_was_masked_is_not_known() -> None:
    """What it covers cannot be told, so nothing is taken from the parts that can be read."""
    shown = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": f"arn:{MASK * 8}"}]}
    for policy in (shown, {"name": "Team", "document": shown}):
        evaluation = read_case({"request": _REQUEST, "identity_policies": [policy]}, explain=True)
        assert evaluation.decision == "Unknown"
        (need,) = explain(evaluation).needs
        assert "a part of it is masked" in need.name


@pytest.mark.parametrize("field", ["principal", "action", "resource"])
def test_a_request_of_which_a_part_was_masked_is_refused(field: str) -> None:
    """Nothing can be decided for a name that is not there."""
    error = evaluate_case({"request": {**_REQUEST, field: f"{_REQUEST[field]}{MASK * 8}"}})["error"]
    assert f"`{field}` holds" in str(error)
    assert "masked as a secret" in str(error)
