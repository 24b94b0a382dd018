"""The commands of a fix: the real AWS CLI's parser takes them, names stay names, and nothing is ever deleted whole."""

import re
import shlex
from typing import Any
from unittest import mock

import pytest

from engine.evaluation import read_case
from engine.remedies import Change, plan
from tests.engine.evaluation.generated import DENIED
from tests.engine.evaluation.shorthand import expand
from tests.engine.evaluation.test_cases import CASES

_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_OTHER = "444455556666"
_THEIRS = {"identity": [_EVERYTHING], "account": _OTHER}
_SSO = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ana"

# One denial for each call that a fix may need.
_SHORTS: dict[str, dict[str, Any]] = {
    "a role's own policy": {"caller": "arn:aws:sts::111122223333:assumed-role/worker/one"},
    "a permission set": {"caller": _SSO},
    "a session": {
        "caller": "arn:aws:sts::111122223333:assumed-role/worker/one",
        "identity": [_EVERYTHING],
        "session": [{**_EVERYTHING, "Action": "sqs:*"}],
    },
    "a bucket policy": _THEIRS,
    "a secret": {
        **_THEIRS,
        "action": "secretsmanager:GetSecretValue",
        "target": f"arn:aws:secretsmanager:eu-west-1:{_OTHER}:secret:s-a1b2c3",
    },
    "a table": {**_THEIRS, "action": "dynamodb:GetItem", "target": f"arn:aws:dynamodb:eu-west-1:{_OTHER}:table/t"},
    "a topic": {**_THEIRS, "action": "sns:Publish", "target": f"arn:aws:sns:eu-west-1:{_OTHER}:t"},
    "a queue": {**_THEIRS, "action": "sqs:SendMessage", "target": f"arn:aws:sqs:eu-west-1:{_OTHER}:t"},
    "a repository": {
        **_THEIRS,
        "action": "ecr:BatchGetImage",
        "target": f"arn:aws:ecr:eu-west-1:{_OTHER}:repository/team/app",
    },
    "a function": {
        "caller": {"service": "s3.amazonaws.com"},
        "action": "lambda:InvokeFunction",
        "target": "arn:aws:lambda:eu-west-1:111122223333:function:f:live",
        "context": {"aws:SourceArn": "arn:aws:s3:::acme", "aws:SourceAccount": "111122223333"},
    },
    "a file system": {
        **_THEIRS,
        "action": "elasticfilesystem:ClientMount",
        "target": f"arn:aws:elasticfilesystem:eu-west-1:{_OTHER}:file-system/fs-0a1b2c3d",
    },
    "a stream": {**_THEIRS, "action": "kinesis:PutRecord", "target": f"arn:aws:kinesis:eu-west-1:{_OTHER}:stream/s"},
    "a bus": {**_THEIRS, "action": "events:PutEvents", "target": f"arn:aws:events:eu-west-1:{_OTHER}:event-bus/b"},
    "an organization without an Allow": {"identity": [_EVERYTHING], "scps": [[]]},
}
_AWS_LIMIT = "arn:aws:iam::aws:policy/AmazonEC2FullAccess"


def _more() -> list[dict[str, Any]]:
    """Return whole cases for calls that the short form cannot ask for."""
    limited = expand({"identity": [_EVERYTHING], "boundary": [{**_EVERYTHING, "Action": "ec2:*"}]})
    limited["permissions_boundaries"] = [{"name": _AWS_LIMIT, "document": limited["permissions_boundaries"][0]}]
    denied = expand({"identity": [_EVERYTHING, {**_EVERYTHING, "Effect": "Deny", "Action": "s3:*"}]})
    cases = [limited]
    for name, home in (
        ("arn:aws:iam::111122223333:policy/Team", {}),
        ("arn:aws:iam::aws:policy/AWSDenyAll", {}),
        ("arn:aws:iam::aws:policy/AWSDenyAll", {"holder": "group/staff"}),
        ("own", {"holder": "group/staff"}),
    ):
        policy = {**denied["identity_policies"][0], "name": name, "home": home}
        cases.append({**denied, "identity_policies": [policy]})
    owner = {"holder": "permission-set/arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"}
    policy = {**denied["identity_policies"][0], "name": "arn:aws:iam::aws:policy/AWSDenyAll", "home": owner}
    cases.append({**denied, "request": {**denied["request"], "principal": _SSO}, "identity_policies": [policy]})
    return cases


def _changes(case: dict[str, Any]) -> list[Change]:
    found = plan(read_case(case, explain=True))
    return [change for remedy in (found.remedy, *found.alternatives) if remedy for change in remedy.changes]


def _only(short: dict[str, Any]) -> Change:
    (change,) = _changes(expand(short))
    return change


