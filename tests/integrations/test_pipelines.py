"""The steps that pipelines run: the GitHub Action, the GitLab component, the script for others."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integrations.host import comments, run_action

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_PIPELINES = _ROOT / "integrations" / "pipelines"
_DENIED = (
    "echo 'AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/deployer/ci is not authorized to "
    "perform: sqs:CreateQueue on resource: arn:aws:sqs:eu-west-1:111122223333:mail because no identity-based policy "
    "allows the sqs:CreateQueue action' >&2; exit 7"
)
_SOURCE = """\
resource "aws_iam_role" "deployer" {
  name               = "deployer"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "deployer" {
  role = aws_iam_role.deployer.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:ListQueues", Resource = "*" }]
  })
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checked-out repository, with our program on the path."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(_SOURCE)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "whydenied"
    program.write_text(f"#!{sys.executable}\nfrom whydenied.__main__ import main\nmain()\n")
    program.chmod(0o755)
    return tmp_path


def _environment(folder: Path, address: str = "") -> dict[str, str]:
    event = folder / "event.json"
    event.write_text('{"pull_request": {"number": 41}}')
    return {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_API_URL": address,
        "GITHUB_REPOSITORY": "acme/infra",
        "GITHUB_WORKFLOW": "apply",
        "GITHUB_JOB": "plan",
    }


