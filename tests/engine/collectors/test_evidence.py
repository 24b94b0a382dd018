"""Evidence that moto does not play: AWS's own record of a request, decoded messages, the simulator, session events.

botocore's Stubber answers in its place, with the shapes of botocore's models.
"""

import json
from typing import Any

import pytest
from botocore.stub import Stubber

from tests.engine.collectors.accounts import ACCOUNT, allow, bucket, document, managed, refused, role
from tests.engine.collectors.conftest import denial_of, investigate, investigator, open_reader, target_of
from whydenied.engine.collectors.aws import Aws
from whydenied.engine.collectors.calls import Call
from whydenied.engine.collectors.target import Target
from whydenied.engine.investigation import Outcome, look
from whydenied.engine.investigation.encoded import encoded_message

pytestmark = pytest.mark.slow  # seconds each, in all half of what the quick tests may take

ID = "3f9a-authorization"
WHO = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/ana"
THING = "arn:aws:s3:::reports/a.csv"


def stub(reader: Aws, service: str, operation: str, response: dict[str, Any], times: int = 1) -> Stubber:
    """Answer a service's calls in AWS's place."""
    from botocore import xform_name

    client = reader._client(Call(service, operation), reader._sessions[""])
    for account in ("", ACCOUNT):
        reader._clients[account, service, "us-east-1"] = client
    stubber = Stubber(client)
    for _ in range(times):
        stubber.add_response(xform_name(operation), response)
    stubber.activate()
    return stubber


