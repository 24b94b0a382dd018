"""`whydenied comment` changes its own comment and nobody else's."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integrations.host import comments
from whydenied.server.cli import main
from whydenied.server.cli.reports import SUMMARY

MARKER = "<!-- whydenied deploy-apply -->"


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        ("a person's own words", None),
        (f"What does `{MARKER}` mean?", None),
        (f"<!-- whydenied deploy-plan -->\n## `ci` may not read `{MARKER}`", None),
        (f"{MARKER}\n## of the last run", 1),
    ],
)
def test_only_the_comment_that_begins_with_the_mark_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, changed: int | None
) -> None:
    """Who quotes the mark keeps his words; so does the comment of another job."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 3}}))
    (tmp_path / SUMMARY).write_text("## of this run")
    variables = {"GITHUB_EVENT_PATH": str(event), "GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "a/b"}
    for name, value in {**variables, "GITHUB_WORKFLOW": "deploy", "GITHUB_JOB": "apply"}.items():
        monkeypatch.setenv(name, value)
    with comments(before) as (address, kept):
        monkeypatch.setenv("GITHUB_API_URL", address)
        assert CliRunner().invoke(main, ["comment", str(tmp_path)]).exit_code == 0
    ours = f"{MARKER}\n## of this run"
    assert kept.bodies == ({1: ours} if changed else {1: before, 2: ours})
