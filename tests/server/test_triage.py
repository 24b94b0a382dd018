"""The triage command: its forms, its exit codes, and a page that is safe to open."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine.cloudtrail.test_forms import RECORD
from tests.trails import write_logs
from whydenied.server.cli import main

pytestmark = pytest.mark.slow


def triage(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["triage", "--processes", "1", *arguments])


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of log files."""
    folder = tmp_path_factory.mktemp("logs")
    write_logs(folder, 3, 60, 0.3)
    return folder


def test_the_table_says_what_was_read_and_how_to_fix_it(logs: Path) -> None:
    """Counts first, then each group with its cause and fix."""
    result = triage(str(logs))
    assert result.exit_code == 0
    assert "180 events in 3 files" in result.stdout
    assert "fix: " in result.stdout
    assert "No identity policy allows the action" in result.stdout


def test_every_form_holds_every_denial(logs: Path) -> None:
    """CSV and JSON give the same counts, and causes with an article."""
    rows = list(csv.DictReader(io.StringIO(triage(str(logs), "--format", "csv").stdout)))
    report = json.loads(triage(str(logs), "--format", "json").stdout)
    assert sum(int(row["count"]) for row in rows) == report["denials"] == sum(count for _, count in report["days"])
    assert [row["cause"] for row in rows] == [row["group"]["cause"] for row in report["rows"]]
    assert all(row["article"] == f"/articles/{row['cause']}" and row["fix"] for row in rows)


@pytest.mark.parametrize(
    ("name", "parameters", "on"),
    [
        ("DescribeRegions", {}, "on * (this action takes no resource)"),
        ("CreateVpc", None, "on arn:aws:ec2:us-east-1:111122223333:vpc/*"),
        ("DeleteVpc", {"vpcId": "vpc-0abc1234"}, "on arn:aws:ec2:us-east-1:111122223333:vpc/*"),
        ("AttachVolume", None, "on (not named)"),
    ],
)
def test_on_what_it_was_refused_is_said(name: str, parameters: object, on: str, tmp_path: Path) -> None:
    """Where the message does not say it: by the parameters, the kind of what was to be made, or that there is none."""
    place = {"awsRegion": "us-east-1", "recipientAccountId": "111122223333", "eventSource": "ec2.amazonaws.com"}
    refused = {"errorCode": "Client.UnauthorizedOperation", "errorMessage": "You are not authorized."}
    event = {"eventTime": "2026-11-02T10:00:00Z", "eventID": "e1", "userIdentity": {"type": "IAMUser"}}
    record = {**event, **place, **refused, "eventName": name, "requestParameters": parameters}
    (tmp_path / "log.json").write_text(json.dumps({"Records": [record]}))
    assert on in triage(str(tmp_path)).stdout
    # What groups leave out the example has.
    example = json.loads(triage(str(tmp_path), "--format", "json").stdout)["rows"][0]["group"]["example"]
    assert example[-1].endswith("vpc/vpc-0abc1234") == (name == "DeleteVpc")


class Page(HTMLParser):
    """Collects the tags of a page, checking that they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in ("meta", "rect", "input", "col"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self.open.pop() == tag


def test_the_page_has_charts_and_no_script(tmp_path: Path) -> None:
    """What somebody put into a log stays text: on the page and in a spreadsheet."""
    evil = "arn:aws:iam::111122223333:user/<script>alert(1)</script>\"onload='x'"
    identity = {"type": "IAMUser", "arn": evil}
    cells = {"type": "IAMUser", "arn": "=HYPERLINK(1)"}
    records = [{**RECORD, "userIdentity": identity}, {**RECORD, "userIdentity": cells}]
    (tmp_path / "a.json").write_text(json.dumps({"Records": records}))
    out = tmp_path / "report.html"
    assert triage(str(tmp_path / "a.json"), "--format", "html", "--out", str(out)).exit_code == 0
    page = Page()
    page.feed(out.read_text())
    assert page.tags.count("svg") == 3
    assert page.open == []
    assert {"script", "link", "img", "iframe"}.isdisjoint(page.tags)
    assert not [name for name in page.attributes if name.startswith("on") or name in ("src", "href")]
    assert "'=HYPERLINK" in triage(str(tmp_path / "a.json"), "--format", "csv").stdout


def test_a_file_that_cannot_be_read_is_named(logs: Path, tmp_path: Path) -> None:
    """The exit code says that something was left out."""
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(b"\x1f\x8b")
    result = triage(str(logs), str(broken))
    assert result.exit_code == 1
    assert f"{broken}: " in result.stderr
    assert "180 events" in result.stdout


def test_a_state_file_makes_it_go_on(logs: Path, tmp_path: Path) -> None:
    """The second run reads nothing again and says the same."""
    state = str(tmp_path / "state")
    first = json.loads(triage(str(logs), "--format", "json", "--state", state).stdout)
    second = json.loads(triage(str(logs), "--format", "json", "--state", state).stdout)
    assert (first.pop("resumed"), second.pop("resumed")) == (0, 3)
    assert first == second


def test_a_state_that_is_none_is_refused(logs: Path, tmp_path: Path) -> None:
    """Unreadable input has an exit code of its own."""
    (tmp_path / "state").write_text("mine")
    assert triage(str(logs), "--state", str(tmp_path / "state")).exit_code == 3


def test_what_one_caller_lacks_is_one_change(tmp_path: Path) -> None:
    """Two actions on one table, by many sessions: one statement. What differs from one key to the next is a blank."""
    events = [
        {
            "eventTime": f"2026-11-20T14:0{number}:00Z",
            "eventSource": "dynamodb.amazonaws.com",
            "eventName": f"{verb}Item",
            "awsRegion": "eu-west-1",
            "errorCode": "AccessDenied",
            "errorMessage": f"User: arn:aws:sts::111122223333:assumed-role/ci/run-{number} is not authorized to "
            f"perform: dynamodb:{verb}Item on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/locks because no "
            f"identity-based policy allows the dynamodb:{verb}Item action",
        }
        for number, verb in enumerate(["Get", "Put", "Get", "Put"])
    ]
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": events}), encoding="utf-8")
    result = CliRunner().invoke(main, ["triage", str(path), "--format", "json"])
    report = json.loads(result.stdout)
    [change] = report["changes"]
    assert change["statement"]["Action"] == ["dynamodb:GetItem", "dynamodb:PutItem"]
    assert change["denials"] == [1, 2]
    assert all("Add this statement to a policy of role `ci`" in row["fix"] for row in report["rows"])
