"""`whydenied test`: exit code, what is printed, and JUnit."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine.plans.written import change, plan_json
from whydenied.server.cli import main

_FILE = """\
policies: policies
account: "111122223333"
none: [scp, rcp, vpce, session, boundary, resource]
principals:
  importer: arn:aws:iam::111122223333:role/importer
tests:
  - importer may s3:GetObject on arn:aws:s3:::inbox/q1.csv
  - say: importer may not s3:DeleteObject on arn:aws:s3:::inbox/q1.csv
    context: {"aws:SecureTransport": "true"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Policies, what they were before, and a file of tests."""
    for name, action in (("policies", "s3:Get*"), ("before", "s3:*")):
        statement = {"Sid": "Inbox", "Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::inbox/*"}
        (tmp_path / name / "identity").mkdir(parents=True)
        document = {"Version": "2012-10-17", "Statement": [statement]}
        (tmp_path / name / "identity" / "importer.json").write_text(json.dumps(document))
    (tmp_path / "a.test.yaml").write_text(_FILE)
    return tmp_path


def _test(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["test", str(folder / "a.test.yaml"), *options])


def test_policies_that_do_what_is_expected(folder: Path) -> None:
    """Exit code 0, and what the change has turned."""
    done = _test(folder, "--before", str(folder / "before"))
    assert done.exit_code == 0, done.output
    assert "2 tested, 0 not as expected, 1 turned by the change" in done.output
    assert "-   by Allow `Inbox` of `importer`" in done.output


def test_policies_that_do_not(folder: Path) -> None:
    """Exit code 1, the decision, the statement, and JUnit."""
    done = _test(folder, "--policies", str(folder / "before"), "--junit", str(folder / "out.xml"))
    assert done.exit_code == 1
    assert "FAIL  importer may not s3:DeleteObject" in done.output
    assert "by Allow `Inbox` of `importer`" in done.output
    suite = ET.parse(folder / "out.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite.find(".//failure") is not None


def test_what_a_plan_leaves(folder: Path) -> None:
    """Judged after the apply, beside what is before; the plan may stand in the file, too."""
    role = {"name": "importer", "arn": "arn:aws:iam::111122223333:role/importer"}
    texts = [(folder / name / "identity/importer.json").read_text() for name in ("before", "policies")]
    values = [{"name": "inbox", "role": "importer", "policy": text} for text in texts]
    plan = plan_json(
        change("aws_iam_role.r", before=role, after=role, actions=["no-op"]),
        change("aws_iam_role_policy.p", before=values[0], after=values[1]),
    )
    (folder / "plan.json").write_bytes(plan)
    done = _test(folder, "--plan", str(folder / "plan.json"))
    assert done.exit_code == 0, done.output
    assert "2 tested, 0 not as expected, 1 turned by the change" in done.output
    (folder / "a.test.yaml").write_text(_FILE.replace("policies: policies", "plan: plan.json"))
    assert _test(folder).output == done.output
    (folder / "a.test.yaml").write_text(_FILE.replace("policies: policies", "plan: policies/identity/importer.json"))
    refused = _test(folder)
    assert (refused.exit_code, "`terraform show -json" in refused.output) == (3, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tests:", "test:", "a list `tests`"),
        ("none: [scp,", "none: [sdp,", "`none` must be a list of"),
        ("importer may s3", "importer can s3", "is no expectation"),
        ("policies: policies", "policies: nowhere", "is no folder"),
        ("account:", "acount:", "`acount`"),
        ("account:", "parameters: [x]\naccount:", "`parameters` must hold"),
        ("tests:", "tests: [", "is not YAML: line"),
    ],
)
def test_a_file_that_cannot_be_read(folder: Path, old: str, new: str, said: str) -> None:
    """Exit code 3, and what to write instead."""
    (folder / "a.test.yaml").write_text(_FILE.replace(old, new, 1))
    done = _test(folder)
    assert done.exit_code == 3, done.output
    assert said in done.output
