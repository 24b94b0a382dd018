"""`whydenied diagnose --source`: a difference that `git apply` takes, or files written whole, or nothing at all."""

import builtins
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from whydenied.server.cli import main

pytestmark = pytest.mark.slow

MESSAGE = (
    "Error: creating S3 Bucket (acme-logs): operation error S3: CreateBucket, https response error StatusCode: 403, "
    "api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/deployer/terraform is not authorized to "
    'perform: s3:CreateBucket on resource: "arn:aws:s3:::acme-logs" because no identity-based policy allows the '
    "s3:CreateBucket action\n"
)
ROLE = """\
resource "aws_iam_role" "deployer" {
  name               = "deployer"
  assume_role_policy = "{}"
}
"""
POLICY = """
resource "aws_iam_role_policy" "deployer" {
  role = aws_iam_role.deployer.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
  })
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a committed folder of Terraform files."""
    (tmp_path / "main.tf").write_text(ROLE + POLICY)
    _git(tmp_path, "init", "-q", ".")
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-qm", "x")
    return tmp_path


def _git(folder: Path, *command: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *command], cwd=folder, check=True)


def _diagnose(folder: Path, *options: str, text: str = MESSAGE) -> Result:
    return CliRunner().invoke(main, ["diagnose", "-", "--source", str(folder), *options], input=text)


def test_what_is_printed_can_be_piped_into_git_apply(folder: Path) -> None:
    """The diagnosis before the difference is no hindrance, and nothing is written by itself."""
    before = (folder / "main.tf").read_text()
    result = _diagnose(folder)
    assert result.exit_code == 0
    assert "in your source: main.tf:6, `aws_iam_role_policy.deployer`" in result.stdout
    assert (folder / "main.tf").read_text() == before
    subprocess.run(["git", "apply", "-"], cwd=folder, input=result.stdout.encode(), check=True)
    assert '"s3:CreateBucket", Resource = "arn:aws:s3:::acme-logs" }]' in (folder / "main.tf").read_text()


def test_line_ends_of_windows_survive_the_pipe(folder: Path) -> None:
    """The difference holds the `\\r` of the file."""
    data = (folder / "main.tf").read_bytes().replace(b"\n", b"\r\n")
    (folder / "main.tf").write_bytes(data)
    subprocess.run(["git", "apply", "-"], cwd=folder, input=_diagnose(folder).stdout_bytes, check=True)
    after = (folder / "main.tf").read_bytes()
    assert b"s3:CreateBucket" in after
    assert b"\n" not in after.replace(b"\r\n", b"")


def test_write_keeps_the_mode_and_leaves_nothing_behind(folder: Path) -> None:
    """The file is whole, has the rights it had, and stands alone."""
    (folder / "main.tf").chmod(0o640)
    _git(folder, "add", "-A")
    result = _diagnose(folder, "--write")
    assert "written: main.tf" in result.stdout
    assert (folder / "main.tf").stat().st_mode & 0o777 == 0o640
    assert "s3:CreateBucket" in (folder / "main.tf").read_text()
    assert sorted(one.name for one in folder.iterdir()) == [".git", "main.tf"]


@pytest.mark.parametrize("state", ["changed", "staged", "untracked", "no git"])
def test_write_refuses_what_git_could_not_bring_back(folder: Path, tmp_path: Path, state: str) -> None:
    """Uncommitted work is not mixed with a change, unless it is said to be wanted."""
    file = folder / "main.tf"
    file.write_text(f"# mine\n{file.read_text()}")
    if state == "staged":
        _git(folder, "add", "-A")
    if state == "untracked":
        _git(folder, "rm", "-q", "--cached", "main.tf")
    if state == "no git":
        (folder / ".git").rename(tmp_path / "git-no-more")
    before = file.read_bytes()
    result = _diagnose(folder, "--write")
    assert result.exit_code == 3
    assert "--force" in result.output
    assert file.read_bytes() == before
    assert _diagnose(folder, "--write", "--force").exit_code == 0
    assert b"s3:CreateBucket" in file.read_bytes()


