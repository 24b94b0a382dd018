"""The server as it is run: gunicorn, two processes, quiet."""

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote

import pytest

from tests.server.conftest import CONTENT, SCP_DENIAL

pytestmark = pytest.mark.slow

PROGRAM = (
    "import sys; from server.run import serve; from server.settings import Settings; "
    "serve(port=int(sys.argv[1]), settings=Settings(access_log=True))"
)


class Running(NamedTuple):
    port: int
    log: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server over our content, with its log and whatever it writes in a folder."""
    folder = tmp_path_factory.mktemp("run")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PATH": "/usr/bin:/bin", "WHYDENIED_CACHE": str(folder / "cache"), "TMPDIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(port)], stdout=log, stderr=log, env=environment, cwd=CONTENT.parents[2]
        )
        try:
            wait_for(port, process, folder / "log")
            yield Running(port, folder / "log")
        finally:
            process.terminate()
            process.wait(30)


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server says that it is ready."""
    for _ in range(600):
        try:
            if ask(port, "GET", "/readyz")[0] == 200:
                return
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def ask(port: int, method: str, path: str, body: bytes | IO[bytes] | None = None, kind: str = "") -> tuple[int, str]:
    """Send a request and return status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Content-Type": kind} if kind else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


FORM = "application/x-www-form-urlencoded"


def test_it_diagnoses_and_keeps_nothing_of_it(running: Running) -> None:
    text = SCP_DENIAL.replace("111122223333", "918273645546").replace("deploy", "zebra-crossing")
    role = quote("arn:aws:iam::918273645546:role/zebra-crossing", safe="")
    status, page = ask(running.port, "POST", "/diagnose", f"text={quote(text)}".encode(), FORM)
    assert status == 200
    assert "Why it was denied" in page
    assert "zebra-crossing" in page
    assert ask(running.port, "GET", f"/search?q={quote(text)}")[0] == 400
    assert ask(running.port, "GET", f"/articles/{role}")[0] == 404
    log = running.log.read_text()
    assert "POST /diagnose 200" in log
    assert "GET /search 400" in log
    for path in running.log.parent.rglob("*"):
        if path.is_file():
            assert not re.search(b"zebra-crossing|918273645546", path.read_bytes()), path


def test_ten_megabytes_get_the_page_and_not_a_broken_connection(running: Running) -> None:
    status, text = ask(running.port, "POST", "/diagnose", b"text=" + b"x" * 10_000_000, FORM)
    assert status == 413
    assert "Nothing is lost" in text


def test_a_request_that_is_none_is_not_quoted_in_the_log(running: Running) -> None:
    for line in (
        b"GET /?q=arn:aws:iam::111122223333:role/deploy HTTP/9.9",
        b"\x16\x03\x01 111122223333 \xff",
        b"G" * 20_000,
    ):
        with socket.create_connection(("127.0.0.1", running.port), timeout=30) as raw:
            raw.sendall(line + b"\r\n\r\n")
            raw.recv(65_536)
    assert ask(running.port, "GET", "/healthz") == (200, "ok\n")
    assert "111122223333" not in running.log.read_text()


def test_the_api_answers(running: Running) -> None:
    body = json.dumps({"text": SCP_DENIAL}).encode()
    status, text = ask(running.port, "POST", "/api/v1/diagnose", body, "application/json")
    assert status == 200
    assert json.loads(text)["recognised"] is True
