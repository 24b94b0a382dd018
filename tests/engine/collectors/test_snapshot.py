"""A snapshot gives the same answer as AWS did; a redacted one too, without a name in it."""

import json

import boto3
import pytest

from tests.engine.collectors.accounts import ACCOUNT, CASES, allow, document, refused, role
from tests.engine.collectors.conftest import denial_of, investigate, investigator, open_reader, target_of
from whydenied.engine.collectors.calls import Call
from whydenied.engine.collectors.redaction import Key, new_key, read_key, redact, redact_anew, restore
from whydenied.engine.collectors.snapshot import Replay, Snapshot, read_snapshot, write_snapshot
from whydenied.engine.collectors.target import Target
from whydenied.engine.diagnosis import Denial
from whydenied.engine.errors import InputError
from whydenied.engine.investigation import Outcome

pytestmark = pytest.mark.slow  # seconds each, in all half of what the quick tests may take


def taken(error: str) -> tuple[Outcome, bytes]:
    """Investigate live, and keep what was read."""
    target = target_of(error)
    reader = open_reader(target.account)
    outcome = investigate(error, reader)
    return outcome, write_snapshot(Snapshot(1, "2026-11-24", "", "us-east-1", target, reader.asked))


def verdict(outcome: Outcome) -> object:
    """What an outcome comes to, without names."""
    assert outcome.evaluation is not None
    return (
        outcome.evaluation.decision,
        outcome.evaluation.blocked_by,
        outcome.findings[0].cause,
        outcome.is_proved,
        outcome.provided,
        bool(outcome.without_change),
    )


def replayed(denial: Denial, data: bytes) -> Outcome:
    """Investigate a snapshot."""
    snapshot = read_snapshot(data)
    assert snapshot.target is not None
    return investigator().investigate(denial, snapshot.target, Replay(snapshot))


# One for each place where policies are kept.
KEPT = (
    "user_in_group_without_allow",
    "deny_without_mfa",
    "boundary_with_deny",
    "scp_with_deny",
    "rcp_with_deny",
    "bucket_policy_with_deny",
    "queue_of_another_account",
    "topic_with_deny",
    "key_of_another_account",
    "secret_of_another_account",
    "repository_of_another_account",
    "trust_with_external_id",
    "endpoint_without_allow",
    "public_bucket_blocked",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
def test_a_snapshot_says_what_aws_said(name: str) -> None:
    """As it is, and with every name hidden."""
    error = CASES[name].build().error
    live, data = taken(error)
    assert verdict(replayed(denial_of(error), data)) == verdict(live)
    hidden, key = redact_anew(data)
    assert verdict(replayed(denial_of(error), hidden)) == verdict(live)
    for word in (b"reports", b"theirs", b"123456789012", b"222233334444", b"inline", b"jobs", b"assumed-role/app"):
        assert word not in hidden
    assert opened(restore(hidden.decode(), key)) == opened(data.decode())


def opened(text: str) -> object:
    """Read JSON, and the JSON in its strings, so that spaces do not count."""
    value = json.loads(text)

    def inner(value: object) -> object:
        if isinstance(value, dict):
            return {name: inner(one) for name, one in value.items()}
        if isinstance(value, list):
            return [inner(one) for one in value]
        return opened(value) if isinstance(value, str) and value.lstrip().startswith(("{", "[")) else value

    return inner(value)


def test_account_authorization_details_are_a_snapshot() -> None:
    """What an administrator exports with one command is enough for identity policies and boundaries."""
    who = role("app", allow("s3:ListBucket"))
    iam = boto3.client("iam")
    details = iam.get_account_authorization_details()
    data = json.dumps(
        {key: value for key, value in details.items() if key.endswith("List") or key == "Policies"}, default=str
    )
    reader = Replay(read_snapshot(data.encode()))
    ending = "because no identity-based policy allows the sqs:SendMessage action"
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"
    outcome = investigate(refused(who, "SendMessage", "sqs:SendMessage", queue, ending), reader)
    assert outcome.findings[0].cause == "identity-no-allow"
    assert {one.gate for one in outcome.unknown} == {"resource", "scp"}


@pytest.mark.parametrize(
    "name", ["user_in_group_without_allow", "group_with_deny", "boundary_without_allow", "allow_on_another_resource"]
)
def test_every_reader_of_account_details_answers_as_iam_does(name: str) -> None:
    """Users, groups, inline and managed policies."""
    error = CASES[name].build().error
    live = open_reader()
    investigate(error, live)
    details = boto3.client("iam").get_account_authorization_details()
    data = {key: value for key, value in details.items() if key != "ResponseMetadata"}
    offline = Replay(read_snapshot(json.dumps(data, default=str).encode()))
    for answer in live.asked:
        if answer.call.service == "iam" and answer.call.operation != "SimulatePrincipalPolicy":
            found = documents(offline.read(answer.call).output)
            assert [one for one in documents(answer.output) if one not in found] == [], answer.call


def documents(output: object) -> list[str]:
    """Return what an evaluation takes from an output: documents, names and ARNs."""
    found: list[str] = []

    def visit(value: object, name: str) -> None:
        if isinstance(value, dict) and name not in ("Document", "PolicyDocument"):
            for key, inner in value.items():
                visit(inner, key)
        elif isinstance(value, list):
            for inner in value:
                visit(inner, name)
        elif name in ("Document", "PolicyDocument", "PolicyNames", "PolicyArn", "GroupName", "PermissionsBoundaryArn"):
            found.append(json.dumps(value, sort_keys=True))

    visit(output, "")
    return found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"not json",
        b'{"whydenied_snapshot": 2}',
        b'{"whydenied_snapshot": 1, "answers": [5]}',
        b"[" * 9_000,
    ],
)
def test_what_is_no_snapshot_is_refused(data: bytes) -> None:
    """With a word about what would be one."""
    with pytest.raises(InputError):
        read_snapshot(data)