def test_a_red_run_is_told_of_everywhere(folder: Path) -> None:
    """The step fails as its command does; summary, annotation at the line, SARIF, one comment."""
    with comments("a person's own words") as (address, kept):
        given = {"run": _DENIED, "source": "infra", "command": "whydenied"}
        ran = run_action(_ROOT / "action.yml", given, folder, _environment(folder, address))
    assert ran.failed
    assert "why this was denied" in ran.log
    assert "::error file=infra/main.tf,line=6,title=Why this was denied::deployer may not sqs:CreateQueue" in ran.log
    assert ran.summary.startswith("## `deployer` may not `sqs:CreateQueue`")
    assert '+    Statement = [{ Effect = "Allow", Action = "sqs:ListQueues"' in ran.summary
    assert ran.outputs["denied"] == "true"
    report = Path(ran.outputs["report"])
    (found,) = json.loads((report / "results.sarif").read_text())["runs"][0]["results"]
    place = found["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("infra/main.tf", 6)
    assert json.loads((report / "codequality.json").read_text())[0]["location"]["path"] == "infra/main.tf"
    assert kept.bodies[1] == "a person's own words"
    assert kept.bodies[2].startswith("<!-- whydenied apply-plan -->\n## `deployer` may not")
    assert kept.tokens == {"Bearer run-token"}
    assert all(path.startswith("/repos/acme/infra/issues/") for _, path in kept.calls)


def test_the_comment_is_one_and_kept_up_to_date(folder: Path) -> None:
    """A second red run changes it, a green one says that it is mended, and where there was none none is written."""
    environment = _environment(folder)
    with comments() as (address, kept):
        environment["GITHUB_API_URL"] = address
        for script in (_DENIED, _DENIED.replace("CreateQueue", "DeleteQueue"), "echo fine"):
            run_action(_ROOT / "action.yml", {"run": script, "command": "whydenied"}, folder, environment)
    assert [method for method, _ in kept.calls if method != "GET"] == ["POST", "PATCH", "PATCH"]
    assert "mended" in kept.bodies[1]
    with comments() as (address, kept):
        environment["GITHUB_API_URL"] = address
        ran = run_action(_ROOT / "action.yml", {"run": "echo fine", "command": "whydenied"}, folder, environment)
    assert (ran.failed, ran.outputs["denied"], ran.summary) == (False, "false", "")
    assert [method for method, _ in kept.calls if method != "GET"] == []


def test_a_token_that_may_not_comment_fails_nothing(folder: Path) -> None:
    """It is warned of, and the run ends as its command does."""
    with comments() as (address, kept):
        kept.refuses = True
        given = {"run": _DENIED, "command": "whydenied"}
        ran = run_action(_ROOT / "action.yml", given, folder, _environment(folder, address))
    assert "::warning title=Why Denied::the comment was not written" in ran.log
    assert "the comment cannot be written (403)" in ran.log
    assert "run-token" not in ran.log


def test_a_log_of_another_step_is_read(folder: Path) -> None:
    """Nothing is run, and nothing fails; a log without a refusal has no report."""
    log = subprocess.run(["sh", "-c", _DENIED], capture_output=True, text=True, check=False).stderr
    (folder / "apply.log").write_text("x" * 3_000_000 + "\n" + log)
    given = {"log": "apply.log", "command": "whydenied", "comment": "false"}
    ran = run_action(_ROOT / "action.yml", given, folder, _environment(folder))
    assert (ran.failed, ran.outputs["denied"]) == (False, "true")
    (folder / "apply.log").write_text("all is well\n")
    ran = run_action(_ROOT / "action.yml", given, folder, _environment(folder))
    assert (ran.failed, ran.outputs["denied"]) == (False, "false")


def test_a_log_cannot_write_workflow_commands_or_markdown(folder: Path) -> None:
    """Names in a message are chosen by others."""
    evil = _DENIED.replace("deployer/ci", "x%0A::set-output name=a::b/```@all").replace(":mail ", ":m```` ")
    with comments() as (address, kept):
        given = {"run": evil, "command": "whydenied"}
        ran = run_action(_ROOT / "action.yml", given, folder, _environment(folder, address))
    ours = ran.log.partition("why this was denied")[2]
    assert not re.search(r"^::set-output", ours, re.M)
    fences = re.findall(r"^(`{3,})", kept.bodies[1], re.M)
    assert len(fences) % 2 == 0
    assert fences[0] == fences[1]
    assert len(fences[0]) > 4


def test_the_example_workflow_gives_inputs_that_there_are() -> None:
    """And asks for what the action says it needs."""
    workflow: dict[str, Any] = yaml.load((_PIPELINES / "github-workflow.yml").read_text(), yaml.BaseLoader)
    action = yaml.safe_load((_ROOT / "action.yml").read_text())
    (job,) = workflow["jobs"].values()
    ours = next(step for step in job["steps"] if step.get("id") == "why")
    assert set(ours["with"]) <= set(action["inputs"])
    assert workflow["permissions"]["pull-requests"] == "write"


def test_the_gitlab_component_runs_as_it_stands(folder: Path) -> None:
    """Its script, with its inputs put in, under the shell that runs it; the report is the artifact it names."""
    _, job = _component({"command": _DENIED, "source": "infra"})
    environment = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", **job["variables"]}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 7
    assert (folder / job["artifacts"]["reports"]["codequality"]).is_file()
    with comments() as (address, kept):
        environment |= {
            "CI_API_V4_URL": address,
            "CI_PROJECT_ID": "9",
            "CI_MERGE_REQUEST_IID": "3",
            "GITLAB_TOKEN": "t",
        }
        environment["CI_JOB_NAME"] = "deploy"
        for _ in range(2):
            subprocess.run(
                ["bash", "-c", "\n".join(job["after_script"])], cwd=folder, env=environment, check=True, timeout=120
            )
    assert [call for call in kept.calls if call[0] != "GET"] == [
        ("POST", "/projects/9/merge_requests/3/notes"),
        ("PUT", "/projects/9/merge_requests/3/notes/1"),
    ]


def _component(given: dict[str, str]) -> tuple[str, dict[str, Any]]:
    head, _, body = (_PIPELINES / "templates" / "run.yml").read_text(encoding="utf-8").partition("\n---\n")
    inputs = yaml.safe_load(head)["spec"]["inputs"]
    values = {name: given.get(name, (one or {}).get("default")) for name, one in inputs.items()}
    document = yaml.safe_load(body)

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: str(values[match[1]]), value)
        if isinstance(value, list):
            return [filled(one) for one in value]
        return {filled(name): filled(one) for name, one in value.items()} if isinstance(value, dict) else value

    ((name, job),) = filled(document).items()
    return name, job


def test_the_script_for_others_ends_as_its_command(folder: Path) -> None:
    """Jenkins' `sh`."""
    environment = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "WHYDENIED_SOURCE": "infra"}
    done = subprocess.run(
        ["sh", str(_PIPELINES / "whydenied.sh"), "sh", "-c", _DENIED],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 7
    assert "in your source: main.tf:6" in done.stderr
    assert (folder / "whydenied-report" / "summary.md").is_file()
