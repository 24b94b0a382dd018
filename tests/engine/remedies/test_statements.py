"""The statements of a remedy, one rule each: whom they name, what they are limited to, when they end."""

from typing import Any

import pytest

from tests.engine.evaluation.shorthand import expand
from tests.engine.remedies.proofs import decide_with
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import read_case
from whydenied.engine.remedies import Change, Plan, plan, plan_text

_ANY = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_WORKER = "arn:aws:sts::111122223333:assumed-role/worker/one"
_PATTERNS = ["arn:aws:iam::111122223333:role/worker", "arn:aws:iam::111122223333:role/*/worker"]
_ROLE = "arn:aws:iam::111122223333:role/deploy"
_POLICY = "arn:aws:iam::111122223333:policy/limit"
_HOST = "token.actions.githubusercontent.com"
_PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{_HOST}"
_GITHUB = {"caller": {"federated": _PROVIDER}, "action": "sts:AssumeRoleWithWebIdentity", "target": _ROLE}


def _plan(short: dict[str, Any], until: str = "") -> Plan:
    return plan(read_case(expand(short)), until)


def _first(short: dict[str, Any], until: str = "") -> Change:
    found = _plan(short, until)
    assert found.remedy is not None, found.refusals
    return found.remedy.changes[0]


@pytest.mark.parametrize("sent", [{"aws:SourceArn": "arn:aws:s3:::acme"}, {"aws:SourceAccount": "111122223333"}])
def test_a_service_is_let_in_for_the_source_it_came_for(sent: dict[str, str]) -> None:
    """What the request shows of its source is in the statement; then there is nobody to be confused."""
    service = {"caller": {"service": "s3.amazonaws.com"}, "action": "sns:Publish", "context": sent}
    change = _first({**service, "target": "arn:aws:sns:eu-west-1:111122223333:news"})
    (statement,) = change.statements
    assert {key: value for block in statement["Condition"].values() for key, value in block.items()} == sent
    assert change.dangers == ()


def test_a_service_without_a_source_is_a_danger_with_a_safer_form() -> None:
    """The form with aws:SourceAccount stands beside it."""
    short = {"caller": {"service": "s3.amazonaws.com"}, "action": "sns:Publish"}
    (danger,) = _first({**short, "target": "arn:aws:sns:eu-west-1:111122223333:news"}).dangers
    assert danger.kind == "confused-deputy"
    assert danger.safer is not None
    assert danger.safer["Condition"] == {"StringEquals": {"aws:SourceAccount": "111122223333"}}


@pytest.mark.parametrize(
    ("claims", "missing"),
    [({}, "`sub` and `aud`"), ({f"{_HOST}:aud": "x"}, "`sub`"), ({f"{_HOST}:sub": "repo:a/b:*"}, "`aud`")],
)
def test_no_federation_without_its_claims(claims: dict[str, str], missing: str) -> None:
    """A trust without them would open the role to every repository."""
    found = _plan({**_GITHUB, "context": claims})
    assert found.remedy is None
    assert f"together with {missing} of its tokens" in found.refusals[0]


def test_saml_is_trusted_by_its_audience() -> None:
    """SAML knows no `sub` that has to be asked for."""
    caller = {"federated": "arn:aws:iam::111122223333:saml-provider/Corp"}
    short = {"caller": caller, "action": "sts:AssumeRoleWithSAML", "target": _ROLE}
    assert "`SAML:aud`" in _plan(short).refusals[0]
    audience = {"SAML:aud": "https://signin.aws.amazon.com/saml"}
    assert _first({**short, "context": audience}).statements[0]["Condition"] == {"StringEquals": audience}


