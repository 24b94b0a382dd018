"""What was read from a log cannot steer the terminal it is printed on, nor the spreadsheet it is opened in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from whydenied.engine.triage import Group, Tally
from whydenied.server.cli import main
from whydenied.server.cli.terminal import cleaned, json_line
from whydenied.server.cli.triage_report import TriageReport, TriageRow, report_csv, report_html

HOSTILE = [
    "\x1b]8;;http://evil.example\x07link",
    "\x1b]0;owned\x07",
    "\x9b2J",
    "\x1b[2J",
    "\x1b[8mgone",
    "a\x08\x08b",
    "\u202eevil",
]
CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x202E)} - {"\n", "\t"}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_character_is_printed(text: str) -> None:
    assert not CONTROLS & set(cleaned(text))
    assert not CONTROLS & set(json_line({"key": text}).decode())
    assert json.loads(json_line({"key": text})) == {"key": text}


def test_our_own_colours_stay() -> None:
    assert cleaned("\x1b[31mred\x1b[0m and\ttab\n") == "\x1b[31mred\x1b[0m and\ttab\n"


@pytest.mark.parametrize("text", ["".join(HOSTILE), *(pytest.param(text, marks=pytest.mark.slow) for text in HOSTILE)])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_a_diagnosis_prints_none_of_an_event(options: list[str], text: str) -> None:
    ran = CliRunner().invoke(main, ["diagnose", *options, "-"], input=event(text))
    assert "reports" in ran.stdout
    assert not CONTROLS & set(ran.output)


def event(text: str) -> str:
    """An event of CloudTrail with a text in what a caller chooses."""
    return json.dumps(
        {
            "eventName": "GetObject",
            "eventSource": "s3.amazonaws.com",
            "errorCode": "AccessDenied",
            "requestID": f"R{text}",
            "userIdentity": {"arn": "arn:aws:iam::111122223333:user/ana"},
            "requestParameters": {"bucketName": "reports", "key": f"x{text}"},
        }
    )


def test_no_file_for_a_pipeline_holds_one(tmp_path: Path) -> None:
    """Its steps print them into a log."""
    text = "\x1b[31mred" + "".join(HOSTILE)
    assert CliRunner().invoke(main, ["report", "-", str(tmp_path)], input=event(text)).exit_code == 0
    files = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert "reports" in files["summary.md"]
    assert [name for name, content in files.items() if CONTROLS & set(content)] == []


def test_the_warning_about_a_secret_goes_to_standard_error() -> None:
    ran = CliRunner().invoke(
        main, ["diagnose", "-"], input="AccessDenied calling s3:GetObject\nDB_PASSWORD=tops3cret9word"
    )
    assert "rotate it" in ran.stderr
    assert "rotate it" not in ran.stdout


def report(principal: str) -> TriageReport:
    """A report of one group with a caller of this name."""
    group = Group(principal, "s3:GetObject", "", "x", "", 1, "", "")
    tally = Tally()
    return TriageReport(1, 0, 1, 1, 0, False, (TriageRow(group, "t", "f", "o", ""),), tuple(tally.problems), (), ())


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@x", " =1+1", "\t=1", "x\r=cmd|' /c calc'!A1", "＝1+1", "\u200b=1"]
)
def test_no_cell_is_a_formula(name: str) -> None:
    lines = report_csv(report(name)).split("\n")
    assert len(lines) == 3
    cell = lines[1].split(",")[1]
    assert "\r" not in lines[1]
    assert cell.lstrip('"')[:1] in ("'", "x")


def test_a_page_has_no_control_characters() -> None:
    assert not CONTROLS & set(report_html(report("\x1b]0;x\x07")))
