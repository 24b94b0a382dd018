"""The commands of a fix: the real AWS CLI's parser takes them, names stay names, and nothing is ever deleted whole."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.engine.evaluation.generated import DENIED
from tests.engine.evaluation.shorthand import expand
from tests.engine.evaluation.test_cases import CASES
from tests.engine.remedies.shell import needs_shell
from whydenied.engine.evaluation import read_case
from whydenied.engine.remedies import Change, plan

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
    "a layer": {
        **_THEIRS,
        "action": "lambda:GetLayerVersion",
        "target": f"arn:aws:lambda:eu-west-1:{_OTHER}:layer:tools:3",
    },
    "a function's URL": {
        **_THEIRS,
        "action": "lambda:InvokeFunctionUrl",
        "target": f"arn:aws:lambda:eu-west-1:{_OTHER}:function:f",
        "context": {"lambda:FunctionUrlAuthType": "AWS_IAM"},
    },
    "an organization without an Allow": {"identity": [_EVERYTHING], "scps": [[]]},
}
_SHORTS |= {
    held: {**_THEIRS, "action": action, "target": held}
    for action, held in (
        ("s3:GetObject", f"arn:aws:s3:eu-west-1:{_OTHER}:accesspoint/ap/object/k"),
        ("s3express:CreateSession", f"arn:aws:s3express:eu-west-1:{_OTHER}:bucket/b--euw1-az1--x-s3"),
        ("s3-object-lambda:GetObject", f"arn:aws:s3-object-lambda:eu-west-1:{_OTHER}:accesspoint/ol"),
        ("s3tables:GetTableData", f"arn:aws:s3tables:eu-west-1:{_OTHER}:bucket/lake/table/1"),
        ("s3vectors:QueryVectors", f"arn:aws:s3vectors:eu-west-1:{_OTHER}:bucket/lake/index/i"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{_OTHER}:secret:db/main-??????"),
        ("dynamodb:GetRecords", f"arn:aws:dynamodb:eu-west-1:{_OTHER}:table/t/stream/2026-01-01T00:00:00.000"),
        ("ecr-public:PutImage", f"arn:aws:ecr-public::{_OTHER}:repository/app"),
        ("kinesis:SubscribeToShard", f"arn:aws:kinesis:eu-west-1:{_OTHER}:stream/s/consumer/c:1700000000"),
        ("events:PutRule", f"arn:aws:events:eu-west-1:{_OTHER}:rule/orders/nightly"),
        ("es:ESHttpGet", f"arn:aws:es:eu-west-1:{_OTHER}:domain/logs/_search"),
        ("codeartifact:GetAuthorizationToken", f"arn:aws:codeartifact:eu-west-1:{_OTHER}:domain/acme"),
        ("codeartifact:PublishPackageVersion", f"arn:aws:codeartifact:eu-west-1:{_OTHER}:package/acme/libs/npm//x"),
        ("backup:CopyIntoBackupVault", f"arn:aws:backup:eu-west-1:{_OTHER}:backup-vault:vault"),
        ("glue:GetTable", f"arn:aws:glue:eu-west-1:{_OTHER}:table/db/t"),
        ("kafka-cluster:ReadData", f"arn:aws:kafka:eu-west-1:{_OTHER}:topic/main/u-1/orders"),
        ("vpc-lattice-svcs:Invoke", f"arn:aws:vpc-lattice:eu-west-1:{_OTHER}:service/svc-0123456789abcdef0/x"),
        ("logs:PutSubscriptionFilter", f"arn:aws:logs:eu-west-1:{_OTHER}:destination:all"),
    )
}
# `aws` as a function that writes down its arguments and answers so that every other part of a line is run.
_RECORDER = r"""
exec 9> calls
aws() {
  printf '%s\x1f' "$@" >&9; printf '\x1e' >&9
  case "$*" in *"--output json"*) echo null ;; *) echo 9 ;; esac
}
"""
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


def _lines() -> list[tuple[str, ...]]:
    """Collect the printed lines of many plans, with something in place of every blank."""
    shorts = [*_SHORTS.values(), *(short for short in CASES if short["decision"] in DENIED)]
    changes = [change for case in [*map(expand, shorts), *_more()] for change in _changes(case)]
    # A blank in angle brackets is a redirection to a shell.
    return [tuple(re.sub(r"<[a-z-]+>", "111122223333", line) for line in one.commands) for one in changes]


def _calls(folder: Path) -> list[list[str]]:
    """Let bash read all lines and tell what it hands to the AWS CLI; one call of each operation and set of options."""
    plans = list(dict.fromkeys(_lines()))
    script = "\n".join([_RECORDER, *(line for plan_lines in plans for line in plan_lines)])
    subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    calls = [call.split("\x1f")[:-1] for call in (folder / "calls").read_text().split("\x1e") if call]
    assert len(calls) > len(plans)
    return list({(*one[:2], *sorted(part for part in one if part.startswith("--"))): one for one in calls}.values())


@pytest.mark.slow
@needs_shell
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_aws_cli_takes_every_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Service, operation and options exist and nothing required is missing; nothing is sent."""
    clidriver = pytest.importorskip("awscli.clidriver")
    calls = _calls(tmp_path)
    assert {"iam", "s3api", "kms", "organizations", "sso-admin", "ec2", "sts", "lambda"} <= {one[0] for one in calls}
    for arguments in calls:
        region = [] if "--region" in arguments else ["--region", "eu-west-1"]
        # What another line writes is read as an empty document.
        plain = ["{}" if one.startswith("file://") else one for one in arguments]
        driver = clidriver.create_clidriver()
        driver.session.set_config_variable("data_path", str(Path(clidriver.__file__).parent / "data"))
        with mock.patch.object(clidriver.CLIOperationCaller, "invoke", return_value=0) as invoke:
            status = driver.main([*plain, *region])
        assert (status, capsys.readouterr().err, invoke.call_count) == (0, "", 1), arguments


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
    """A bucket's policy takes no ARN of an access point, so a statement about one goes into the policy of that one."""
    short = {**_THEIRS, "target": f"arn:aws:s3:eu-west-1:{_OTHER}:accesspoint/ap/object/k"}
    for change in _changes(expand(short)):
        lines = "\n".join(change.commands)
        assert f"put-access-point-policy --account-id {_OTHER} --name ap --region eu-west-1" in lines
        assert "put-bucket-policy" not in lines


