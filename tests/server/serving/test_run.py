"""The server as it is run: gunicorn, two processes, quiet."""

import json
import re
import socket
from urllib.parse import quote

import pytest

from tests.server.conftest import SCP_DENIAL
from tests.server.serving.conftest import Running, ask

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"


def test_it_diagnoses_and_keeps_nothing_of_it(running: Running) -> None:
    text = SCP_DENIAL.replace("111122223333", "918273645546").replace("deploy", "zebra-crossing")
    role = quote("arn:aws:iam::918273645546:role/zebra-crossing", safe="")
    status, page = ask(running.port, "POST", "/diagnose", f"text={quote(text)}".encode(), FORM)
    assert status == 200
    assert "may not" in page
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


def test_what_cannot_be_read_is_refused_without_a_word_of_it(running: Running) -> None:
    """Not in the log, where it would be kept, nor in the answer, where it could be shown; nor who sent it."""
    secret = b"DB_PASSWORD=Hunter2!xyzzy"
    requests = [
        secret,
        b"GET /%s HTTP/7.7" % secret,
        b"%s / HTTP/1.1" % secret,
        b"GET / HTTP/1.1\r\n%s[]: x" % secret,
        b"GET / HTTP/1.1\r\nExpect: %s" % secret,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: %s" % secret,
        b"POST / HTTP/1.1\r\nContent-Length: %s" % secret,
    ]
    for request in requests:
        answer = exchange(running.port, request + b"\r\n\r\n")
        assert re.match(rb"HTTP/1\.1 (?:400|417|501) ", answer), (request, answer)
        assert b"Hunter2" not in answer
        assert b"Content-Security-Policy: default-src 'none'" in answer
        assert b"nosniff" in answer
    log = running.log.read_text()
    assert log.count("a request could not be read: Invalid") >= 4
    assert "Hunter2" not in log
    assert "127.0.0.1" not in log.replace("Why Denied is on http://127.0.0.1", "")


@pytest.mark.parametrize(
    "chunks", [b"zz\r\n", b"-1\r\n\r\n", b"3\r\nabcd\r\n0\r\n\r\n", b"5;" + b"x" * 20_000 + b"\r\n"]
)
def test_malformed_chunks_are_the_senders_mistake(running: Running, chunks: bytes) -> None:
    head = b"POST /api/v1/diagnose HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    assert b" 400 " in exchange(running.port, head + chunks).split(b"\r\n")[0]


def exchange(port: int, data: bytes) -> bytes:
    """Send bytes and return what comes back until the connection closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as raw:
        raw.sendall(data)
        answer = b""
        while piece := raw.recv(65_536):
            answer += piece
        return answer
