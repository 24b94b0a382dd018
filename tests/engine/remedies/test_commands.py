"""The commands of a fix: the real AWS CLI's parser takes them."""

import re
import shlex
from typing import Any
from unittest import mock

import pytest

from engine.evaluation import read_case
from engine.remedies import plan
from tests.engine.evaluation.generated import DENIED
from tests.engine.evaluation.shorthand import expand
from tests.engine.evaluation.test_cases import CASES

_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_OTHER = "444455556666"

# One denial for each call that a fix may need.
_SHORTS: dict[str, dict[str, Any]] = {
    "a role's own policy": {"caller": "arn:aws:sts::111122223333:assumed-role/worker/one"},
    "a permission set": {"caller": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ana"},
    "a session": {
        "caller": "arn:aws:sts::111122223333:assumed-role/worker/one",
        "identity": [_EVERYTHING],
        "session": [{**_EVERYTHING, "Action": "sqs:*"}],
    },
    "a bucket policy": {"identity": [_EVERYTHING], "account": _OTHER},
    "a secret": {
        "identity": [_EVERYTHING],
        "account": _OTHER,
        "action": "secretsmanager:GetSecretValue",
        "target": f"arn:aws:secretsmanager:eu-west-1:{_OTHER}:secret:s-a1b2c3",
    },
    "a table": {
        "identity": [_EVERYTHING],
        "account": _OTHER,
        "action": "dynamodb:GetItem",
        "target": f"arn:aws:dynamodb:eu-west-1:{_OTHER}:table/t",
    },
    "a topic": {
        "identity": [_EVERYTHING],
        "account": _OTHER,
        "action": "sns:Publish",
        "target": f"arn:aws:sns:eu-west-1:{_OTHER}:t",
    },
    "a repository": {
        "identity": [_EVERYTHING],
        "account": _OTHER,
        "action": "ecr:BatchGetImage",
        "target": f"arn:aws:ecr:eu-west-1:{_OTHER}:repository/team/app",
    },
}


def _commands() -> list[str]:
    """Collect the commands of every plan for the cases, one of each call."""
    found: dict[str, str] = {}
    shorts = [*_SHORTS.values(), *(short for short in CASES if short["decision"] in DENIED)]
    for short in shorts:
        result = plan(read_case(expand(short), explain=True))
        for remedy in (result.remedy, *result.alternatives):
            for change in remedy.changes if remedy else ():
                for command in change.commands:
                    found.setdefault(" ".join(command.split()[:3]), command)
    return sorted(found.values())


@pytest.mark.slow
@pytest.mark.parametrize("command", _commands(), ids=lambda command: "-".join(command.split()[1:3]))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_aws_cli_takes_the_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Service, operation and options exist and nothing required is missing; nothing is sent."""
    clidriver = pytest.importorskip("awscli.clidriver")
    arguments = shlex.split(re.sub(r"<[a-z-]+>", "111122223333", command))
    assert arguments[0] == "aws"
    with mock.patch.object(clidriver.CLIOperationCaller, "invoke", return_value=0) as invoke:
        status = clidriver.create_clidriver().main([*arguments[1:], "--region", "eu-west-1"])
    assert (status, capsys.readouterr().err) == (0, "")
    assert invoke.call_count == 1


@pytest.mark.parametrize("name", ["x; rm -rf ~", "arn:aws:iam::aws:policy/x; rm -rf ~", "arn:x$(id)"])
def test_names_are_quoted(name: str) -> None:
    """A policy's name cannot become a second command."""
    case = expand({"identity": [_EVERYTHING, {**_EVERYTHING, "Effect": "Deny"}]})
    case["identity_policies"][0]["name"] = name
    remedy = plan(read_case(case, explain=True)).remedy
    assert remedy is not None
    assert name in shlex.split(remedy.changes[0].commands[0])


def test_a_repository_keeps_its_namespace() -> None:
    """The name of a repository is all that follows its type."""
    remedy = plan(read_case(expand(_SHORTS["a repository"]), explain=True)).remedy
    assert remedy is not None
    assert any("--repository-name team/app " in command for change in remedy.changes for command in change.commands)
