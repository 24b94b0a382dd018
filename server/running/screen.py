"""The user's terminal, while the command has one of its own: what is typed goes through, what is set comes back.

The command's terminal does what the user's did (echo, line editing, Ctrl-C), so the user's own does nothing meanwhile,
as under script(1). Settings that the command leaves behind are left behind on the user's terminal.
"""

import contextlib
import fcntl
import os
import signal
import termios

from whydenied.server.running.signals import Signals
from whydenied.server.running.streams import Stream

__all__ = ["Screen"]

_SIZE = bytes(8)  # struct winsize
_PIECE = 4_096
_MOST_WAITING = 65_536
# The keys that a terminal makes signals of, by their place among its characters.
_KEYS = {termios.VINTR: signal.SIGINT, termios.VQUIT: signal.SIGQUIT, termios.VSUSP: signal.SIGTSTP}


class Screen:
    """Joins the user's terminal to the command's, which is a stream.

    keyboard: the descriptor of what the user types at, -1 for none."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self._terminal = stream, stream.ours
        self.keyboard = _open_keyboard()
        self._waiting = b""
        self._before = termios.tcgetattr(self._terminal)
        self._raw = False

    @property
    def in_front(self) -> bool:
        """Whether we are what the user types to, and not a job in the background."""
        try:
            return self.keyboard >= 0 and os.tcgetpgrp(self.keyboard) == os.getpgrp()
        except OSError:
            return False

    @property
    def listens(self) -> bool:
        """Whether more of what is typed is to be read."""
        return self._raw and len(self._waiting) < _MOST_WAITING

    @property
    def waits(self) -> bool:
        """Whether something that was typed has not been taken yet."""
        return bool(self._waiting)

    def join(self) -> None:
        """Hand the keyboard to the command, where it is ours; its terminal is as large as ours."""
        self.resize()
        if self._raw or not self.in_front:
            return
        self._before = termios.tcgetattr(self._terminal)
        raw = list(self._before)
        raw[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.INPCK)
        raw[0] &= ~(termios.ISTRIP | termios.IXON | termios.IXOFF | termios.PARMRK)
        raw[1] &= ~termios.OPOST
        raw[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.IEXTEN | termios.ISIG)
        raw[6] = [*raw[6]]
        raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, raw)
        self._raw = True

    def part(self, *, settings: bool) -> None:
        """Take the keyboard back. settings: leave the terminal as the command left its own, else as it was before."""
        if self._raw:
            with contextlib.suppress(OSError, termios.error):
                after = termios.tcgetattr(self.stream.given) if settings else self._before
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, after)
        self._raw = False

    def resize(self) -> None:
        """Make the command's terminal as large as the user's; the command is told by the system."""
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(self._terminal, termios.TIOCGWINSZ, _SIZE)
            fcntl.ioctl(self.stream.given, termios.TIOCSWINSZ, size)

    def type(self) -> None:
        """Read what was typed, for the command."""
        try:
            typed = os.read(self.keyboard, _PIECE)
        except OSError:
            typed = b""
        if not typed:  # the terminal is gone: the system sends its signal
            self._raw = False
        self._tell_the_pipeline(typed)
        self._waiting += typed
        self.hand_over()

    def hand_over(self) -> None:
        """Give the command as much of what was typed as it takes."""
        try:
            self._waiting = self._waiting[os.write(self.stream.source, self._waiting) :]
        except BlockingIOError:
            pass
        except OSError:
            self._waiting = b""

    def _tell_the_pipeline(self, typed: bytes) -> None:
        """Send Ctrl-C and its like to whoever stands in one pipeline with us: their terminal is not the command's."""
        settings = termios.tcgetattr(self.stream.given)
        if not settings[3] & termios.ISIG or not Signals.tells_own:
            return
        for key, number in _KEYS.items():
            if settings[6][key] != b"\0" and settings[6][key] in typed:
                os.killpg(0, number)


def _open_keyboard() -> int:
    """Return the terminal that this process is steered from, -1 where there is none."""
    try:
        return os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return -1
