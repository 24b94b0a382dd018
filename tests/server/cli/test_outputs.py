"""What cannot be read or written is said in a line, and no file is left half."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from whydenied.server.cli import main
from whydenied.server.cli.outputs import Unwritable, write_file

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def test_a_file_is_its_owners_only(tmp_path: Path) -> None:
    """Also one that others could read before; a link stays one, and what it leads to is written."""
    file, link = tmp_path / "out", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o644)
    link.symlink_to("out")
    write_file(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "out"]


def test_without_room_what_was_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "out"
    file.write_text("old")
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(Unwritable, match="no space left on device"):
        write_file(file, b"new")
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_device_is_written_to_as_it_is() -> None:
    write_file(Path("/dev/null"), b"x")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(Unwritable):
        write_file(Path("/dev/full"), b"x")


def run(*arguments: str, out: str = "/dev/null", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a process of its own."""
    with open(out, "w") as stream:
        return subprocess.run(
            [sys.executable, "-c", "from whydenied.server.cli import main; main()", *arguments],
            cwd=ROOT,
            stdout=stream,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )


@pytest.mark.parametrize("arguments", [["diagnose", "AccessDenied"], ["policy"]])
def test_a_full_disk_behind_standard_output_is_said(arguments: list[str]) -> None:
    ended = run(*arguments, out="/dev/full")
    assert ended.stderr.strip().splitlines() == ["Error: what was to be printed: no space left on device"]
    assert ended.returncode == 3


def test_a_full_disk_behind_a_report_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"Records": []}')
    ended = run("triage", str(tmp_path / "a.json"), "--processes", "1", "--out", "/dev/full")
    assert ended.returncode == 3
    assert ended.stderr.strip() == "Error: `/dev/full` cannot be written: no space left on device"


def test_a_paste_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, for whom no file is closed."""

    def closed(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    paste = tmp_path / "paste"
    paste.write_text("x")
    monkeypatch.setattr(Path, "open", closed)
    ended = CliRunner().invoke(main, ["diagnose", str(paste)])
    assert (ended.exit_code, ended.stderr) == (3, f"Error: `{paste}`: permission denied\n")