def _calls() -> list[str]:
    """Collect the AWS CLI's part of every printed line, one of each call."""
    found: dict[str, str] = {}
    shorts = [*_SHORTS.values(), *(short for short in CASES if short["decision"] in DENIED)]
    for case in [*map(expand, shorts), *_more()]:
        for change in _changes(case):
            for line in change.commands:
                # A call inside another one is a call too; jq and the shell's own words are not.
                for call in re.findall(r"aws [a-z0-9-]+ [a-z-]+.*", line.split(" > ")[0].replace("$(", "\n")):
                    whole = call.removesuffix('")" ').rstrip()
                    found.setdefault(" ".join(whole.split()[1:3]), whole)
    return sorted(found.values())


def _arguments(call: str) -> list[str]:
    call = re.sub(r'\)"?.*$', "", call) if call.count("(") < call.count(")") else call
    return shlex.split(re.sub(r"<[a-z-]+>", "111122223333", call.replace("file://", "")))


@pytest.mark.slow
@pytest.mark.parametrize("call", _calls(), ids=lambda call: "-".join(call.split()[1:3]))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_aws_cli_takes_the_command(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Service, operation and options exist and nothing required is missing; nothing is sent."""
    clidriver = pytest.importorskip("awscli.clidriver")
    if '"' in call and call.count('"') % 2:
        call = call[: call.rindex('"')] + "v1" + call[call.rindex('"') + 1 :]
    arguments = _arguments(call)
    assert arguments[0] == "aws"
    region = [] if "--region" in arguments else ["--region", "eu-west-1"]
    with mock.patch.object(clidriver.CLIOperationCaller, "invoke", return_value=0) as invoke:
        status = clidriver.create_clidriver().main([*arguments[1:], *region])
    assert (status, capsys.readouterr().err) == (0, "")
    assert invoke.call_count == 1


@pytest.mark.parametrize("name", ["arn:aws:iam::aws:policy/x; rm -rf ~", "arn:x$(id)", "own;id", "$(id)"])
def test_names_are_quoted(name: str) -> None:
    """A policy's name cannot become a second command."""
    case = expand({"identity": [_EVERYTHING, {**_EVERYTHING, "Effect": "Deny"}]})
    case["identity_policies"][0]["name"] = name
    lines = _changes(case)[0].commands
    assert any(name in shlex.split(line.split(" > ")[0].replace('"$(', "").replace(')"', "")) for line in lines)


def test_a_name_that_iam_would_not_take_is_left_open() -> None:
    """`identity policy 1` is what a policy without a name is called here, and no name to put into a command."""
    case = expand({"identity": [_EVERYTHING, {**_EVERYTHING, "Effect": "Deny"}]})
    case["identity_policies"][0]["name"] = "identity policy 1"
    assert "--policy-name <policy-name>" in _changes(case)[0].commands[0]


def test_a_repository_keeps_its_namespace() -> None:
    """The name of a repository is all that follows its type."""
    assert all("--repository-name team/app " in line for line in _only(_SHORTS["a repository"]).commands[::2])


def test_a_version_of_a_function_is_named() -> None:
    """A policy of an alias or version stands beside the function's own."""
    (line,) = _only(_SHORTS["a function"]).commands
    assert "--function-name arn:aws:lambda:eu-west-1:111122223333:function:f --qualifier live" in line
    assert "--source-arn arn:aws:s3:::acme --source-account 111122223333" in line


@pytest.mark.parametrize("held", [-1, 3, 5])
def test_a_fifth_version_makes_room_only_where_there_may_be_five(held: int) -> None:
    """A managed policy keeps five versions; where fewer are known to be there, none is deleted."""
    case = _more()[1]
    case["identity_policies"][0]["home"] = {"versions": held}
    lines = _changes(case)[0].commands
    assert any("delete-policy-version" in line for line in lines) is (held != 3)
    assert any("create-policy-version" in line for line in lines)


def test_an_index_is_not_asked_for_its_policy() -> None:
    """The table has it."""
    short = {**_SHORTS["a table"], "target": f"arn:aws:dynamodb:eu-west-1:{_OTHER}:table/t/index/i"}
    assert f"--resource-arn arn:aws:dynamodb:eu-west-1:{_OTHER}:table/t --region" in _only(short).commands[0]


def test_the_policy_of_an_access_point_is_not_taken_for_the_buckets() -> None:
    """There is no command where it is not known which of the two is meant."""
    short = {**_THEIRS, "target": f"arn:aws:s3:eu-west-1:{_OTHER}:accesspoint/ap/object/k"}
    for change in _changes(expand(short)):
        assert change.commands == ()


def test_a_group_is_edited_as_a_group() -> None:
    """The user's own policy of the same name stays as it is."""
    lines = _changes(_more()[4])[0].commands
    assert [line.split()[2] for line in lines if line.startswith("aws")] == ["get-group-policy", "put-group-policy"]
    assert "--group-name staff --policy-name own" in lines[0]


def test_block_public_access_loses_one_of_its_four() -> None:
    """The other three settings stay as they are."""
    short = {
        "caller": "anonymous",
        "resource": [{**_EVERYTHING, "Principal": "*"}],
        "settings": {"s3_block_public_access": True},
    }
    lines = _only(short).commands
    assert "get-public-access-block" in lines[0]
    assert lines[1] == "jq '.RestrictPublicBuckets = false' block-before.json > block-after.json"
