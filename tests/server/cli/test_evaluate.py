"""`whydenied evaluate`, as it is called."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from whydenied.server.cli.evaluate import evaluate

_CASE: dict[str, Any] = {
    "id": "one",
    "request": {
        "principal": "arn:aws:iam::111122223333:user/ana",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
        "resource_account": "111122223333",
        "context": {},
    },
    "identity_policies": [],
}


def _run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(evaluate, list(arguments), input=given)


def test_a_line_for_every_line() -> None:
    """Each case gets its id, decision and gates; one that cannot be read gets its error and stops nobody."""
    lines = [json.dumps(_CASE), "", "{", json.dumps({"id": "two"}), json.dumps({**_CASE, "id": "three"})]
    result = _run("--jsonl", given="\n".join(lines))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert answers[0] == {"id": "one", "decision": "ImplicitlyDenied", "blocked_by": ["identity"]}
    assert "not JSON" in answers[1]["error"]
    assert answers[2]["id"] == "two"
    assert "`request` is missing" in answers[2]["error"]
    assert answers[3]["id"] == "three"
    assert result.exit_code == 0


def test_lines_with_explanations() -> None:
    """The same answer with the gates beside it."""
    answer = json.loads(_run("--jsonl", "--explain", given=json.dumps(_CASE)).stdout)
    assert (answer["decision"], answer["blocked_by"]) == ("ImplicitlyDenied", ["identity"])
    assert len(answer["explanation"]["gates"]) == 8


def test_from_a_file_with_the_fix(tmp_path: Path) -> None:
    """A file, explained: why, and the change that helps with its proof."""
    file = tmp_path / "case.json"
    file.write_text(json.dumps(_CASE), encoding="utf-8")
    result = _run(str(file), "--explain")
    assert "Identity policies: implicit-deny  <- blocks" in result.stdout
    assert "Needs 1 change" in result.stdout
    assert "Proof: ImplicitlyDenied before, Allowed with it." in result.stdout
    assert _run(str(file)).stdout.startswith("ImplicitlyDenied\n")


def test_the_picture_is_a_file_of_its_own() -> None:
    """Well-formed, with its own light and dark."""
    drawing = _run("--svg", given=json.dumps(_CASE)).stdout
    assert ElementTree.fromstring(drawing).tag.endswith("svg")
    assert "prefers-color-scheme" in drawing


def test_from_account_details(tmp_path: Path) -> None:
    """AWS's own output plus a request."""
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}
    user = {
        "UserName": "ana",
        "Arn": "arn:aws:iam::111122223333:user/ana",
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document}],
    }
    details = {"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    file = tmp_path / "details.json"
    file.write_text(json.dumps(details), encoding="utf-8")
    case = {
        "request": _CASE["request"],
        "resource_policy": None,
        "scps": None,
        "rcps": None,
        "vpc_endpoint_policies": None,
    }
    beside = _run("--account", str(file), given=json.dumps(case))
    inside = _run(given=json.dumps({**case, "account_authorization_details": details}))
    assert beside.stdout == inside.stdout
    assert beside.stdout.startswith("ImplicitlyDenied\n")


def test_unreadable_input_is_exit_code_3() -> None:
    """The reason is one line on standard error."""
    result = _run(given="[")
    assert result.exit_code == 3
    assert "not JSON" in result.stderr
    assert _run("--jsonl", "--svg").exit_code == 2


@pytest.mark.parametrize("arguments", [("--explain",), ("--svg",), (), ("--jsonl", "--explain"), ("--jsonl",)])
def test_no_secret_of_a_condition_is_printed(arguments: tuple[str, ...]) -> None:
    """Terminals are copied into tickets: what a policy or a request held is hidden in every form of the answer."""
    condition = {"StringEquals": {"aws:Referer": "password=winter-Garden-88"}}
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": condition}
    document = {"Version": "2012-10-17", "Statement": [allow]}
    request = {**_CASE["request"], "context": {"aws:Referer": "token=q8Zr2LmX0vTn5KwP1yHb"}}
    case = {**_CASE, "request": request, "identity_policies": [{"name": "p", "document": document}]}
    result = _run(*arguments, given=json.dumps(case))
    assert "ImplicitlyDenied" in result.stdout or "--svg" in arguments
    assert "winter-Garden" not in result.stdout
    assert "q8Zr2LmX" not in result.stdout
