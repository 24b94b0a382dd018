"""Readers who are slow, silent or greedy take no thread from the others."""

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from tests.server.serving.conftest import Running, ask
from tests.server.serving.test_run import FORM

pytestmark = pytest.mark.slow

FORM_HEAD = b"POST /diagnose HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
# Two workers of four threads: far more than they could wait for at a time.
SLOW = {
    "say nothing": (150, b""),
    "half a head": (64, b"GET /healthz HTTP/1.1\r\nHost: x\r\n"),
    "half a body": (64, FORM_HEAD + b"Content-Length: 1000\r\n\r\ntext=Access"),
    "half a chunk": (64, FORM_HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\ntext="),
    "the beginning of very much": (64, FORM_HEAD + b"Content-Length: 10000000\r\n\r\ntext="),
    "one request and half of another": (64, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea"),
    "a request to be asked for": (64, FORM_HEAD + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"),
    "page after page that they do not read": (16, b"GET /articles/scp-explicit-deny HTTP/1.1\r\nHost: x\r\n\r\n" * 30),
}


@contextlib.contextmanager
def connected(port: int, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Hold connections open on which so much was sent."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(count)]
        for one in sockets:
            one.sendall(sent)
        yield sockets


@pytest.mark.parametrize("kind", SLOW)
def test_the_others_are_answered(running: Running, kind: str) -> None:
    """All of them, while every slow one is still there."""
    count, sent = SLOW[kind]
    with connected(running.port, count, sent) as sockets:
        for _ in range(5):
            assert ask(running.port, "GET", "/healthz") == (200, "ok\n")
            assert ask(running.port, "POST", "/diagnose", b"text=AccessDenied:+x", FORM)[0] == 200
        if kind in ("say nothing", "half a head", "half a body", "half a chunk", "the beginning of very much"):
            for one in sockets:
                one.setblocking(False)
                with pytest.raises(BlockingIOError):
                    one.recv(1)  # not answered, and not closed on


def test_who_is_slow_is_answered_too(running: Running) -> None:
    """A request in many pieces, its body in chunks, over a connection that is kept."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)) as connection:
        for _ in range(3):
            connection.putrequest("POST", "/diagnose")
            connection.putheader("Content-Type", FORM)
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            for piece in (b"text=", b"AccessDenied", b"%3A+Access+Denied"):
                time.sleep(0.05)
                connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            connection.send(b"0\r\n\r\n")
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()


def test_who_asks_before_sending_much_is_told_to_go_on(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=60) as raw:
        raw.sendall(FORM_HEAD + b"Content-Length: 20\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n")
        assert raw.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.sendall(b"text=AccessDenied:+x")
        answer = b""
        while piece := raw.recv(65_536):
            answer += piece
        assert b"HTTP/1.1 200 OK" in answer


def test_requests_one_behind_the_other_are_answered_in_turn(running: Running) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.port), timeout=60) as raw:
        raw.sendall(request * 4 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = b""
        while piece := raw.recv(65_536):
            answer += piece
    assert answer.count(b"HTTP/1.1 200 OK") == 5


def test_a_connection_that_would_be_another_protocol_stays_this_one(running: Running) -> None:
    """curl --http2 asks to go on in HTTP/2; it is answered in HTTP/1.1, as who does not know better may."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)) as connection:
        upgrade = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
        connection.request("GET", "/healthz", headers=upgrade)
        assert connection.getresponse().read() == b"ok\n"
