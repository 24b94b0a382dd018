"""What may not be read becomes unknown; the answer stays right, or says what it does not know."""

from collections.abc import Callable, Iterable

import pytest

from tests.engine.collectors.accounts import CASES
from tests.engine.collectors.conftest import investigate, open_reader, target_of
from whydenied.engine.collectors.aws import Aws
from whydenied.engine.collectors.calls import Answer, Call, Reader, command_of
from whydenied.engine.collectors.sources import find_sources

pytestmark = pytest.mark.slow

SAMPLE = ("role_with_deny", "boundary_without_allow", "scp_with_deny", "key_of_another_account", "bare_access_denied")


class Forbidden:
    """A reader who may not do some things."""

    def __init__(self, reader: Reader, refuses: Callable[[Call], bool]) -> None:
        self._reader = reader
        self._refuses = refuses
        self.asked: list[Answer] = []
        self.accounts = reader.accounts

    def read(self, call: Call) -> Answer:
        refused = Answer(call, None, "AccessDenied", "you may not")
        answer = refused if self._refuses(call) else self._reader.read(call)
        self.asked.append(answer)
        return answer

    def read_many(self, calls: Iterable[Call]) -> list[Answer]:
        return [self.read(call) for call in calls]


@pytest.mark.parametrize("name", SAMPLE)
def test_each_source_denied_in_turn(name: str) -> None:
    """Never a wrong cause that is called sure, never a proof that leaves out what it takes for granted."""
    case = CASES[name]
    error = case.build().error
    whole = open_reader(target_of(error).account)
    full = investigate(error, whole)
    for source in find_sources():
        denied = set(source.calls)
        reader = Forbidden(whole, lambda call, denied=denied: (call.service, call.operation) in denied)
        outcome = investigate(error, reader)
        said = [answer for answer in reader.asked if answer.code == "AccessDenied"]
        first = outcome.findings[0]
        if first.cause != case.cause:
            assert first.certainty != "confirmed", source.name
            assert outcome.unknown, source.name
        if outcome.is_proved and not outcome.provided:
            assert outcome.evaluation is not None
            assert full.evaluation is not None
            assert outcome.evaluation.blocked_by == full.evaluation.blocked_by
        if said and not outcome.is_proved:
            assert outcome.unknown, source.name
            assert all(one.command.startswith("aws ") for one in outcome.unknown if one.why == "AccessDenied")


def test_nothing_may_be_read() -> None:
    """Then the message alone speaks, and everything that is missing comes with its command."""
    case = CASES["role_without_allow"]
    error = case.build().error
    reader = Forbidden(open_reader(), lambda call: True)
    outcome = investigate(error, reader)
    assert outcome.findings[0].cause == case.cause
    assert not outcome.is_proved
    assert {one.gate for one in outcome.unknown} >= {"identity", "boundary", "resource", "scp"}
    commands = {one.command for one in outcome.unknown}
    assert "aws iam list-role-policies --role-name app" in commands


def test_policies_of_the_organization_that_nobody_here_may_read() -> None:
    """The proof is given with its proviso, not withheld and not called whole."""
    error = CASES["role_without_allow"].build().error
    reader = Forbidden(open_reader(), lambda call: call.service == "organizations")
    outcome = investigate(error, reader)
    assert outcome.is_proved
    assert outcome.provided == ("no SCP refuses it",)
    assert [one.gate for one in outcome.unknown] == ["scp"]


def test_an_account_without_credentials_is_left_alone() -> None:
    """A role of another account is not looked up by its name in our own."""
    error = CASES["trust_with_external_id"].build().error
    reader = Aws()
    outcome = investigate(error, reader)
    assert [(one.gate, one.why) for one in outcome.unknown] == [("resource", "NoCredentials")]
    assert not any(
        answer.call.operation == "GetRole" and answer.call.account == "222233334444" for answer in reader.asked
    )


def test_a_command_can_be_pasted_into_a_shell() -> None:
    """Names are quoted; lists and structures take the CLI's forms."""
    call = Call("iam", "GetRole", {"RoleName": "a; rm -rf /"})
    assert command_of(call) == "aws iam get-role --role-name 'a; rm -rf /'"
    call = Call("s3", "GetBucketPolicy", {"Bucket": "b"}, region="eu-west-1")
    assert command_of(call) == "aws s3api get-bucket-policy --bucket b --region eu-west-1"
