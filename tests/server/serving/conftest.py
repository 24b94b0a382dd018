"""A server as it is run: gunicorn, two processes, quiet."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import pytest

from tests.server.conftest import CONTENT

PROGRAM = (
    "import sys; from whydenied.server.serving.run import serve; from whydenied.server.http.settings import Settings; "
    "serve(port=int(sys.argv[1]), settings=Settings(access_log=True))"
)
# A bound on what never ends, not a measure: a busy machine may take long for what takes a second.
PATIENCE = 120.0


class Running(NamedTuple):
    """A server that runs: its port, its log, its first process."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        """Return the processes that answer."""
        return [
            int(one) for one in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]


@contextlib.contextmanager
def server(folder: Path, **environment: str) -> Iterator[Running]:
    """Run the server; its log, its cache and whatever it writes lie in a folder."""
    settings = {
        "PATH": os.environ["PATH"],
        "WHYDENIED_CACHE": str(folder / "cache"),
        "TMPDIR": str(folder),
        **environment,
    }
    with (folder / "log").open("wb") as log:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(port)],
            stdout=log,
            stderr=log,
            env=settings,
            cwd=CONTENT.parents[2],
        )
        running = Running(port, folder / "log", process)
        try:
            wait_until(lambda: is_ready(running), running)
            yield running
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server over our content."""
    with server(tmp_path_factory.mktemp("run")) as started:
        yield started


def is_ready(running: Running) -> bool:
    """Tell whether the server answers."""
    assert running.process.poll() is None, running.log.read_text()
    try:
        return ask(running.port, "GET", "/readyz")[0] == 200
    except OSError:
        return False


def wait_until(holds: Callable[[], bool], running: Running) -> None:
    """Wait until something holds, which it will unless something is wrong."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, running.log.read_text()
        time.sleep(0.05)


def ask(port: int, method: str, path: str, body: bytes | IO[bytes] | None = None, kind: str = "") -> tuple[int, str]:
    """Send a request on a connection of its own and return status and text."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, path, body, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
