"""Where a command's output goes: our own descriptor, and what the command is given in its place.

What is a terminal to us is a terminal to the command, what is none is none: programs ask, and print accordingly. Where
our output and our errors are one file, the command's are one as well, so that their order stays.
"""

import os
import select
import termios
from collections.abc import Iterable

from whydenied.server.running.tail import Tail

__all__ = ["Stream", "open_streams"]

_PIECE = 65_536


class Stream:
    """One place that output goes to.

    ours: the descriptor to write to. fds: which of the command's descriptors (1, 2) lead there. given: what those are.
    source: where we read what the command wrote. terminal: whether both are terminals. tail: the end of it."""

    def __init__(self, ours: int, most: int) -> None:
        """Raises OSError where the system gives no terminal or pipe."""
        self.ours, self.fds = ours, [ours]
        self.terminal = os.isatty(ours)
        self.tail = Tail(most)
        if self.terminal:
            self.source, self.given = os.openpty()
            settings = termios.tcgetattr(ours)
            termios.tcsetattr(self.given, termios.TCSANOW, settings)
        else:
            self.source, self.given = os.pipe()
        os.set_blocking(self.source, False)

    def started(self) -> None:
        """Let go of what only the command writes to. Of a terminal we keep hold, or it would be gone for us as soon as
        the command closes it."""
        if not self.terminal:
            self._let_go()

    def copy(self) -> bool:
        """Pass on what is there to be read, at most one piece. False once there will be nothing more.

        Who reads our output may have gone: then the command's next write meets the end that it would have met."""
        try:
            data = os.read(self.source, _PIECE)
        except BlockingIOError:
            return True
        except OSError:  # a terminal that nobody holds any more
            data = b""
        if data and _write(self.ours, data):
            self.tail.add(data)
            return True
        os.close(self.source)
        self.source = -1
        return False

    def finish(self) -> bool:
        """Pass on all that was written until now. False where there will be nothing more."""
        self._let_go()
        self.rest()
        return self.source >= 0

    def rest(self) -> None:
        """Pass on what has been written until now."""
        while self.source >= 0 and select.select([self.source], [], [], 0)[0]:
            self.copy()

    def _let_go(self) -> None:
        if self.given >= 0:
            os.close(self.given)
        self.given = -1


def _write(fd: int, data: bytes) -> bool:
    """Write all of it; False where nobody reads it. A descriptor that does not wait is waited for."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            select.select([], [fd], [])
        except OSError:
            return False
    return True


def open_streams(most: int, fds: Iterable[int] = (1, 2)) -> list[Stream]:
    """Return our output and our errors as streams: one where they are one file. most: bytes of each that are kept.

    Raises OSError where the system gives no terminal or pipe."""
    found: dict[tuple[int, int], Stream] = {}
    for fd in fds:
        file = _file(fd)
        key = file.st_dev, file.st_ino
        if key in found:
            found[key].fds.append(fd)
        else:
            found[key] = Stream(fd, most)
    return list(found.values())


def _file(fd: int) -> os.stat_result:
    """Return which file a descriptor leads to. One that is closed is opened on nothing: no pipe may take its place."""
    try:
        return os.fstat(fd)
    except OSError:
        nothing = os.open(os.devnull, os.O_RDWR)
        if nothing != fd:
            os.dup2(nothing, fd)
            os.close(nothing)
        return os.fstat(fd)
