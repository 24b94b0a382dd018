"""Gunicorn's worker of threads, for readers of any speed.

Gunicorn's own gives a connection to a thread with the first byte of a request, and the thread waits for the rest: a few
who send half a request stop a site. Here the loop that accepts connections also collects their requests, within bounds
of time and size, and a thread gets a request that is whole. (`gunicorn` is pinned: this stands on methods of its
ThreadWorker, and tests/server/serving holds what it is for.)
"""

import contextlib
import selectors
import socket
import struct
import time
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from whydenied.server.http.headers import security_headers
from whydenied.server.http.logs import describe_exception
from whydenied.server.http.settings import Settings
from whydenied.server.serving.incoming import Incoming

__all__ = ["PatientWorker"]

Connection = Any
"""A `TConn` of gunicorn's, whose published types are those of an older release."""

ARRIVES_WITHIN: Final = 20.0
"""Seconds in which a whole request must have arrived, from the connection or from its first byte after an answer."""
_LEAVING: Final = 5.0
"""Seconds in which it must have where the worker is to end."""
_STUCK: Final = 20
"""Seconds that a thread waits for a reader who takes nothing, or for a byte that was to be there."""
_HELD: Final = 64 * 1024 * 1024
"""Bytes of unfinished requests that a worker holds together."""
_TIMEVAL: Final = struct.pack("ll", _STUCK, 0)

_REASONS: Final = {
    400: "Bad Request",
    408: "Request Timeout",
    414: "URI Too Long",
    417: "Expectation Failed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
_STATUS: Final[dict[type[Exception], int]] = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
    errors.InvalidResponseHeader: 500,  # type: ignore[attr-defined]
    errors.InvalidResponseHeaderName: 500,  # type: ignore[attr-defined]
}


class PatientWorker(ThreadWorker):
    """A worker whose threads get whole requests only."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._incoming: dict[Connection, Incoming] = {}
        self._held = 0

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and wait for its request without a thread."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            client.setsockopt(socket.SOL_SOCKET, option, _TIMEVAL)
        self._collect(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Take the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._collect(conn)

    def finish_request(self, conn: Connection, future: Any) -> None:
        """Keep or close a connection; what was sent behind its request is the beginning of the next."""
        is_kept = not future.cancelled() and future.exception() is None and future.result() is True
        rest = conn.parser.unreader.take_buffered() if is_kept else b""
        if rest:
            self._collect(conn, rest)
        else:
            super().finish_request(conn, future)

    def murder_pending(self) -> None:
        """Tell those that their time is up whose request did not arrive."""
        now = time.monotonic()
        while self.pending_conns:
            conn: Connection = self.pending_conns[0]
            if conn.timeout > now:
                break
            self._refuse(conn, 408 if self._incoming[conn].data else 0)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Refuse what cannot be read; neither the answer nor the log repeats a word of it, or says whose it was."""
        status = 500
        if isinstance(exc, errors.ParseException):
            status = next((code for kind, code in _STATUS.items() if isinstance(exc, kind)), 400)
        if status == 500:
            self.log.error("a request was not answered: %s", describe_exception(exc))
        else:
            self.log.warning("a request could not be read: %s", type(exc).__name__)
        _send_error(client, status)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)  # type: ignore[misc]
        waiting: Iterable[Connection] = self.pending_conns
        for conn in waiting:
            conn.timeout = min(conn.timeout, time.monotonic() + _LEAVING)

    def _collect(self, conn: Connection, begun: bytes = b"") -> None:
        """Wait in the loop until the next request of a connection is whole."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + (ARRIVES_WITHIN if self.alive else _LEAVING)
        self._incoming[conn] = Incoming()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_piece, conn))
        self._take(conn, begun)

    def _on_piece(self, conn: Connection, client: socket.socket) -> None:
        try:
            piece = client.recv(256 * 1024)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._refuse(conn, 0)
            return
        if piece:
            self._take(conn, piece)
        elif self._incoming[conn].data:
            self._hand_over(conn)  # nothing more will come: the parser says what is missing
        else:
            self._refuse(conn, 0)

    def _take(self, conn: Connection, piece: bytes) -> None:
        """Add what arrived to a request, and hand it over or refuse it where that is all."""
        incoming = self._incoming[conn]
        had = len(incoming.data)
        asked_before = incoming.has_head
        is_whole = bool(piece) and incoming.add(piece)
        self._held += len(incoming.data) - had
        if incoming.head_is_overlong:
            self._refuse(conn, 431)
        elif incoming.is_malformed:
            self._refuse(conn, 400)
        elif is_whole:
            self._hand_over(conn)
        elif self._held > _HELD:
            self._refuse(conn, 503)
        elif incoming.waits_to_be_asked and not asked_before:
            with contextlib.suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_over(self, conn: Connection) -> None:
        """Give a request to a thread."""
        incoming = self._forget(conn)
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(bytes(incoming.data))
        if incoming.is_overlong:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)  # the site refuses it unread
        self.enqueue_req(conn)

    def _refuse(self, conn: Connection, status: int) -> None:
        """Close a connection without a thread, with an answer where there is something to answer."""
        self._forget(conn)
        if status:
            _send_error(conn.sock, status)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: Connection) -> Incoming:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        incoming = self._incoming.pop(conn)
        self._held -= len(incoming.data)
        return incoming


def _send_error(client: socket.socket, status: int) -> None:
    """Send an answer that the site never saw, with the headers that all its answers carry."""
    text = f"{status} {_REASONS[status]}\n"
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(text)),
        "Cache-Control": "no-store",
        **security_headers(Settings()),
    }
    lines = [f"HTTP/1.1 {text.strip()}", *(f"{name}: {value}" for name, value in headers.items()), "", text]
    with contextlib.suppress(OSError):
        client.setblocking(False)
        client.send("\r\n".join(lines).encode())
