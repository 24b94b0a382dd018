"""A refused event is read as its message is, and says the rest itself."""

import json
from functools import cache
from typing import Any

import pytest

from tests.engine.cloudtrail.test_forms import RECORD
from whydenied.engine.cloudtrail.event import is_denial
from whydenied.engine.cloudtrail.forms import find_events
from whydenied.engine.cloudtrail.reading import read_event, read_events
from whydenied.engine.diagnosis import Diagnoser, make_diagnoser
from whydenied.engine.messages.parse import Reading
from whydenied.engine.messages.parsed import MAX_DENIALS
from whydenied.kb.catalogue import load_catalogue


@cache
def diagnoser() -> Diagnoser:
    """The engine over our content."""
    catalogue = load_catalogue()
    return make_diagnoser(catalogue.plain)


def read(**fields: Any) -> Reading:
    """Read one record with some fields changed."""
    (event,) = find_events(json.dumps({**RECORD, **fields}))
    return read_event(event, diagnoser().parser)


def values(reading: Reading) -> dict[str, list[str]]:
    """Return the facts by name."""
    return {fact.name: reading.facts.values(fact.name) for fact in reading.facts}


def test_a_bare_denial_gets_who_and_what_from_the_event() -> None:
    """S3 tells the caller nothing; the trail names caller, operation and object."""
    reading = read()
    error = reading.error
    assert error.principal == RECORD["userIdentity"]["arn"]
    assert (error.action, error.operation, error.resource) == (
        "s3:GetObject",
        "GetObject",
        "arn:aws:s3:::reports/a.csv",
    )
    assert (error.region, error.service, error.policy_type, error.effect) == ("us-east-1", "s3", None, None)
    facts = values(reading)
    assert facts["principal.kind"] == ["role-session"]
    assert facts["resource.kind"] == ["s3:object"]
    assert facts["message.pattern"] == ["access-denied-bare"]


def test_a_message_that_says_it_all_is_believed() -> None:
    """The message's own principal, action and resource stand; the layer comes from the message alone."""
    reading = read(
        eventSource="ec2.amazonaws.com",
        eventName="RunInstances",
        errorCode="Client.UnauthorizedOperation",
        errorMessage="You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/bo is not"
        " authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:us-east-1:111122223333:instance/* with an"
        " explicit deny in a service control policy",
    )
    error = reading.error
    assert error.principal == "arn:aws:iam::111122223333:user/bo"
    assert (error.action, error.operation, error.error_code) == (
        "ec2:CreateTags",
        "RunInstances",
        "UnauthorizedOperation",
    )
    assert (error.policy_type, error.effect) == ("scp", "explicit")
    assert values(reading)["accounts"] == ["same"]


def test_what_only_a_trail_knows_becomes_facts() -> None:
    """The endpoint, the calling service and MFA are answers to questions that need not be asked any more."""
    identity = {
        **RECORD["userIdentity"],
        "invokedBy": "cloudformation.amazonaws.com",
        "sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
    }
    facts = values(read(vpcEndpointId="vpce-1", userIdentity=identity))
    assert facts["vpce.in-path"] == facts["called-by-service"] == facts["mfa.present"] == ["yes"]
    assert "mfa.present" not in values(read())


def test_a_network_activity_event_names_the_endpoint_policy() -> None:
    """The endpoint owner's trail says which policy refused."""
    reading = read(
        errorCode="VpceAccessDenied",
        eventType="AwsVpceEvents",
        errorMessage="The request was denied due to a VPC endpoint policy",
        vpcEndpointId="vpce-1",
    )
    assert reading.error.policy_type == "vpce"
    assert "vpce" in values(reading)["message.layer"]


@pytest.mark.parametrize(
    ("name", "operation"),
    [("ListFunctions20150331", "ListFunctions"), ("GetFunction20150331v2", "GetFunction"), ("Invoke", "Invoke")],
)
def test_lambdas_api_version_is_no_part_of_the_operation(name: str, operation: str) -> None:
    """The action follows from the operation without the version."""
    reading = read(eventSource="lambda.amazonaws.com", eventName=name, resources=[], requestParameters=None)
    assert reading.error.operation == operation


@pytest.mark.parametrize(
    "code",
    "AccessDenied AccessDeniedException Client.UnauthorizedOperation UnauthorizedOperation NotAuthorized 403 Forbidden"
    " AuthorizationErrorException VpceAccessDenied UnauthorizedException".split(),
)
def test_codes_of_denials(code: str) -> None:
    """Every form in which a trail says `refused`."""
    assert is_denial(code)


@pytest.mark.parametrize(
    "code", ["NoSuchKey", "ThrottlingException", "ExpiredToken", "Client.InvalidInstanceID.NotFound"]
)
def test_codes_of_other_errors(code: str) -> None:
    """Errors that are no denials are not counted as such."""
    assert not is_denial(code)


def test_a_pasted_event_is_diagnosed_with_its_caller() -> None:
    """`diagnose` takes an event, and its spans point into the paste."""
    paste = json.dumps(RECORD, indent=2)
    (denial,) = diagnoser().diagnose(paste).denials
    assert denial.error.principal == RECORD["userIdentity"]["arn"]
    assert denial.findings[0].cause == "s3-opaque"
    code = next(span for span in denial.error.spans if span.field == "error_code")
    assert paste[code.start : code.end] == "AccessDenied"


def test_equal_events_are_one_denial_with_a_count() -> None:
    """Twenty refusals of the same thing are one thing to mend."""
    other = {**RECORD, "eventName": "PutObject"}
    (first, second) = read_events(json.dumps({"Records": [RECORD, other, RECORD]}), diagnoser().parser).readings
    assert (first.error.times, second.error.times) == (2, 1)


def test_an_event_that_succeeded_is_no_denial() -> None:
    """Nothing is read where nothing was refused."""
    fine = {name: value for name, value in RECORD.items() if not name.startswith("error")}
    assert read_events(json.dumps(fine), diagnoser().parser).readings == ()


@pytest.mark.parametrize(
    "result",
    [
        {"Rows": 5},
        {"Rows": [{"Data": 5}]},
        {"Rows": [{"Data": [{"VarCharValue": 5}]}]},
        {"Rows": [5]},
        {"Rows": {"a": 1}},
    ],
)
def test_a_result_of_the_wrong_shape_holds_no_events(result: object) -> None:
    assert find_events(json.dumps({"ResultSet": result, "x": "event"})) == []


def test_of_very_many_denials_the_first_are_told_and_the_rest_counted() -> None:
    lines = "eventname,errorcode\n" + "".join(f"Get{number}Thing,AccessDenied\n" for number in range(MAX_DENIALS + 50))
    found = diagnoser().diagnose(lines)
    assert (len(found.denials), found.left_out) == (MAX_DENIALS, 50)
