"""A command from its start to its end: its output passed on as it comes, signals and keys passed to it."""

import contextlib
import os
import resource
import select
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from whydenied.server.running.process import Process, start
from whydenied.server.running.screen import Screen
from whydenied.server.running.signals import Caught, Signals
from whydenied.server.running.streams import Stream, open_streams

__all__ = ["MOST", "Ended", "run_and_tell", "run_command"]

# Bytes of the end of each stream that are kept: what is read in a quarter of a second.
MOST = 200_000

_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_OURS = (signal.SIGCHLD, signal.SIGWINCH, signal.SIGCONT, signal.SIGTSTP)
# How often a job in the background looks whether it has been brought to the front, in milliseconds.
_LOOK = 300


class Ended(NamedTuple):
    """How a command ended. status: as waitpid says it. output: the end of each stream that it wrote, at most as long as
    was asked for."""

    status: int
    output: tuple[bytes, ...]


def run_command(command: Sequence[str], most: int) -> Ended:
    """Run a command with our own input, output, terminal and signals, and return how it ended.

    command: a program and what it is given; no shell. most: bytes of the end of each stream that are kept. A program
    that is not there ends with 127, one that may not be run with 126, as in a shell. Raises OSError where the system
    gives no terminal, pipe or process."""
    streams = open_streams(most)
    screen = next((Screen(stream) for stream in streams if stream.terminal), None)
    signals = Signals((*_PASSED_ON, *(_OURS if screen else (signal.SIGCHLD,))))
    process = start(command, streams, signals.mask)
    signals.listen()
    for stream in streams:
        stream.started()
    run = _Run(streams, screen, signals, process)
    try:
        run.follow()
        # Before the terminal is as it was: it would end the lines of what is left a second time.
        for stream in streams:
            stream.rest()
    finally:
        if screen is not None:
            screen.part(settings=process.status is not None)
    signals.release()
    _leave_behind([stream for stream in streams if stream.finish()])
    return Ended(process.status or 0, tuple(stream.tail.bytes() for stream in streams))


class _Run:
    """The loop between the start and the end."""

    def __init__(self, streams: list[Stream], screen: Screen | None, signals: Signals, process: Process) -> None:
        self._streams, self._screen, self._signals, self._process = streams, screen, signals, process

    def follow(self) -> None:
        """Pass everything on until the command has ended."""
        if self._screen is not None:
            self._screen.join()
        while self._process.status is None:
            ready = self._wait()
            for stream in self._streams:
                if stream.source in ready:
                    stream.copy()
            if self._screen is not None:
                self._keys(self._screen, ready)
            if self._signals.source in ready:
                self._taken()
            self._process.look()
            if self._process.stopped:
                self._stop()

    def _wait(self) -> set[int]:
        """Return the descriptors on which something is to be done."""
        poll = select.poll()
        for fd in (self._signals.source, self._process.news, *(stream.source for stream in self._streams)):
            if fd >= 0:
                poll.register(fd, select.POLLIN)
        screen, timeout = self._screen, None
        if screen is not None:
            if screen.listens:
                poll.register(screen.keyboard, select.POLLIN)
            elif screen.keyboard >= 0:
                timeout = _LOOK
            if screen.waits and screen.stream.source >= 0:
                poll.register(screen.stream.source, select.POLLIN | select.POLLOUT)
        return {fd for fd, _ in poll.poll(timeout)}

    def _keys(self, screen: Screen, ready: set[int]) -> None:
        if screen.waits:
            screen.hand_over()
        if screen.listens and screen.keyboard in ready:
            screen.type()
        elif not screen.listens and not screen.waits and screen.keyboard >= 0:
            screen.join()  # brought to the front meanwhile?

    def _taken(self) -> list[Caught]:
        """Wait for signals, take them and return them."""
        select.select([self._signals.source], [], [])
        found = self._signals.taken()
        for caught in found:
            self._take(caught)
        return found

    def _take(self, caught: Caught) -> None:
        if caught.own or caught.number in (signal.SIGCHLD, signal.SIGCONT):
            return
        if caught.number == signal.SIGWINCH:
            if self._screen is not None:
                self._screen.resize()
        elif self._screen is not None or not caught.typed:
            # What is typed at a terminal that the command shares with us, it has had already.
            self._process.send(caught.number)

    def _stop(self) -> None:
        """Stop as the command has, and go on with it."""
        if self._screen is not None:
            self._screen.part(settings=False)
        os.kill(os.getpid(), signal.SIGSTOP)
        # The system may stop this thread a little later: what follows is for when we go on.
        while all(caught.number != signal.SIGCONT for caught in self._taken()):
            pass
        if self._screen is not None:
            self._screen.join()
        self._process.go_on()


def _leave_behind(streams: list[Stream]) -> None:
    """Go on passing on, in a process of its own, what others write that the command has left running."""
    if not streams or os.fork():
        return
    while streams:
        select.select([stream.source for stream in streams], [], [])
        streams = [stream for stream in streams if stream.copy()]
    os._exit(0)


def run_and_tell(command: Sequence[str], tell: Callable[[tuple[bytes, ...]], None]) -> NoReturn:
    """Run a command, tell of its output where it fails, and end this process as the command ended.

    tell: is given the end of each stream. Whatever becomes of that, the end is the command's."""
    try:
        ended = run_command(command, MOST)
    except OSError as error:
        # Better run without being read than not run.
        print(f"whydenied run: the output is not read: {error.strerror}", file=sys.stderr, flush=True)
        os.execvp(command[0], list(command))
    try:
        if ended.status:
            tell(ended.output)
    except KeyboardInterrupt:
        pass
    except Exception as error:
        print(f"whydenied: no answer: something broke on our side ({type(error).__name__})", file=sys.stderr)
    finally:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stdout.flush()
            sys.stderr.flush()
        _end_likewise(ended.status)


def _end_likewise(status: int) -> NoReturn:
    """End this process with the command's exit code, or by its signal. status: as waitpid says it."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the command has left its own
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