def details(check: str, effect: str, policies: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer of GetRequestAuthorizationDetails for a request that one gate refused."""
    checks = [
        {"checkType": "PRINCIPAL", "evaluatedEffect": "ALLOW"},
        {"checkType": "SERVICE_CONTROL_POLICY", "evaluatedEffect": "ALLOW"},
    ]
    checks = [one for one in checks if one["checkType"] != check]
    evaluation = {
        "action": "s3:GetObject",
        "resource": THING,
        "context": {"aws:SourceIp": "203.0.113.9"},
        "evaluatedEffect": effect,
        "checks": [*checks, {"checkType": check, "evaluatedEffect": effect}],
    }
    return {
        "requestContext": {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT},
        "evaluations": [evaluation],
        "policies": policies,
    }


def with_id(text: str) -> str:
    """A message that carries an authorization id."""
    return (
        f"{text} Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/{ID}"
        " for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id:"
        f" {ID}"
    )


def record(name: str, kind: str, body: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A captured policy: its place in the record, and its text."""
    return {"type": kind, "uri": name, "inline": False}, {"policyDocument": json.loads(body)}


def test_awss_own_record_decides() -> None:
    """Its context and captured policies go to the evaluator; nothing else has to be read."""
    from botocore.model import ServiceModel

    reader = open_reader()
    shapes: ServiceModel = reader._client(Call("iam-toolbox", "x"), reader._sessions[""]).meta.service_model
    assert "GetRequestAuthorizationDetails" in shapes.operation_names
    allowed = record("arn:aws:iam::123456789012:policy/all", "IDENTITY_BASED_POLICY", document(allow("*")))
    guard = record(
        "arn:aws:organizations::1:policy/o-x/service_control_policy/p-x",
        "SERVICE_CONTROL_POLICY",
        document(allow("*"), {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}),
    )
    client = reader._client(Call("iam-toolbox", "x"), reader._sessions[""])
    for account in ("", ACCOUNT):
        reader._clients[account, "iam-toolbox", "us-east-1"] = client
    stubber = Stubber(client)
    stubber.add_response(
        "get_request_authorization_details",
        details("SERVICE_CONTROL_POLICY", "EXPLICIT_DENY", [allowed[0], guard[0]]),
        {"authorizationId": ID},
    )
    for one in (allowed, guard):
        stubber.add_response(
            "get_request_authorization_policy", one[1], {"authorizationId": ID, "policyUri": one[0]["uri"]}
        )
    stubber.activate()
    error = with_id(
        refused(WHO, "GetObject", "s3:GetObject", f'"{THING}"', "with an explicit deny in a service control policy")
    )
    assert target_of(error).authorization_id == ID
    reader.read_many = lambda calls: [reader.read(call) for call in calls]  # type: ignore[method-assign]
    outcome = investigate(error, reader)
    assert outcome.findings[0].cause == "scp-explicit-deny"
    assert outcome.evaluation is not None
    assert outcome.evaluation.blocked_by == ["scp"]
    assert outcome.is_proved
    assert outcome.sources == ("authorization",)
    assert ("authorization.denied-by", "scp") in {(fact.name, fact.value) for fact in outcome.facts}


def test_without_the_permission_the_rest_is_read() -> None:
    """The record may be gone, or closed to us: then the policies are read as they are now."""
    who = role("app", allow("s3:ListBucket"))
    reader = open_reader()
    error = with_id(
        refused(
            who,
            "GetObject",
            "s3:GetObject",
            f'"{bucket()}"',
            "because no identity-based policy allows the s3:GetObject action",
        )
    )
    client = reader._client(Call("iam-toolbox", "x"), reader._sessions[""])
    for account in ("", ACCOUNT):
        reader._clients[account, "iam-toolbox", "us-east-1"] = client
    stubber = Stubber(client)
    stubber.add_client_error("get_request_authorization_details", "AccessDeniedException")
    stubber.activate()
    outcome = investigate(error, reader)
    assert outcome.is_proved
    assert [one.command for one in outcome.unknown] == [
        f"aws iam-toolbox get-request-authorization-details --authorization-id {ID} --region us-east-1"
    ] or outcome.unknown[0].command.startswith("aws iam-toolbox get-request-authorization-details")


DECODED = {
    "allowed": False,
    "explicitDeny": False,
    "matchedStatements": {"items": []},
    "failures": {"items": []},
    "context": {
        "principal": {"id": "AROAEXAMPLEID12345678:ana", "arn": WHO},
        "action": "ec2:RunInstances",
        "resource": f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*",
        "conditions": {"items": [{"key": "ec2:InstanceType", "values": {"items": [{"value": "t2.micro"}]}}]},
    },
}
BLOB = "Aq4Zb7-Kx9" * 40
ENCODED = (
    "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to"
    f" perform this operation. Encoded authorization failure message: {BLOB}"
)


def test_an_encoded_message_is_decoded_and_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Who, what and the context come out of it; the blob is in nothing that is kept."""
    from whydenied.engine.collectors.snapshot import Replay, Snapshot, read_snapshot, write_snapshot
    from whydenied.server.cli.live import show_looked
    from whydenied.server.data.live import looked_data

    role("app", allow("s3:*"))
    reader = open_reader()
    decoded = {"DecodedMessage": json.dumps(DECODED)}
    client = reader._client(Call("sts", "x"), reader._sessions[""])
    reader._clients["", "sts", "us-east-1"] = client
    identity = reader.identity
    assert identity.ok
    stub(reader, "sts", "DecodeAuthorizationMessage", decoded, 4)
    assert encoded_message(ENCODED.replace(BLOB, BLOB[:200] + "\n│ " + BLOB[200:])) == BLOB
    investigating = investigator()
    diagnosis = investigating.diagnoser.diagnose(ENCODED)
    looked = look(ENCODED, diagnosis, investigating, reader)
    assert looked is not None
    assert looked.outcome.target.action == "ec2:RunInstances"
    assert looked.outcome.findings[0].cause == "identity-no-allow"
    assert looked.outcome.is_proved
    show_looked(looked, reader)
    snapshot = Snapshot(1, "", "", "us-east-1", looked.outcome.target, reader.asked)
    shown = capsys.readouterr().out + json.dumps(looked_data(looked, reader.asked), default=str)
    assert BLOB not in shown
    data = write_snapshot(snapshot)
    assert BLOB.encode() not in data
    replay = Replay(read_snapshot(data))
    again = look(ENCODED, diagnosis, investigating, replay)
    assert again is not None
    assert again.outcome.findings[0].cause == "identity-no-allow"


def test_the_deny_of_a_message_that_was_decoded_on_the_way_is_told() -> None:
    """As of one that was pasted."""
    from whydenied.engine.messages.decoded import read_decoded

    role("app", allow("ec2:*"))
    reader = open_reader()
    deny = {
        "statementId": "OnlySmall",
        "effect": "DENY",
        "conditions": {"items": [{"key": "ec2:InstanceType", "values": {"items": [{"value": "t3.*"}]}}]},
    }
    told = DECODED | {"explicitDeny": True, "matchedStatements": {"items": [deny]}}
    client = reader._client(Call("sts", "x"), reader._sessions[""])
    reader._clients["", "sts", "us-east-1"] = client
    assert reader.identity.ok
    stub(reader, "sts", "DecodeAuthorizationMessage", {"DecodedMessage": json.dumps(told)}, 4)
    investigating = investigator()
    looked = look(ENCODED, investigating.diagnoser.diagnose(ENCODED), investigating, reader)
    assert looked is not None
    assert looked.diagnosis.main is not None
    found = read_decoded(looked.diagnosis.main.decoded)
    assert found is not None
    assert found.statements[0].sid == "OnlySmall"
    assert found.sent == {"ec2:InstanceType": ("t2.micro",)}


def session_event(policy: str | None) -> dict[str, Any]:
    """What LookupEvents answers for the session."""
    event = {
        "eventName": "AssumeRole",
        "requestParameters": {"policy": policy} if policy else {},
        "responseElements": {"assumedRoleUser": {"arn": WHO}},
    }
    return {"Events": [{"EventName": "AssumeRole", "CloudTrailEvent": json.dumps(event)}]}


def test_a_session_policy_is_found_in_the_event_that_began_the_session() -> None:
    """IAM never shows it; CloudTrail recorded it."""
    who = role("app", allow("s3:*"))
    error = refused(
        who, "GetObject", "s3:GetObject", f'"{bucket()}"', "because no session policy allows the s3:GetObject action"
    )
    reader = open_reader()
    stub(reader, "cloudtrail", "LookupEvents", session_event(document(allow("s3:ListBucket"))))
    outcome = investigate(error, reader)
    assert outcome.findings[0].cause == "session-no-allow"
    assert outcome.evaluation is not None
    assert outcome.evaluation.blocked_by == ["session"]
    assert outcome.is_proved


def test_a_session_policy_that_cannot_be_found_stays_unknown() -> None:
    """The message is believed, and what is missing is said."""
    who = role("app", allow("s3:*"))
    error = refused(
        who, "GetObject", "s3:GetObject", f'"{bucket()}"', "because no session policy allows the s3:GetObject action"
    )
    outcome = investigate(error, open_reader())
    assert outcome.findings[0].cause == "session-no-allow"
    assert not outcome.is_proved
    assert "session" in {one.gate for one in outcome.unknown}


def simulated(reader: Aws, **result: Any) -> Outcome:
    """Investigate a member account's denial where only the simulator knows of SCPs."""
    real = reader.read

    def read(call: Call) -> Any:
        from whydenied.engine.collectors.calls import Answer

        if call.operation == "DescribeOrganization":
            output = {"Organization": {"Id": "o-x", "MasterAccountId": "999999999999"}}
            return Answer(call, output)
        if call.service == "organizations":
            return Answer(call, None, "AccessDeniedException", "not from a member account")
        if call.operation == "SimulatePrincipalPolicy":
            return Answer(call, {"EvaluationResults": [{"EvalActionName": "s3:GetObject", **result}]})
        return real(call)

    reader.read = read  # type: ignore[method-assign]
    who = role("app", allow("s3:ListBucket"))
    return investigate(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"'), reader)


def test_the_simulator_speaks_for_scps_that_a_member_cannot_read() -> None:
    """With its word the proof is whole as far as SCPs go."""
    outcome = simulated(
        open_reader(), EvalDecision="implicitDeny", OrganizationsDecisionDetail={"AllowedByOrganizations": True}
    )
    assert outcome.is_proved
    assert "no SCP refuses it" not in outcome.provided
    assert ("scp.allows", "yes") in {(fact.name, fact.value) for fact in outcome.facts}


def test_where_the_simulator_says_no_the_scps_stay_open() -> None:
    """Its no is a fact; which policy it is, nobody here may read."""
    outcome = simulated(
        open_reader(), EvalDecision="implicitDeny", OrganizationsDecisionDetail={"AllowedByOrganizations": False}
    )
    assert ("scp.allows", "no") in {(fact.name, fact.value) for fact in outcome.facts}
    assert "scp" in {one.gate for one in outcome.unknown}


def test_an_instances_role_goes_through_its_vpcs_endpoint() -> None:
    """The session's name is the instance; its VPC's endpoint is in the path."""
    import boto3

    ec2 = boto3.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    subnet = ec2.describe_subnets()["Subnets"][0]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet["SubnetId"])["Instances"][0]
    policy = document(allow("s3:*", "arn:aws:s3:::other/*", Principal="*"))
    ec2.create_vpc_endpoint(VpcId=subnet["VpcId"], ServiceName="com.amazonaws.us-east-1.s3", PolicyDocument=policy)
    role("app", allow("s3:*"))
    who = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/{instance['InstanceId']}"
    outcome = investigate(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"'), open_reader())
    assert outcome.evaluation is not None
    assert outcome.evaluation.blocked_by == ["vpce"]
    assert outcome.findings[0].cause == "vpce-no-allow"


def test_a_boundary_by_another_name_is_followed() -> None:
    """The boundary's default version counts, not its first."""
    import boto3

    arn = managed("boundary", allow("*"))
    boto3.client("iam").create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("ec2:*")), SetAsDefault=True)
    who = role("app", allow("*"), boundary=arn)
    outcome = investigate(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"'), open_reader())
    assert outcome.findings[0].cause == "boundary-no-allow"


def test_a_target_needs_an_action_and_somebody() -> None:
    """Without them there is nothing to look at."""
    from whydenied.engine.collectors import make_target

    denial = denial_of("An error occurred (AccessDenied) when calling the GetObject operation: Access Denied")
    assert make_target(denial.error) is None
    target = make_target(denial.error, WHO)
    assert isinstance(target, Target)
    assert (target.kind, target.name, target.session, target.resource) == ("role", "app", "ana", "*")
