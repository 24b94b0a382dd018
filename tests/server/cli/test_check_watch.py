"""`whydenied check --watch`: one check at the start, one more for each saved file, and none in between."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from whydenied.server.cli import main


class Stopped(Exception):
    """The author presses Ctrl-C."""


def test_a_saved_file_is_checked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken file that appears while it watches is named; a look without a change says nothing."""
    folder = tmp_path / "content" / "guides"
    folder.mkdir(parents=True)
    looks: list[int] = []

    def look(_: float) -> None:
        looks.append(1)
        if len(looks) == 2:
            (folder / "mine.md").write_text("---\ntitel: x\n---\n", encoding="utf-8")
        if len(looks) == 4:
            raise Stopped

    monkeypatch.setattr("whydenied.server.cli.check.time.sleep", look)
    answer = CliRunner().invoke(main, ["check", "--watch", str(tmp_path / "content")])
    assert isinstance(answer.exception, Stopped)
    assert answer.output.count("changed; checking") == 1
    assert "did you mean `title`" in answer.output
