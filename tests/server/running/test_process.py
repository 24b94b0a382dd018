"""Without a terminal: exit codes, signals, streams that are one, readers that leave, and what is left running."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.server.running.recorded import WRAPPED
from whydenied.server.cli import answered

pytestmark = pytest.mark.slow

DENIED = (
    'echo "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:iam::111122223333:user/'
    "ana is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::reports/q1.csv because no identity-based "
    'policy allows the s3:GetObject action" >&2; exit 3'
)


def run(*command: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command under `whydenied run`, in a session that no terminal steers."""
    options = {"capture_output": True, "start_new_session": True, "timeout": 60, **options}
    return subprocess.run([*WRAPPED, *command], **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("code", [0, 1, 2, 77, 255])
def test_the_exit_code_is_the_commands(code: int) -> None:
    """All of them."""
    assert run("--", "sh", "-c", f"exit {code}").returncode == code


def test_a_command_that_fails_without_a_word_waits_for_no_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    """`false`, `grep -q`: there is nothing to read."""
    monkeypatch.setattr(answered, "load_content", lambda: pytest.fail("the articles were loaded"))
    answered.tell((b"", b"\n"))


@pytest.mark.parametrize("name", ["TERM", "PIPE", "KILL", "HUP", "SEGV"])
def test_a_command_that_a_signal_ended_ends_us_likewise(name: str) -> None:
    """The shell's words for it are the same."""
    assert run("--", "sh", "-c", f"ulimit -c 0; kill -{name} $$").returncode == -signal.Signals[f"SIG{name}"]


def test_programs_that_cannot_be_run_end_as_in_a_shell(tmp_path: Path) -> None:
    """127 for one that is not there, 126 for one that may not be run."""
    (tmp_path / "data").write_text("x")
    missing, barred = run("--", "no-such-program-here"), run("--", str(tmp_path / "data"))
    assert (missing.returncode, barred.returncode) == (127, 126)
    assert missing.stderr == b"whydenied run: `no-such-program-here`: command not found\n"


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        signal.SIGINT,
        signal.SIGHUP,
        signal.SIGUSR1,
    ],
)
@pytest.mark.parametrize("group", [False, True])
def test_a_signal_reaches_the_command_once(number: signal.Signals, group: bool) -> None:
    """Sent to us alone, or to our whole group: a second one makes Terraform give up its state."""
    name = number.name.removeprefix("SIG")
    script = f"trap 'echo told' {name}; echo on; i=0; while [ $i -lt 8 ]; do sleep 0.1; i=$((i+1)); done; exit 5"
    process = subprocess.Popen(
        [*WRAPPED, "--", "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"on\n"
    (os.killpg if group else os.kill)(process.pid, number)
    out, err = process.communicate(timeout=30)
    assert (out, err, process.returncode) == (b"told\n", b"", 5)


def test_a_command_dies_with_us() -> None:
    """`kill -9` of a group leaves nothing running."""
    process = subprocess.Popen(
        [*WRAPPED, "--", "sh", "-c", "echo $$; exec sleep 30"], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    number = int(process.stdout.readline())
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    for _ in range(50):
        if not Path(f"/proc/{number}/status").exists() or "zombie" in Path(f"/proc/{number}/status").read_text():
            return
        time.sleep(0.1)
    raise AssertionError("the command is still running")


def test_the_order_of_one_stream_stays() -> None:
    """Output and errors that go into one pipe keep their order."""
    script = "import os\nfor n in range(500): os.write(1 + n % 2, b'%d\\n' % n)"
    done = run(
        "--", sys.executable, "-c", script, capture_output=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.stdout == b"".join(b"%d\n" % n for n in range(500))


def test_input_goes_through_untouched() -> None:
    """Bytes of any kind."""
    data = bytes(range(256)) * 4_000
    assert run("--", "cat", input=data).stdout == data


def test_a_reader_that_leaves_ends_the_command() -> None:
    """As `yes | head` ends."""
    script = '"$@" | head -c 2; echo "${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *WRAPPED, "--", "yes"], capture_output=True, timeout=30, check=True
    )
    assert done.stdout == b"y\n141\n"


def test_closed_streams_are_borne() -> None:
    """`>&-`."""
    done = subprocess.run(
        ["sh", "-c", '"$@" >&- 2>&-', "sh", *WRAPPED, "--", "sh", "-c", "exit 4"], check=False, timeout=30
    )
    assert done.returncode == 4


def test_what_is_left_running_goes_on_printing() -> None:
    """We end with the command; what it left in the background keeps its output."""
    command = [*WRAPPED, "--", "sh", "-c", "(sleep 1; echo late) & echo now; exit 6"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        assert process.wait(timeout=30) == 6
        assert process.stdout.read() == b"late\n"


MEASURE = (
    "import os, resource, subprocess, sys; done = subprocess.run(sys.argv[1:]);"
    "most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
    "sys.stderr.write(f'measured {done.returncode * 10_000_000 + most}')"
)


def test_a_hundred_megabytes_pass_in_little_memory(tmp_path: Path) -> None:
    """And the refusal at their end is answered."""
    script = f"head -c 100000000 /dev/zero | tr '\\0' x | fold -w 99; {DENIED}"
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        # Measured by a small process: what is forked of a large one counts as large.
        command = [sys.executable, "-S", "-c", MEASURE, *WRAPPED, "--", "sh", "-c", script]
        measured = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
    code, kilobytes = divmod(int((tmp_path / "err").read_bytes().rpartition(b"measured ")[2]), 10_000_000)
    assert (measured.returncode, code) == (0, 3)
    assert (tmp_path / "out").stat().st_size == 100_000_000 + 100_000_000 // 99
    assert b"why this was denied" in (tmp_path / "err").read_bytes()
    # KB at the most: the interpreter, what answers, and the end of the output.
    assert kilobytes < 150_000


def test_the_answer_is_saved_where_it_is_asked_for(tmp_path: Path) -> None:
    """As `diagnose --json` has it; nothing denied, no file."""
    file = tmp_path / "answer.json"
    run("--save", str(file), "--", "sh", "-c", "exit 1")
    assert not file.exists()
    done = run("--save", str(file), "--", "sh", "-c", DENIED)
    assert done.returncode == 3
    assert json.loads(file.read_text())["denials"][0]["findings"][0]["cause"] == "identity-no-allow"


def test_a_run_within_a_run_is_answered_once() -> None:
    """`make` under us that calls us."""
    inner = " ".join(f"'{word}'" for word in WRAPPED)
    done = run("--", "sh", "-c", f"{inner} -- sh -c '{DENIED}'")
    assert done.stderr.count(b"why this was denied") == 1


def test_a_mistake_of_ours_leaves_the_end_as_it_is(tmp_path: Path) -> None:
    """What cannot be saved is said in a line."""
    done = run("--save", str(tmp_path / "no" / "folder.json"), "--", "sh", "-c", DENIED)
    assert done.returncode == 3
    assert b"cannot be written" in done.stderr


@pytest.mark.parametrize(
    "words", [[], ["--"], ["--profile", "x", "true"], ["--source", "/no/such/folder", "true"], ["--nonsense", "true"]]
)
def test_wrong_usage_runs_nothing(words: list[str]) -> None:
    """And says what is right."""
    done = run(*words)
    assert done.returncode == 2
    assert b"Usage: " in done.stderr
