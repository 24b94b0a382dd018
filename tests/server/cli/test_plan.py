"""`whydenied plan` and `whydenied policy-for`: every form of the answer, exit codes, and what cannot be read."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine.plans.written import ROLE, change, plan_json
from whydenied.server.cli import main


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return the file of a plan that makes a bucket."""
    file = tmp_path / "plan.json"
    made = {"bucket": "acme-x", "tags": {"team": "a"}, "tags_all": {"team": "a"}}
    file.write_bytes(plan_json(change("aws_s3_bucket.x", after=made, unknown={"arn": True})))
    return file


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """Return a folder of policies: the caller may read buckets."""
    folder = tmp_path / "policies"
    (folder / "identity").mkdir(parents=True)
    statement = {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}
    (folder / "identity" / "read.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return folder


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_what_will_be_refused_is_said_with_its_change_and_exit_code_1(plan: Path, policies: Path) -> None:
    """In words: the resource, when, the action, the gate; then the statement and its proof."""
    done = _run("plan", plan, "--principal", ROLE, "--policies", policies)
    assert done.exit_code == 1, done.output
    assert "  to create it: s3:CreateBucket on arn:aws:s3:::acme-x (identity)" in done.output
    assert '"Action": ["s3:CreateBucket", "s3:PutBucketTagging"]' in done.output
    assert "With this change made, 2 of the 2 are allowed" in done.output
    assert "Not shown, and may refuse more: SCPs;" in done.output


def test_nothing_refused_is_exit_code_0(plan: Path, policies: Path) -> None:
    """And the sentence says that it goes by what was given."""
    (policies / "identity" / "all.json").write_text(
        json.dumps(
            {
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
                }
            }
        )
    )
    done = _run("plan", plan, "--principal", ROLE, "--policies", policies)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("None of the ")


def test_a_name_that_looks_like_a_secret_is_printed_nowhere(tmp_path: Path, policies: Path) -> None:
    """In the change and in the least policy a blank takes its place."""
    secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    file = tmp_path / "plan.json"
    file.write_bytes(plan_json(change(f'aws_sqs_queue.x["{secret}"]', after={"name": secret}, unknown={"arn": True})))
    given = ("plan", file, "--principal", ROLE, "--policies", policies, "--region", "eu-west-1", "--all")
    ways: list[tuple[str, ...]] = [
        ("--format", kind, "--as", form) for kind in ("text", "markdown") for form in ("json", "terraform", "cli")
    ]
    ways += [("--format", kind) for kind in ("json", "junit", "sarif")]
    printed = [_run(*given, *way) for way in ways]
    printed += [_run("policy-for", file, "--principal", ROLE, "--as", form) for form in ("json", "terraform")]
    for done in printed:
        assert secret not in done.output
        assert done.exit_code in (0, 1), done.output
    assert "x:<hidden-name>" in printed[0].output.replace("111122223333:", "x:")
    assert "write it in place of <hidden-name>" in printed[0].output
    assert "write them in place of <hidden-name>" in printed[-1].output


def test_pipelines_get_json_junit_sarif_and_markdown(plan: Path, policies: Path) -> None:
    """The same two refusals in each."""
    given = ("plan", plan, "--principal", ROLE, "--policies", policies, "--format")
    found = json.loads(_run(*given, "json").output)
    assert [row["action"] for row in found["refused"]] == ["s3:CreateBucket", "s3:PutBucketTagging"]
    assert found["changes"][0]["statements"][0]["Resource"] == "arn:aws:s3:::acme-x"
    assert found["proved"] == 2
    suite = ET.fromstring(_run(*given, "junit").output.encode())
    assert suite.get("failures") == "2"
    assert {case.get("classname") for case in suite.iter("testcase")} == {"aws_s3_bucket.x"}
    sarif = json.loads(_run(*given, "sarif").output)
    assert [one["ruleId"] for one in sarif["runs"][0]["results"]] == ["refused-by-identity"] * 2
    markdown = _run(*given, "markdown", "--as", "terraform").output
    assert "| `aws_s3_bucket.x` | to create it | `s3:CreateBucket` | `arn:aws:s3:::acme-x` | identity |" in markdown
    assert 'resource "aws_iam_role_policy"' in markdown


def test_without_policies_the_least_policy_is_printed(plan: Path) -> None:
    """Named actions on the plan's bucket."""
    done = CliRunner().invoke(main, ["plan", str(plan)])
    assert done.exit_code == 0
    (statement,) = json.loads(done.stdout)["Statement"]
    assert "s3:CreateBucket" in statement["Action"]
    assert statement["Resource"] == "arn:aws:s3:::acme-x"