def test_what_was_not_asked_then_is_unknown() -> None:
    """A replay never reaches for AWS."""
    answer = Replay(Snapshot()).read(Call("iam", "GetRole", {"RoleName": "app"}))
    assert (answer.known, answer.code) == (False, "NotInSnapshot")


def policy(*resources: str) -> bytes:
    """A snapshot with one policy."""
    text = document(
        allow("s3:GetObject", list(resources), Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    )
    data = {"whydenied_snapshot": 1, "answers": [], "note": {"PolicyDocument": text}}
    return json.dumps(data).encode()


def test_beginnings_and_wildcards_survive() -> None:
    """A pattern covers the hidden names that it covered before; AWS's own words stay."""
    key = new_key()
    hidden = json.loads(
        redact(policy("arn:aws:s3:::team-rep*/home/${aws:username}/*", "arn:aws:s3:::team-reports/x"), key)
    )
    first, second = json.loads(hidden["note"]["PolicyDocument"])["Statement"][0]["Resource"]
    assert "team" not in first
    assert second.startswith(first.partition("*")[0])
    assert first.endswith("/${aws:username}/*")
    statement = json.loads(hidden["note"]["PolicyDocument"])["Statement"][0]
    assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    assert statement["Action"] == "s3:GetObject"


def test_equal_names_stay_equal_and_keys_differ() -> None:
    """The same key hides the same way, another one another way."""
    data = policy("arn:aws:s3:::team-reports/x")
    key = new_key()
    assert redact(data, key) == redact(data, key)
    assert redact(data, key) != redact(data, new_key())


@pytest.mark.parametrize("data", [b"", b"{}", b'{"whydenied_key": 1, "secret": "short"}', b"[]"])
def test_what_is_no_key_is_refused(data: bytes) -> None:
    """Nothing is hidden with a key that nobody could use again."""
    with pytest.raises(InputError):
        read_key(data)


def test_a_key_survives_its_file() -> None:
    """What is written is what is read."""
    import msgspec

    key = Key(secret="x" * 40, words={"abc": "xyz"})
    assert read_key(msgspec.json.encode(key)) == key
    assert restore("see abc and abcd", key) == "see xyz and abcd"


def test_a_target_survives_a_snapshot() -> None:
    """The person without access need not repeat the error."""
    target = Target(f"arn:aws:iam::{ACCOUNT}:user/ana", "s3:GetObject", "arn:aws:s3:::b/k", context={"a": "b"})
    assert read_snapshot(write_snapshot(Snapshot(target=target))).target == target
