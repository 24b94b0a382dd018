"""The folder of the counts goes with the last process that counts in it, however that one ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from whydenied.server.serving.counts import make_folder

_LONG_AGO = 1_700_000_000
# A first process with a worker, which says where they count and waits.
_PROGRAM = """
import os, sys, time
from whydenied.server.serving.counts import make_folder
folder = make_folder()
worker = os.fork()
if worker:
    print(folder, worker, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that no other process has."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def _left(temporary: Path, but: str) -> list[str]:
    return [path.name for path in temporary.glob("whydenied-metrics-*") if str(path) != but]


def _started() -> tuple[subprocess.Popen[str], str, int]:
    first = subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    folder, worker = first.stdout.readline().split()
    os.utime(folder, (_LONG_AGO, _LONG_AGO))
    return first, folder, int(worker)


def test_what_killed_processes_left_is_taken_away_by_the_next(temporary: Path) -> None:
    """Not while the first process lives, nor while a worker of it does."""
    first, folder, worker = _started()
    with first:
        try:
            assert _left(temporary, make_folder()) == [Path(folder).name]
            first.kill()
            first.wait(10)
            assert Path(folder).name in _left(temporary, make_folder())
        finally:
            os.kill(worker, signal.SIGKILL)
    _wait_until_gone(worker)
    assert Path(folder).name not in _left(temporary, make_folder())


def test_a_folder_that_is_just_being_made_or_is_not_ours_stays(temporary: Path) -> None:
    young, bare, link = (temporary / f"whydenied-metrics-{name}" for name in ("young", "bare", "link"))
    young.mkdir()
    (young / "lock").touch()
    bare.mkdir()
    os.utime(bare, (_LONG_AGO, _LONG_AGO))
    link.symlink_to(temporary)
    make_folder()
    assert all(path.exists() for path in (young, bare, link, temporary))


def _wait_until_gone(worker: int) -> None:
    """Wait until a process that is no child of ours has ended, or is only waited for by another."""
    for _ in range(200):
        status = Path(f"/proc/{worker}/stat")
        if not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.05)