@pytest.mark.parametrize("form", ["json", "cli", "terraform", "cloudformation", "cdk", "cdk_python"])
def test_the_least_policy_comes_in_every_form(plan: Path, form: str) -> None:
    """Each names the action."""
    done = CliRunner().invoke(main, ["policy-for", str(plan), "--principal", ROLE, "--as", form])
    assert done.exit_code == 0, done.output
    assert "s3:CreateBucket" in done.stdout


def test_the_state_is_asked_for_where_its_backend_is_known(plan: Path) -> None:
    """`.terraform/terraform.tfstate` beside the plan names the bucket, the key and the lock."""
    folder = plan.parent / ".terraform"
    folder.mkdir()
    config = {"bucket": "acme-state", "key": "app/terraform.tfstate", "region": "us-east-1", "use_lockfile": True}
    (folder / "terraform.tfstate").write_text(json.dumps({"backend": {"type": "s3", "config": config}}))
    text = CliRunner().invoke(main, ["policy-for", str(plan)]).stdout
    assert "arn:aws:s3:::acme-state/app/terraform.tfstate.tflock" in text
    assert "s3:DeleteObject" in text


def _details() -> dict[str, object]:
    """Return an account's authorization details: the deployer may read buckets, within a boundary."""
    read = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}],
    }
    limit = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    boundary = "arn:aws:iam::111122223333:policy/limit"
    role = {
        "Arn": ROLE,
        "RoleName": "deployer",
        "RoleId": "AROAEXAMPLE",
        "Path": "/",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RolePolicyList": [{"PolicyName": "read", "PolicyDocument": read}],
        "AttachedManagedPolicies": [],
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary},
    }
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": limit}
    policy = {"Arn": boundary, "PolicyName": "limit", "DefaultVersionId": "v1", "PolicyVersionList": [version]}
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": [policy]}


@pytest.mark.parametrize("where", ["snapshot", "folder"])
def test_policies_are_taken_from_an_accounts_details(plan: Path, tmp_path: Path, where: str) -> None:
    """As a snapshot, or as `account.json` in the folder; what they do not hold is named."""
    folder = tmp_path / "account"
    folder.mkdir()
    (folder / "account.json").write_text(json.dumps(_details()))
    given = ("--snapshot", folder / "account.json") if where == "snapshot" else ("--policies", folder)
    found = json.loads(_run("plan", plan, "--principal", ROLE, "--format", "json", *given).output)
    assert [(row["action"], row["gates"]) for row in found["refused"]] == [
        ("s3:CreateBucket", ["identity"]),
        ("s3:PutBucketTagging", ["identity"]),
    ]
    assert "scp" in found["unseen"]
    assert "boundary" not in found["unseen"]


def test_a_template_is_read_as_one(tmp_path: Path, policies: Path) -> None:
    """With the stack's name; what needs a value says so."""
    file = tmp_path / "template.yaml"
    file.write_text("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n")
    given = ("plan", file, "--principal", ROLE, "--region", "eu-west-1", "--stack", "app", "--policies", policies)
    done = _run(*given)
    assert done.exit_code == 1, done.output
    assert "  to create it: sqs:CreateQueue on arn:aws:sqs:eu-west-1:111122223333:app-Queue-* (identity)" in done.output
    assert _run(*given, "--parameter", "Stage").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--live",), 2, "--principal is missing"),
        (("--principal", ROLE, "--live", "--policies", "x"), 2, "give one of"),
        (("--principal", ROLE, "--policies", "no-such-folder"), 3, "`no-such-folder` is no folder"),
    ],
)
def test_what_is_missing_is_said(plan: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    """In a line, with the exit code of the kind of fault."""
    done = _run("plan", plan, *arguments)
    assert done.exit_code == code
    assert words in done.output


def test_an_empty_folder_of_policies_is_a_mistake_and_no_caller_without_policies(plan: Path, tmp_path: Path) -> None:
    """Nothing in it says whose policies they are."""
    (tmp_path / "empty").mkdir()
    done = _run("plan", plan, "--principal", ROLE, "--policies", tmp_path / "empty")
    assert done.exit_code == 3
    assert "holds none of the folders `scp`" in done.output


def test_what_is_no_plan_is_said_with_its_name(tmp_path: Path) -> None:
    """A file that is not there, and one that is a plan's own format."""
    assert "no such file" in _run("plan", tmp_path / "none.json").output
    file = tmp_path / "plan.bin"
    file.write_bytes(b"PK\x03\x04")
    done = _run("plan", file)
    assert done.exit_code == 3
    assert "terraform show -json" in done.output
