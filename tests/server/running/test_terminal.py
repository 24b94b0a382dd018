"""In a terminal: prompts, passwords, pagers, keys, the size of the window, and stopping are as without us."""

import fcntl
import os
import pty
import select
import shutil
import struct
import sys
import termios
import time
from collections.abc import Sequence

import pytest

from tests.server.running.recorded import WRAPPED, Played

pytestmark = pytest.mark.slow  # a terminal is played in its own time

_PROMPT = b"ready> "
_SECONDS = 20
_PYTHON = sys.executable


def typed(command: Sequence[str], *steps: tuple[bytes, bytes]) -> Played:
    """Run a command in a terminal. steps: what is waited for, and what is typed then."""
    child, terminal = pty.fork()
    if not child:
        os.environ["PS1"] = _PROMPT.decode()
        os.execvp(command[0], list(command))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 99, 0, 0))
    printed, seen, left, end = b"", 0, list(steps), time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                data = os.read(terminal, 65_536)
            except OSError:
                break
            printed += data
        if left and left[0][0] in printed[seen:]:
            seen = printed.index(left[0][0], seen) + len(left[0][0])
            os.write(terminal, left.pop(0)[1])
    else:
        os.kill(child, 9)
    os.close(terminal)
    assert not left, printed
    return Played(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), printed, b"")


def sh(script: str) -> list[str]:
    """Return the command that runs a script."""
    return ["sh", "-c", script]


ALIKE = {
    "a question": (sh('printf "name? "; read x; echo "hello $x"'), (b"name?", b"ana\r")),
    "a password": ([_PYTHON, "-c", "import getpass; print(len(getpass.getpass()))"], (b"assword", b"secret\r")),
    "the size of the window": (sh("sleep 0.3; stty size"),),
    "streams that are terminals": (sh("for fd in 0 1 2; do test -t $fd && echo $fd; done"),),
    "ctrl-c that is caught": (sh('trap "echo stopping; exit 9" INT; echo on; sleep 9'), (b"on\r\n", b"\x03")),
    "ctrl-c that kills": (sh("echo on; exec sleep 9"), (b"on\r\n", b"\x03")),
    "ctrl-backslash": (sh("ulimit -c 0; echo on; exec sleep 9"), (b"on\r\n", b"\x1c")),
    "the end of the input": (sh("echo on; cat; echo end"), (b"on\r\n", b"a line\r\x04")),
    "a program that reads every key": (
        [_PYTHON, "-c", "import tty; tty.setraw(0); print('on', end='', flush=True); print(ord(open(0).read(1)))"],
        (b"on", b"\x03"),
    ),
    "many bytes pasted": (
        [_PYTHON, "-c", "import tty, sys; tty.setraw(0); print('on', flush=True); print(len(sys.stdin.read(60000)))"],
        (b"on", b"x" * 60_000),
    ),
    "output without an end of line": (sh("printf abc"),),
}


def are_alike(ours: Sequence[str], theirs: Sequence[str], *steps: tuple[bytes, bytes]) -> bool:
    """Tell whether both play the same. On a busy machine a key's echo stands before or after a line, with us or not:
    each is played up to four times, and one play of ours must be one of theirs."""
    played: list[Played] = []
    plain: list[Played] = []
    for _ in range(4):
        played.append(typed(ours, *steps))
        plain.append(typed(theirs, *steps))
        if any(one in plain for one in played):
            return True
    return False


@pytest.mark.parametrize("what", ALIKE)
def test_it_looks_and_ends_as_without_us(what: str) -> None:
    """Every byte, what is echoed too, and the end."""
    command, *steps = ALIKE[what]
    assert are_alike([*WRAPPED, "--", *command], command, *steps)


@pytest.mark.skipif(shutil.which("less") is None, reason="needs `less`")
def test_a_pager_can_be_left() -> None:
    """It draws over the whole screen, and takes a key for an answer."""
    command = ["env", "LESS=", "less", __file__]
    assert are_alike([*WRAPPED, *command], command, (b"In a terminal", b"q"))


def test_a_terminal_is_left_as_the_command_left_it() -> None:
    """`stty -echo` lasts, and nothing else has changed."""
    for settings in ("", "stty -echo;"):
        inner = f"{settings} true"
        script = 'stty -a | tr "\\n" " "; echo; "$@"; stty -a | tr "\\n" " "'
        ours = typed(["sh", "-c", script, "sh", *WRAPPED, "--", *sh(inner)])
        assert ours == typed(["sh", "-c", script, "sh", *sh(inner)])


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs `bash`")
def test_ctrl_z_stops_it_and_fg_goes_on() -> None:
    """The shell has its terminal meanwhile, and the command its input afterwards."""
    shell = ["bash", "--norc", "--noediting", "-i"]
    command = " ".join(f"'{word}'" for word in (*WRAPPED, "--", *sh("echo begin; read x; echo got-$x-end")))
    found = typed(
        shell,
        (_PROMPT, f"{command}\r".encode()),
        (b"begin\r\n", b"\x1a"),
        (b"Stopped", b"echo still-$((40 + 2))\r"),
        (b"still-42", b"fg\r"),
        (b"end'\r\n", b"abc\r"),
        (b"got-abc-end", b""),
        (_PROMPT, b"exit 7\r"),
    )
    assert found.code == 7
    assert b"abc\r\ngot-abc-end" in found.out


def test_ctrl_c_reaches_the_rest_of_a_pipeline() -> None:
    """Who stands behind us in the pipe is told as well."""
    behind = "trap 'echo behind-told >&2' INT; cat >/dev/null; sleep 0.2"
    script = f'"$@" | sh -c "{behind}"; echo over'
    command = ["sh", "-c", f"trap : INT; {script}", "sh", *WRAPPED, "--", *sh("echo on >&2; sleep 9")]
    assert b"behind-told" in typed(command, (b"on\r\n", b"\x03")).out
