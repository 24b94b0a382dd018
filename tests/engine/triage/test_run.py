"""All files are added up, on any number of processes, and a broken-off run goes on."""

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.trails import write_logs
from whydenied.engine.errors import InputError
from whydenied.engine.triage import Journal, Knowledge, Tally, run, tally
from whydenied.engine.triage.classify import Key
from whydenied.engine.triage.tally import Counts, FileResult
from whydenied.kb.catalogue import load_catalogue

pytestmark = pytest.mark.slow

FILES, EVENTS = 12, 40


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Our content."""
    catalogue = load_catalogue()
    return Knowledge(catalogue.plain("pattern"), catalogue.plain("cause"))


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder of log files, one of them broken."""
    folder = tmp_path / "logs"
    folder.mkdir()
    write_logs(folder, FILES, EVENTS, 0.2)
    (folder / "broken.json.gz").write_bytes(b"\x1f\x8bno")
    return folder


def outcome(done: Tally) -> object:
    """Return everything that a report is made of."""
    return (
        done.files,
        done.events,
        done.denials,
        done.broken,
        done.problems,
        sorted(done.days.items()),
        [*done.groups()],
    )


def test_every_denial_is_in_one_group(logs: Path, knowledge: Knowledge) -> None:
    """Counts add up, and the broken file is named."""
    done = run([logs], knowledge, processes=1)
    groups = list(done.groups())
    assert (done.files, done.events) == (FILES, FILES * EVENTS)
    assert done.denials == sum(group.count for group in groups) == sum(done.days.values()) > 0
    assert [Path(problem.path).name for problem in done.problems] == ["broken.json.gz"]
    assert [group.count for group in groups] == sorted((group.count for group in groups), reverse=True)
    assert all(group.first <= group.last for group in groups)


def test_processes_change_nothing(logs: Path, knowledge: Knowledge) -> None:
    """Two processes give the same report as one."""
    assert outcome(run([logs], knowledge, processes=2)) == outcome(run([logs], knowledge, processes=1))


class Broken(Exception):
    """The power went."""


def test_a_broken_off_run_goes_on(logs: Path, knowledge: Knowledge, tmp_path: Path) -> None:
    """What was read is not read again, a torn line is, and the end is the same."""
    state = tmp_path / "state"
    seen: Iterator[int] = iter(range(100))

    def fail(_: FileResult) -> None:
        if next(seen) == 4:
            raise Broken

    with Journal(state) as journal, pytest.raises(Broken):
        run([logs], knowledge, processes=1, journal=journal, progress=fail)
    state.write_bytes(state.read_bytes()[:-20])
    with Journal(state) as journal:
        again = run([logs], knowledge, processes=1, journal=journal)
    assert again.resumed == 4
    assert outcome(again) == outcome(run([logs], knowledge, processes=1))


def test_a_file_that_changed_is_read_again(logs: Path, knowledge: Knowledge, tmp_path: Path) -> None:
    """Its old counts do not stay, and a file that failed is tried again."""
    state = tmp_path / "state"
    with Journal(state) as journal:
        run([logs], knowledge, processes=1, journal=journal)
    (logs / "broken.json.gz").write_bytes(json.dumps({"Records": []}).encode())
    first = min(logs.iterdir())
    first.write_bytes(json.dumps({"Records": []}).encode())
    for _ in range(2):
        with Journal(state) as journal:
            done = run([logs], knowledge, processes=1, journal=journal)
        assert outcome(done) == outcome(run([logs], knowledge, processes=1))
    assert done.resumed == FILES + 1


def test_a_state_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    """No file of somebody's is written over."""
    path = tmp_path / "letter.txt"
    path.write_text("dear diary\n")
    with pytest.raises(InputError, match="another --state"):
        Journal(path)
    assert path.read_text() == "dear diary\n"


def test_groups_beyond_the_bound_are_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays flat, and no denial is lost."""
    monkeypatch.setattr(tally, "MAX_GROUPS", 5)
    total = Tally()
    for number in range(50):
        key = Key(f"p{number}", "s3:GetObject", "r", "identity-no-allow", "likely")
        total.add(FileResult("f", denials=1, groups=[(key, Counts(1, "2026", "2026"))]))
    groups = list(total.groups())
    assert total.folded
    assert len(groups) == 6
    assert sum(group.count for group in groups) == total.denials == 50


def test_a_result_survives_the_journal(tmp_path: Path) -> None:
    """What is written is what is read."""
    key = Key("p", "a:B", "r", "c", "likely")
    result = FileResult(str(tmp_path / "f"), 1, 2, 3, 4, 5, "", [(key, Counts(4, "a", "b"))], [("a", "c", 4)])
    assert msgspec.json.decode(msgspec.json.encode(result), type=FileResult) == result


SLEEPY = r"""
import os, sys, time
from pathlib import Path
import whydenied.engine.triage.run
module = sys.modules["whydenied.engine.triage.run"]
def read(path, classifier):
    os.write(1, b"reading\n")
    time.sleep(600)
module.read_file = read
module.run([Path(sys.argv[1])], module.Knowledge([], []), processes=2)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_its_processes_end_with_it(logs: Path, number: int) -> None:
    """Killed, it cannot tell them: they look."""
    command = [sys.executable, "-c", SLEEPY, str(logs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as main:
        try:
            assert main.stdout is not None
            assert [main.stdout.readline() for _ in range(2)] == ["reading\n"] * 2
            children = Path(f"/proc/{main.pid}/task/{main.pid}/children").read_text().split()
            assert len(children) >= 2
            main.send_signal(number)
            main.wait(60)
            end = time.monotonic() + 60
            while any(_lives(child) for child in children):
                assert time.monotonic() < end
                time.sleep(0.1)
        finally:
            main.kill()


def _lives(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_full_disk_leaves_a_state_to_go_on_with(
    logs: Path, knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that found no room is taken back, whole; the next run goes on behind the last one that did."""
    state = tmp_path / "state"
    whole = outcome(run([logs], knowledge, processes=1))
    with Journal(state) as journal:
        real = journal._file

        class Full(io.BytesIO):
            def write(self, data: bytes) -> int:  # type: ignore[override]
                if real.tell() + len(data) > 20_000:
                    real.write(data[:7])
                    raise OSError(28, "No space left on device")
                return real.write(data)

            def seek(self, place: int, whence: int = 0) -> int:
                return real.seek(place, whence)

            def truncate(self, size: int | None = None) -> int:
                return real.truncate(size)

        monkeypatch.setattr(journal, "_file", Full())
        with pytest.raises(InputError, match="cannot be kept: no space left on device"):
            run([logs], knowledge, processes=1, journal=journal)
        monkeypatch.setattr(journal, "_file", real)
    assert state.read_bytes().endswith(b"\n")
    with Journal(state) as journal:
        again = run([logs], knowledge, processes=1, journal=journal)
    assert 0 < again.resumed < FILES
    assert outcome(again) == whole


def test_a_state_that_cannot_be_kept_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be kept: is a directory"):
        Journal(tmp_path)
    with pytest.raises(InputError, match="cannot be kept: no such file"):
        Journal(tmp_path / "nowhere" / "state")
