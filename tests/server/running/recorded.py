"""The recorded runs, and how to play one with a command before it or without."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.case_files import cases_in

__all__ = ["DENIED", "HARMLESS", "WRAPPED", "Played", "in_terminal", "play"]

_HERE = Path(__file__).parent
WRAPPED = (sys.executable, "-c", "from whydenied.__main__ import main; main()", "run")


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cases_in(_HERE / "recordings" / name)
    return found


HARMLESS = _read("harmless.yaml")
DENIED = [
    one for path in sorted((_HERE / "recordings").iterdir()) if path.name != "harmless.yaml" for one in _read(path.name)
]


class Played(NamedTuple):
    """What a run came to. code: negative for a signal. In a terminal all that was printed is `out`."""

    code: int
    out: bytes
    err: bytes


def play(run: dict[str, Any], folder: Path, *before: str) -> Played:
    """Play a run in a terminal if it was recorded in one, else over two pipes. before: the words before the command."""
    plays = [(stream, _real(text)) for part in run["plays"] for stream, text in part.items()]
    file = folder / "run.json"
    file.write_text(json.dumps({"plays": plays, "exit": run["exit"]}), encoding="utf-8")
    command = [*before, sys.executable, "-S", str(_HERE / "player.py"), str(file)]
    if any(stream == "tty" for stream, _ in plays):
        return in_terminal(command)
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
    return Played(done.returncode, done.stdout, done.stderr)


def _real(text: str) -> str:
    return text.replace("␛", "\x1b").replace("␍", "\r").replace("␉", "\t")


def in_terminal(command: list[str]) -> Played:
    """Run a command as the foreground of a terminal of its own."""
    child, terminal = pty.fork()
    if not child:
        os.execv(command[0], command)
    printed = b""
    while True:
        try:
            data = os.read(terminal, 65_536)
        except OSError:
            break
        if not data:
            break
        printed += data
    os.close(terminal)
    return Played(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), printed, b"")