def test_an_endpoint_is_looked_for_in_the_region_of_its_service() -> None:
    """Its id means nothing in another Region; the ARN of a bucket tells none."""
    short = {"identity": [_EVERYTHING], "vpce": [{**_EVERYTHING, "Principal": "*", "Action": "ec2:*"}]}
    queue = {**short, "action": "sqs:SendMessage", "target": "arn:aws:sqs:eu-west-1:111122223333:jobs"}
    for case, region in ((queue, True), (short, False)):
        lines = _only(case).commands
        assert all(("--region eu-west-1" in line) is region for line in lines if line.startswith("aws"))


def test_a_file_system_without_a_policy_gets_no_first_one() -> None:
    """It would keep out every client that it does not name: the merge stops where none is found."""
    lines = _only(_SHORTS["a file system"]).commands
    assert "echo null" not in lines[0]


def test_a_secret_known_by_its_name_is_asked_for_by_it() -> None:
    """Nothing has an ARN with six question marks."""
    held = f"arn:aws:secretsmanager:eu-west-1:{_OTHER}:secret:db/main-??????"
    assert all("--secret-id db/main --region" in line for line in _only(_SHORTS[held]).commands[::2])


@pytest.mark.parametrize(
    ("partition", "region", "domain"),
    [("aws-cn", "cn-north-1", "amazonaws.com.cn"), ("aws-us-gov", "us-gov-west-1", "amazonaws.com")],
)
def test_a_queue_is_asked_for_where_its_partition_is(partition: str, region: str, domain: str) -> None:
    """China has hosts of its own, GovCloud has not."""
    short = {
        **_SHORTS["a queue"],
        "caller": f"arn:{partition}:iam::111122223333:user/ana",
        "target": f"arn:{partition}:sqs:{region}:{_OTHER}:jobs",
    }
    assert f"--queue-url https://sqs.{region}.{domain}/{_OTHER}/jobs --region {region}" in _only(short).commands[0]


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
