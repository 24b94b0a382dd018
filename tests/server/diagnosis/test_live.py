"""`diagnose --live`, `--snapshot`, `collect`, `policy` and `restore`, as a person uses them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from tests.engine.collectors.accounts import ACCOUNT, CASES
from whydenied.engine.collectors.policy import action_of, minimal_policy
from whydenied.engine.collectors.reads import READS
from whydenied.engine.evaluation import evaluate_case
from whydenied.server.cli import main

pytestmark = pytest.mark.slow  # seconds each, in all half of what the quick tests may take

POLICY = Path(__file__).parents[3] / "engine" / "collectors" / "policy.json"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fresh moto; no credentials of anybody's."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


def run(*arguments: str, text: str | None = None) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, list(arguments), input=text)


def test_live_ends_with_a_proved_fix() -> None:
    """The cause, why, the change, its proof, and how many calls it took."""
    result = run("diagnose", "--live", CASES["role_without_allow"].build().error)
    assert result.exit_code == 0, result.output
    assert "no identity policy allows it" in result.stdout
    assert "Proof: ImplicitlyDenied before, Allowed with it." in result.stdout
    assert "aws iam put-role-policy --role-name app" in result.stdout
    assert "7 calls: " in result.stdout
    assert "testing" not in result.output


def test_live_as_data() -> None:
    """Everything that is printed is in the JSON."""
    result = run("diagnose", "--live", "--json", CASES["scp_with_deny"].build().error)
    data = json.loads(result.stdout)
    assert data["live"]["unknown"]
    assert data["recognised"] is True


def test_a_condition_that_is_not_met_is_named_before_a_policy_is_changed() -> None:
    """The smallest change is none: send what the policy asks for."""
    result = run("diagnose", "--live", CASES["deny_without_mfa"].build().error)
    assert "allow the request as they are if it comes with `aws:MultiFactorAuthPresent` = `true`" in result.stdout


def test_a_snapshot_goes_from_who_has_access_to_who_has_the_problem(tmp_path: Path) -> None:
    """Collected, redacted, diagnosed without the error and without AWS, and turned back."""
    out, key = tmp_path / "snapshot.json", tmp_path / "names.key"
    error = CASES["role_with_deny"].build().error
    result = run("collect", "--out", str(out), "--redact", str(key), error)
    assert result.exit_code == 0, result.output
    for path in (out, key):
        assert path.stat().st_mode & 0o077 == 0
    assert "reports" not in out.read_text()
    assert "testing" not in out.read_text()
    with mock_aws():
        diagnosed = run("diagnose", "--snapshot", str(out))
    assert diagnosed.exit_code == 0
    assert "Proof: ExplicitlyDenied before, Allowed with it." in diagnosed.stdout
    assert "reports" not in diagnosed.stdout
    restored = run("restore", str(key), "-", text=diagnosed.stdout)
    assert "arn:aws:s3:::reports/a.csv" in restored.stdout


def test_a_whole_account_can_be_collected(tmp_path: Path) -> None:
    """Then any error of its principals can be diagnosed from the file."""
    error = CASES["allow_on_another_resource"].build().error
    out = tmp_path / "account.json"
    assert run("collect", "--out", str(out)).exit_code == 0
    result = run("diagnose", "--snapshot", str(out), error)
    assert "no identity policy allows it" in result.stdout
    assert "aws s3api get-bucket-policy" in result.stdout


def test_a_principal_and_an_action_will_do(tmp_path: Path) -> None:
    """Where there is no error text."""
    CASES["role_without_allow"].build()
    out = tmp_path / "snapshot.json"
    arguments = ["--principal", f"arn:aws:sts::{ACCOUNT}:assumed-role/app/ana", "--action", "s3:GetObject"]
    assert run("collect", "--out", str(out), *arguments, "--resource", "arn:aws:s3:::reports/a.csv").exit_code == 0
    assert "Proof: " in run("diagnose", "--snapshot", str(out)).stdout
    dated = run("diagnose", "--snapshot", str(out), "--until", "2031-05-01").stdout
    assert '"aws:CurrentTime": "2031-05-01T00:00:00Z"' in dated
    assert "Proof: " in dated
    assert run("diagnose", "--snapshot", str(out), "--until", "soon").exit_code == 3


def test_an_error_that_names_nobody_is_about_whoever_asks() -> None:
    """The credentials in use are the caller's, then."""
    CASES["user_without_s3"].build()
    text = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
    assert "assumed-role" not in run("diagnose", "--live", text).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("diagnose", "--profile", "x", "text"),
        ("diagnose", "--live", "--snapshot", str(POLICY), "text"),
        ("diagnose", "--live", "--account", "12=x", "text"),
        ("diagnose", "--live", "--jsonl"),
        ("diagnose", "--until", "2031-05-01", "text"),
        ("collect", "--out", "/tmp/never", "--principal", "x"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: tuple[str, ...]) -> None:
    """With exit code 2, before anything is read."""
    assert run(*arguments).exit_code == 2


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """No snapshot, no profile, no key: exit code 3 and why."""
    assert run("diagnose", "--snapshot", str(POLICY), "text").exit_code == 3
    result = run("diagnose", "--live", "--profile", "nobody", "text")
    assert result.exit_code == 3
    assert "nobody" in result.output
    assert run("restore", str(POLICY), text="x").exit_code == 3
    (tmp_path / "key").write_text("{}")
    assert run("collect", "--out", str(tmp_path / "x"), "--redact", str(tmp_path / "key")).exit_code == 3


def test_the_policy_is_shipped_and_printed() -> None:
    """The file beside the collectors is what the list of reads makes."""
    assert json.loads(POLICY.read_text()) == minimal_policy() == json.loads(run("policy").stdout)


def allowed(policy: dict[str, object], action: str) -> bool:
    """Tell whether a role with this policy alone may do something."""
    request = {
        "principal": f"arn:aws:iam::{ACCOUNT}:role/reader",
        "action": action,
        "resource": "*",
        "resource_account": ACCOUNT,
    }
    return bool(evaluate_case({"request": request, "identity_policies": [policy]})["decision"] == "Allowed")


def test_the_policy_is_enough_and_not_too_much() -> None:
    """Every call is allowed; without any one action one of them is not; nothing else is allowed."""
    policy = minimal_policy()
    needed = {action_of(service, name) for service, names in READS.items() for name in names} - {""}
    assert all(allowed(policy, action) for action in needed)
    listed = policy["Statement"][0]["Action"]
    for gone in listed:
        less = {**policy, "Statement": [{**policy["Statement"][0], "Action": [one for one in listed if one != gone]}]}
        assert [action for action in needed if not allowed(less, action)] == [gone]
    assert not any(
        allowed(policy, action) for action in ("iam:PutRolePolicy", "s3:GetObject", "kms:Decrypt", "sts:AssumeRole")
    )
    # As a session policy it goes into AssumeRole, which takes 2,048 characters.
    assert len(json.dumps(policy, separators=(",", ":"))) < 2_048
