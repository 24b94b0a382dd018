"""Starting the command: beside us, or in a session of its own with its terminal.

In a session of its own a second process of ours stands between, the leader of the session: only with a parent in its
session can the command be stopped (Ctrl-Z), and what it leaves running keeps its terminal.
"""

import fcntl
import os
import signal
import struct
import termios
from collections.abc import Sequence
from typing import NoReturn

from whydenied.server.running.streams import Stream

__all__ = ["Process", "start"]

_NEWS = struct.Struct("=iI")  # the command's process id, and what waitpid says of it
_SIGKILL_WITH_US = 1  # PR_SET_PDEATHSIG


class Process:
    """The command, started. id: its process. status: what waitpid says of its end, None as long as it runs.

    news: readable where a leader has something to tell, -1 where the command is our own child."""

    def __init__(self, number: int, news: int, stay: int) -> None:
        self.id, self.news, self._stay = number, news, stay
        self.status: int | None = None
        self.stopped = False

    def look(self) -> None:
        """Take in what has happened to the command."""
        number, status = self._told() if self.news >= 0 else os.waitpid(self.id, os.WNOHANG)
        if not number:
            return
        self.id = number
        self.stopped = os.WIFSTOPPED(status)
        if not self.stopped and status != _STARTED:
            self.status = status

    def _told(self) -> tuple[int, int]:
        try:
            data = os.read(self.news, _NEWS.size)
        except BlockingIOError:
            return 0, 0
        # A leader that was killed can tell nothing: the command is as good as killed with it.
        return _NEWS.unpack(data) if data else (self.id, signal.SIGKILL)

    def send(self, number: int) -> None:
        """Send the command a signal."""
        if self.status is None:
            os.kill(self.id, number)

    def go_on(self) -> None:
        """Let a stopped command go on, with all that belongs to it."""
        self.stopped = False
        os.killpg(self.id, signal.SIGCONT)


_STARTED = 0xFFFF  # what waitpid says of a process that was continued


def start(command: Sequence[str], streams: Sequence[Stream], mask: set[int]) -> Process:
    """Start a command with its output on these streams. mask: the signals that it does not get, as we found them.

    Where one of the streams is a terminal, the first of them steers the command. Raises OSError where no process can be
    had."""
    terminal = next((stream.given for stream in streams if stream.terminal), -1)
    if terminal >= 0:
        return _start_session(command, streams, mask, terminal)
    steered = _has_terminal()
    child = os.fork()
    if not child:
        if not steered:
            # Nobody's keyboard reaches us: a signal to our group is passed on once, and does not come twice.
            os.setpgid(0, 0)
            _die_with_us()
        _become(command, streams, mask)
    return Process(child, -1, -1)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _die_with_us() -> None:
    """Have the command killed where we are: alone in its group, it is not reached by who kills ours. Linux only."""
    # Here and not above: few commands are started so.
    import ctypes

    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_SIGKILL_WITH_US, signal.SIGKILL)


def _start_session(command: Sequence[str], streams: Sequence[Stream], mask: set[int], terminal: int) -> Process:
    news, told = os.pipe()
    stays, stay = os.pipe()
    leader = os.fork()
    if leader:
        os.close(told)
        os.close(stays)
        number, _ = _NEWS.unpack(os.read(news, _NEWS.size))
        os.set_blocking(news, False)
        return Process(number, news, stay)
    try:
        os.close(news)
        os.close(stay)
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        child = os.fork()
        if not child:
            _come_to_front(terminal)
            _become(command, streams, mask, terminal)
        _lead(child, told, stays, streams)
    finally:
        # Whatever fails here must not go on as if it were the first process.
        os._exit(0)


def _come_to_front(terminal: int) -> None:
    """Make this process one that its terminal's keys are for."""
    os.setpgid(0, 0)
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(terminal, os.getpid())
    signal.signal(signal.SIGTTOU, before)


def _lead(child: int, told: int, stays: int, streams: Sequence[Stream]) -> None:
    """Tell what becomes of the command, and stay until nobody uses its terminal any more."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    for stream in streams:
        os.close(stream.source)
        os.close(stream.given)
    os.write(told, _NEWS.pack(child, _STARTED))
    ended = False
    while not ended:
        _, status = os.waitpid(child, os.WUNTRACED)
        ended = not os.WIFSTOPPED(status)
        os.write(told, _NEWS.pack(child, status))
    os.read(stays, 1)


def _become(command: Sequence[str], streams: Sequence[Stream], mask: set[int], terminal: int = -1) -> NoReturn:
    """Turn this process into the command, with its output on the streams."""
    if terminal >= 0 and os.isatty(0):
        os.dup2(terminal, 0)
    for stream in streams:
        for fd in stream.fds:
            os.dup2(stream.given, fd)
    # Python ignores these two; whatever else was ignored before stays so.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    try:
        os.execvp(command[0], list(command))
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        why = "command not found" if missing else (error.strerror or str(error)).lower()
        os.write(2, f"whydenied run: `{command[0]}`: {why}\n".encode(errors="surrogateescape"))
        os._exit(127 if missing else 126)