def test_a_role_whose_path_is_not_known_is_named_by_patterns() -> None:
    """A Principal with a wrong path is refused by AWS; the account with a condition names exactly that role."""
    statement = _first({"caller": _WORKER, "account": "444455556666", "identity": [_ANY]}).statements[0]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert statement["Condition"] == {"ArnLike": {"aws:PrincipalArn": _PATTERNS}}
    known = {"context": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app/worker"}}
    told = _first({"caller": _WORKER, "account": "444455556666", "identity": [_ANY], **known}).statements[0]
    assert (told["Principal"], "Condition" in told) == ({"AWS": known["context"]["aws:PrincipalArn"]}, False)


def test_the_root_user_is_named_and_not_the_account() -> None:
    """The ARN of the root user alone stands for everybody in its account."""
    root = "arn:aws:iam::111122223333:root"
    statement = _first({"caller": root, "account": "444455556666"}).statements[0]
    assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": root}}


def test_the_principal_of_an_endpoint_policy_goes_by_the_kind_of_endpoint() -> None:
    """S3 and DynamoDB have gateway endpoints, which take `*` alone; others name the caller."""
    closed = [{**_ANY, "Principal": "*", "Action": "ec2:*"}]
    gateway = _first({"identity": [_ANY], "vpce": closed}).statements[0]
    user = "arn:aws:iam::111122223333:user/ana"
    assert (gateway["Principal"], gateway["Condition"]) == ("*", {"ArnEquals": {"aws:PrincipalArn": user}})
    queue = {"action": "sqs:SendMessage", "target": "arn:aws:sqs:eu-west-1:111122223333:jobs"}
    assert _first({"identity": [_ANY], "vpce": closed, **queue}).statements[0]["Principal"] == {"AWS": user}


def test_a_deny_of_a_bucket_is_narrowed_to_one_object_and_one_caller() -> None:
    """Together the two statements deny everything but this request."""
    deny = {
        "Sid": "Office",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports/*",
    }
    change = _first({"identity": [_ANY], "resource": [deny]})
    bucket = "arn:aws:s3:::reports"
    assert change.statements[0]["NotResource"] == ["arn:aws:s3:::reports/q1.csv", bucket]
    assert change.statements[1]["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/ana"}
    }
    assert [one["Sid"] for one in change.statements] == ["Office", "Office2"]
    assert change.wider == ""
    both = _first({"identity": [_ANY], "resource": [{**deny, "Resource": [bucket, f"{bucket}/*"]}]})
    assert both.statements[0]["NotResource"] == "arn:aws:s3:::reports/q1.csv"
    listed = {"action": "s3:ListBucket", "target": bucket, "identity": [_ANY]}
    left = _first({**listed, "resource": [{**deny, "Action": "s3:ListBucket", "Resource": f"{bucket}*"}]})
    assert left.statements[0]["Resource"] == f"{bucket}/*"
    part = _first({"identity": [_ANY], "resource": [{**deny, "Resource": f"{bucket}/q*"}]})
    assert part.wider == "other resources under `arn:aws:s3:::reports/q*`"


def test_the_deny_of_a_single_request_keeps_its_place() -> None:
    """No policy is emptied: the statement stays, with the caller excepted."""
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/q1.csv"}
    (statement,) = _first({"identity": [deny], "resource": [{**_ANY, "Principal": "*"}]}).statements
    assert statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"].endswith(":user/ana")


def test_an_exception_joins_the_exceptions_that_are_there() -> None:
    """A list of roles that a guardrail spares gets one more."""
    listed = {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/admin-*"]}}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*", "Condition": listed}
    found = _plan({"identity": [_ANY], "scps": [[_ANY, deny]], "caller": _WORKER})
    (change,) = found.alternatives[-1].changes
    joined = [one["Condition"]["ArnNotLike"]["aws:PrincipalArn"] for one in change.statements]
    assert ["arn:aws:iam::*:role/admin-*", *_PATTERNS] in joined


@pytest.mark.parametrize(
    ("action", "kind", "key"),
    [
        ("iam:PassRole", "escalation", "iam:PassedToService"),
        ("iam:AttachRolePolicy", "escalation", "iam:PolicyARN"),
        ("iam:PutRolePolicy", "escalation", "iam:PermissionsBoundary"),
        ("iam:UpdateAssumeRolePolicy", "escalation", ""),
    ],
)
def test_an_escalation_is_said_with_its_safer_form(action: str, kind: str, key: str) -> None:
    """Whoever may do it may do more than it seems; the condition that keeps it within bounds stands beside it."""
    (danger,) = _first({"action": action, "target": _ROLE}).dangers
    assert danger.kind == kind
    assert (danger.safer is not None) is bool(key)
    assert key in str(danger.safer)
    if key:
        (limited,) = _first({"action": action, "target": _ROLE, "context": {key: _POLICY}}).statements
        assert key in str(limited["Condition"])
        assert _first({"action": action, "target": _ROLE, "context": {key: _POLICY}}).dangers == ()


def test_another_account_is_a_danger_and_a_third_party_needs_an_external_id() -> None:
    """Trust of another account is printed with the form that asks for an external id."""
    short = {"action": "sts:AssumeRole", "target": "arn:aws:iam::444455556666:role/t", "account": "444455556666"}
    (danger,) = _first({**short, "identity": [_ANY]}).dangers
    assert danger.safer is not None
    assert danger.safer["Condition"]["StringEquals"] == {"sts:ExternalId": "<external-id>"}
    sent = _first({**short, "identity": [_ANY], "context": {"sts:ExternalId": "acme-1"}})
    assert sent.statements[0]["Condition"] == {"StringEquals": {"sts:ExternalId": "acme-1"}}
    (bucket,) = _first({"identity": [_ANY], "account": "444455556666"}).dangers
    assert (bucket.kind, bucket.safer) == ("cross-account", None)


def test_the_external_id_is_never_gone_round() -> None:
    """Whoever cannot send it is not who is meant."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    asks = {**trust, "Condition": {"StringEquals": {"sts:ExternalId": "acme-1"}}}
    found = _plan({"identity": [_ANY], "resource": [asks], "action": "sts:AssumeRole", "target": _ROLE})
    assert found.remedy is not None
    assert [(one.key, one.value) for one in found.remedy.meets] == [("sts:ExternalId", "acme-1")]
    assert (found.remedy.changes, found.alternatives) == ((), ())


@pytest.mark.parametrize(
    ("condition", "context", "value", "words"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, "true", "Sign in with MFA"),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws:SourceIp": "1.2.3.4"}, "10.0.0.1", "from the network"),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": "false"}, "true", "over HTTPS"),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, {}, "eu-west-1", "in the Region"),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, {}, "vpce-1", "through the VPC"),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"s3:max-keys": "50"}, "9", "Send `s3:max-keys`"),
        ({"Null": {"aws:RequestTag/team": "true"}}, {"aws:RequestTag/team": "x"}, None, "without this tag"),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {}, "a", "tags"),
    ],
)
def test_a_condition_is_met_before_it_is_gone_round(
    condition: dict[str, Any], context: dict[str, Any], value: str | None, words: str
) -> None:
    """The first thing that is said needs no change of a policy; what goes round it is last, and named."""
    case = expand({"identity": [{**_ANY, "Action": "s3:GetObject", "Condition": condition}], "context": context})
    found = plan(read_case(case))
    assert found.remedy is not None
    (meeting,) = found.remedy.meets
    assert (meeting.value, found.remedy.changes) == (value, ())
    assert words in meeting.how
    assert decide_with(case, found.remedy) == "Allowed"
    assert "Meet the condition" in plan_text(found)
    assert [bool(other.weakens) for other in found.alternatives] == [True, True]
    assert all("goes round a condition" in other.changes[0].guardrail for other in found.alternatives)


@pytest.mark.parametrize(
    ("condition", "context", "value", "words"),
    [
        (
            {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
            "us-east-1",
            "another-value",
            "other than `us-east-1`",
        ),
        ({"StringEquals": {"s3:x-amz-acl": "public-read"}}, "public-read", None, "without `s3:x-amz-acl`"),
        ({"StringLike": {"aws:UserAgent": "curl*"}}, "curl/8", None, "without `aws:UserAgent`"),
        ({"StringNotLike": {"aws:UserAgent": "*console*"}}, "cli", "console", "something like `*console*`"),
        ({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, "198.51.100.7", "198.51.101.0", "outside of `198.51."),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, "1.2.3.4", "10.0.0.1", "an address in `10.0.0.0/8`"),
        ({"Null": {"aws:RequestTag/cost": "true"}}, None, "value-of-yours", "a value of your choice"),
        ({"Bool": {"aws:SecureTransport": "false"}}, "false", "true", "over HTTPS"),
    ],
)
def test_a_deny_is_spared_by_values_that_can_be(
    condition: dict[str, Any], context: str | None, value: str | None, words: str
) -> None:
    """No Region is called `true`, no address is a block, and what was made up for the proof is not told as if named."""
    key = next(iter(next(iter(condition.values()))))
    sent = {} if context is None else {key: context}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    found = plan(read_case(expand({"identity": [_ANY, deny], "context": sent})))
    assert found.remedy is not None
    (meeting,) = found.remedy.meets
    assert meeting.value == value
    assert words in meeting.how


@pytest.mark.parametrize(
    ("condition", "context"),
    [
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, {"aws:PrincipalIsAWSService": "false"}),
        (
            {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
            {"aws:CurrentTime": "2026-11-01T00:00:00Z"},
        ),
    ],
)
def test_nobody_is_told_to_meet_what_cannot_be_met(condition: dict[str, Any], context: dict[str, str]) -> None:
    """No caller becomes a service of AWS, and no call is made in the past."""
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    found = plan(read_case(expand({"identity": [_ANY, deny], "context": context})))
    assert found.remedy is not None
    assert found.remedy.meets == ()
    assert found.remedy.weakens


def test_a_pattern_is_no_external_id_to_send() -> None:
    """What the pattern lets through is known to the other side alone, so the command leaves it blank."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    asks = {**trust, "Condition": {"StringLike": {"sts:ExternalId": "acme-*"}}}
    found = _plan({"identity": [_ANY], "resource": [asks], "action": "sts:AssumeRole", "target": _ROLE})
    assert found.remedy is not None
    assert found.remedy.meets[0].commands == ("aws sts assume-role … --external-id <value>",)


def test_no_exception_is_made_from_the_external_id() -> None:
    """A Deny of whoever does not send it is not narrowed either."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    without = {"StringNotEquals": {"sts:ExternalId": "acme-1"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": without}
    found = _plan({"identity": [_ANY], "resource": [trust, deny], "action": "sts:AssumeRole", "target": _ROLE})
    assert found.remedy is not None
    assert (found.remedy.changes, found.alternatives) == ((), ())


@pytest.mark.parametrize(
    ("service", "context", "condition"),
    [
        (
            "logs.eu-west-1.amazonaws.com",
            {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:log-group:g"},
            {"StringEquals": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:log-group:g"}},
        ),
        (
            "sns.amazonaws.com",
            {"aws:SourceArn": ["arn:aws:sns:eu-west-1:111122223333:t"]},
            {"ForAnyValue:StringEquals": {"aws:SourceArn": ["arn:aws:sns:eu-west-1:111122223333:t"]}},
        ),
    ],
)
def test_a_service_is_let_in_for_what_it_came_for(
    service: str, context: dict[str, Any], condition: dict[str, Any]
) -> None:
    """Whatever key says for whom, and however it is given."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/k1"
    found = _plan({"caller": {"service": service}, "action": "kms:Encrypt", "target": key, "context": context})
    assert found.remedy is not None
    (change,) = found.remedy.changes
    assert change.statements[0]["Condition"] == condition
    assert change.dangers == ()


def test_a_variable_without_a_value_is_given_one_too() -> None:
    """Both tags are named where one must equal the other and neither is set."""
    same = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    found = _plan({"identity": [{**_ANY, "Condition": same}]})
    # Nobody but others can set them, so that it is not the first way.
    met = [{one.key.lower() for one in other.meets} for other in found.alternatives]
    assert {"aws:resourcetag/team", "aws:principaltag/team"} in met


def test_a_deny_is_met_by_what_it_asks_for() -> None:
    """Send the header, before anybody edits the bucket policy."""
    header = "s3:x-amz-server-side-encryption"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::reports/*"}
    asks = {**deny, "Condition": {"StringNotEquals": {header: "aws:kms"}}}
    found = _plan({"identity": [_ANY], "resource": [asks], "action": "s3:PutObject"})
    assert found.remedy is not None
    assert [(one.key, one.value) for one in found.remedy.meets] == [(header, "aws:kms")]
    (last,) = found.alternatives
    assert last.weakens
    assert "delete-bucket-policy" not in plan_text(found)


def test_a_change_may_end() -> None:
    """An Allow ends at a date; a Deny that spares a request does so until then and no longer."""
    allow = _first({}, "2026-12-31").statements[0]
    assert allow["Condition"] == {"DateLessThan": {"aws:CurrentTime": "2026-12-31T00:00:00Z"}}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    last = _first({"identity": [_ANY, deny]}, "2026-12-31T18:00:00Z").statements[-1]
    assert last == {**deny, "Condition": {"DateGreaterThanEquals": {"aws:CurrentTime": "2026-12-31T18:00:00Z"}}}
    for wrong in ("tomorrow", "2026-13-01", "31.12.2026"):
        with pytest.raises(InputError, match="is no date"):
            _plan({}, wrong)


@pytest.mark.parametrize(
    ("short", "words"),
    [
        ({"action": "s3:HeadObject"}, "needs s3:GetObject"),
        ({"target": "arn:aws:s3:::***"}, "was masked"),
        ({"caller": "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/x"}, "service-linked role"),
        ({"caller": "anonymous", "action": "kms:Decrypt"}, "must be signed"),
        ({"account": "444455556666", "identity": [_ANY], "action": "ec2:StartInstances"}, "assume one there"),
    ],
)
def test_nothing_is_proposed_that_cannot_work(short: dict[str, Any], words: str) -> None:
    """It says why, and what to do instead."""
    targets = {
        "kms:Decrypt": "arn:aws:kms:eu-west-1:111122223333:key/k1",
        "ec2:StartInstances": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc",
    }
    found = _plan({"target": targets.get(short.get("action", ""), "arn:aws:s3:::reports/q1.csv"), **short})
    assert found.remedy is None
    assert words in plan_text(found)


def test_a_service_linked_role_is_named_by_the_resource_where_its_arn_is_known() -> None:
    """Its own policies are its service's."""
    arn = "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    caller = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/x"
    change = _first({"caller": caller, "context": {"aws:PrincipalArn": arn}})
    assert (change.gate, change.statements[0]["Principal"]) == ("resource", {"AWS": arn})


def test_an_aws_managed_deny_is_replaced_by_a_copy() -> None:
    """Whatever else it denies, the copy denies too, and it is there before the original goes."""
    case = expand({"identity": [_ANY, {**_ANY, "Effect": "Deny"}]})
    case["identity_policies"][0]["name"] = "arn:aws:iam::aws:policy/AWSDenyAll"
    found = plan(read_case(case))
    assert found.remedy is not None
    (change,) = found.remedy.changes
    (line,) = change.commands
    # Where the copy cannot be written the original stays.
    put, detach = line.split(" && ")
    assert put.startswith("aws iam put-user-policy --user-name ana --policy-name Copy-of-AWSDenyAll-")
    assert detach == "aws iam detach-user-policy --user-name ana --policy-arn arn:aws:iam::aws:policy/AWSDenyAll"
    assert change.target.kind == "aws-managed-policy"
    assert decide_with(case, found.remedy) == "Allowed"


def test_a_policy_that_would_be_too_large_is_not_written() -> None:
    """The command would fail; a new statement that does not fit inline becomes a managed policy."""
    many = [
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:eu-west-1:111122223333:{n:060}"}
        for n in range(50)
    ]
    full = expand(
        {
            "identity": [*many, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}],
            "resource": [{**_ANY, "Principal": "*"}],
        }
    )
    full["identity_policies"][0] |= {"name": "arn:aws:iam::111122223333:policy/Big"}
    found = plan(read_case(full))
    assert found.remedy is not None
    (change,) = found.remedy.changes
    assert change.commands == ()
    assert "6,144" in change.warnings[0]
    beside = _first({"identity": many[:20]})
    assert [line.split()[2] for line in beside.commands] == ["create-policy", "attach-user-policy"]


def test_a_permission_set_keeps_its_inline_policy() -> None:
    """There is one, and the statement is added to it."""
    caller = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ana"
    case = expand({"caller": caller, "identity": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]})
    case["identity_policies"][0]["name"] = "AwsSSOInlinePolicy"
    found = plan(read_case(case))
    assert found.remedy is not None
    (change,) = found.remedy.changes
    assert change.after is not None
    assert [one["Action"] for one in change.after["Statement"]] == ["sqs:*", "s3:GetObject"]
    assert "get-inline-policy-for-permission-set" in change.commands[0]
    assert [danger.kind for danger in change.dangers] == ["shared"]


def test_two_fixes_have_two_names() -> None:
    """Neither overwrites the other, and the same fix has the same name again."""
    one, two = (_first({"action": action}).policy for action in ("s3:GetObject", "s3:GetObjectAcl"))
    assert one != two
    assert one == _first({"action": "s3:GetObject"}).policy
    taken = expand({"identity": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]})
    taken["identity_policies"][0]["name"] = one.upper()
    found = plan(read_case(taken))
    assert found.remedy is not None
    assert found.remedy.changes[0].policy == f"{one}-2"