def test_a_disk_that_is_full_leaves_the_file_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never half a file."""
    before = (folder / "main.tf").read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    result = _diagnose(folder, "--write")
    assert result.exit_code == 3
    assert (folder / "main.tf").read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == [".git", "main.tf"]


def test_json_says_where_and_what(folder: Path) -> None:
    """`source` holds the edits, the difference and what was written."""
    data = json.loads(_diagnose(folder, "--json").stdout)["source"]
    assert [(one["path"], one["line"], one["what"], one["denials"]) for one in data["edits"]] == [
        ("main.tf", 6, "aws_iam_role_policy.deployer", [1])
    ]
    assert data["diff"].startswith("--- a/main.tf\n+++ b/main.tf\n")
    assert (data["unplaced"], data["written"]) == ([], [])


def test_several_denials_go_into_one_file_together(folder: Path) -> None:
    """Two callers, one file: one difference, which applies."""
    other = ROLE.replace("deployer", "builder")
    (folder / "main.tf").write_text(ROLE + POLICY + "\n" + other)
    text = MESSAGE + MESSAGE.replace("/deployer/", "/builder/").replace("CreateBucket", "DeleteBucket")
    result = _diagnose(folder, text=text)
    subprocess.run(["git", "apply", "-"], cwd=folder, input=result.stdout.encode(), check=True)
    after = (folder / "main.tf").read_text()
    assert after.count("s3:CreateBucket") == after.count("s3:DeleteBucket") == 1
    assert 'resource "aws_iam_role_policy" "builder_s3_deletebucket"' in after


def test_two_candidates_are_named_and_nothing_is_written(folder: Path) -> None:
    """Where two blocks may be the caller, the form is what is printed."""
    (folder / "other").mkdir()
    (folder / "other/main.tf").write_text(ROLE)
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "y")
    result = _diagnose(folder, "--write")
    assert "not in your source: 2 blocks may define `deployer`" in result.stdout
    assert "other/main.tf:1" in result.stdout
    assert '"s3:CreateBucket"' in result.stdout
    assert "written" not in result.stdout


def test_a_missing_package_is_named_with_the_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """tree-sitter is an extra."""
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "whydenied.engine.source":
            raise ModuleNotFoundError("No module named 'tree_sitter'", name="tree_sitter")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    result = _diagnose(folder)
    assert result.exit_code == 1
    assert "`tree_sitter`: run `pip install 'whydenied[source]'`" in result.output


def _account(statement: dict[str, Any]) -> dict[str, Any]:
    """Account details with the role `deployer` and one inline policy of its own."""
    document = {"Version": "2012-10-17", "Statement": [statement]}
    role = {
        "RoleName": "deployer",
        "Arn": "arn:aws:iam::123456789012:role/deployer",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document}],
        "AttachedManagedPolicies": [],
    }
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []}


@pytest.mark.parametrize("as_json", [False, True])
def test_what_policies_prove_goes_into_the_source_too(folder: Path, as_json: bool) -> None:
    """A look at a snapshot and at the source in one call: the change that the policies ask for, in its place."""
    account = folder / "account.json"
    account.write_text(json.dumps(_account({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"})))
    result = _diagnose(folder, "--snapshot", str(account), *(["--json"] if as_json else []))
    assert result.exit_code == 0, result.output
    diff = json.loads(result.stdout)["source"]["diff"] if as_json else result.stdout
    assert "the following would let" not in diff
    subprocess.run(["git", "apply", "-"], cwd=folder, input=diff.encode(), check=True)
    assert '"s3:CreateBucket", Resource = "arn:aws:s3:::acme-logs" }]' in (folder / "main.tf").read_text()


def test_an_exception_is_not_added_beside_the_deny(folder: Path) -> None:
    """It takes the place of a statement, so that nobody is told that it was placed."""
    account = folder / "account.json"
    account.write_text(json.dumps(_account({"Effect": "Deny", "Action": "s3:CreateBucket", "Resource": "*"})))
    text = MESSAGE.replace(
        "because no identity-based policy allows", "with an explicit deny in an identity-based policy:"
    )
    result = _diagnose(folder, "--snapshot", str(account), "--json", text=text)
    found = json.loads(result.stdout)
    assert [one["kind"] for one in found["changes"]][:1] == ["exception"], found["changes"]
    assert (found["source"]["edits"], found["source"]["diff"]) == ([], "")
    assert "takes the place of a statement" in found["source"]["unplaced"][0]["why"]


def test_each_line_is_placed_in_the_files_as_they_are(folder: Path) -> None:
    """Two denials, two differences, each of which applies by itself; a line without a change has none."""
    texts = [MESSAGE, MESSAGE.replace("CreateBucket", "DeleteBucket"), "all is well"]
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
    result = CliRunner().invoke(main, ["diagnose", "--jsonl", "--source", str(folder)], input=lines)
    assert result.exit_code == 0, result.output
    first, second, third = (json.loads(line)["source"] for line in result.stdout.splitlines())
    for found, action in ((first, "CreateBucket"), (second, "DeleteBucket")):
        assert action in found["diff"]
        subprocess.run(["git", "apply", "--check", "-"], cwd=folder, input=found["diff"].encode(), check=True)
    assert (third["edits"], third["diff"]) == ([], "")


def test_options_that_do_not_go_together() -> None:
    """--write needs --source, --force needs --write."""
    for options in (["--write"], ["--source", ".", "--force"], ["--source", ".", "--write", "--jsonl"]):
        assert CliRunner().invoke(main, ["diagnose", "x", *options]).exit_code == 2
