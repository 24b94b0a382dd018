"""Signals as they come, told to a loop that waits for descriptors, with who sent them where the system says so."""

import _thread
import os
import signal
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Caught", "Signals"]

_ONE = 3  # bytes of a signal in the pipe: its number, from the keyboard?, from ourselves?


class Caught(NamedTuple):
    """A signal. typed: at the keyboard, so that the whole foreground has it. own: sent by this process."""

    number: int
    typed: bool
    own: bool


class Signals:
    """Takes some signals in the place of their handlers; `source` is readable when one has come.

    What is ignored where this process was started stays ignored."""

    # Whether the system says who sent a signal. macOS does not.
    tells_own = hasattr(signal, "sigwaitinfo")

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = {number for number in numbers if signal.getsignal(number) != signal.SIG_IGN}
        self.mask = signal.pthread_sigmask(signal.SIG_BLOCK, self._numbers)
        self.source, self._told = os.pipe()
        os.set_blocking(self.source, False)

    def listen(self) -> None:
        """Begin to listen. After the fork: a thread does it."""
        # Without a handler, what the system ignores by default (a child's end) might not be kept for who waits.
        for number in self._numbers & {signal.SIGCHLD, signal.SIGWINCH, signal.SIGCONT}:
            signal.signal(number, lambda *_: None)
        _thread.start_new_thread(self._listen, ())

    def _listen(self) -> None:
        while True:
            if self.tells_own:
                info = signal.sigwaitinfo(self._numbers)
                # A positive code is of the kernel's own making.
                number, typed, own = info.si_signo, info.si_code > 0, info.si_pid == os.getpid()
            else:
                number, typed, own = int(signal.sigwait(self._numbers)), True, False
            os.write(self._told, bytes((number, typed, own)))

    def taken(self) -> list[Caught]:
        """Return the signals that have come."""
        try:
            data = os.read(self.source, 256 * _ONE)
        except BlockingIOError:
            return []
        pieces = (data[at : at + _ONE] for at in range(0, len(data), _ONE))
        return [Caught(number, bool(typed), bool(own)) for number, typed, own in pieces]

    def release(self) -> None:
        """Let signals do what they did before."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)
