"""Pages that are the same for everybody: rendered once, kept in memory plain and gzipped, served with an ETag.

Also the gzipping of what is made for one reader. Nothing that was pasted is ever kept here.
"""

import gzip
import hashlib
import threading
from collections.abc import Callable
from datetime import date

import msgspec
from flask import Flask, Request, Response, request

__all__ = ["Page", "PageCache", "make_page", "register", "send"]

_SMALLEST = 1_000
# For what is made for one reader: the higher levels cost more time than they save.
_LEVEL = 1
_COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class Page(msgspec.Struct, frozen=True):
    """The bytes of an answer, plain and gzipped, and the headers that go with them."""

    body: bytes
    zipped: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]


def make_page(body: str | bytes, content_type: str, cache_control: str) -> Page:
    """Prepare an answer: compress it once, as well as can be."""
    raw = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.blake2b(raw, digest_size=9).hexdigest()}"'
    headers = (
        ("Content-Type", content_type),
        ("Cache-Control", cache_control),
        ("ETag", etag),
        ("Vary", "Accept-Encoding"),
    )
    return Page(raw, gzip.compress(raw, 9, mtime=0), etag, headers)


def send(page: Page, request: Request) -> Response:
    """Answer with a page: nothing but the headers where the reader has it already."""
    if request.if_none_match.contains_weak(page.etag.strip('"')):
        return Response(status=304, headers=list(page.headers))
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(page.zipped, headers=[*page.headers, ("Content-Encoding", "gzip")])
    return Response(page.body, headers=list(page.headers))


class PageCache:
    """Pages by key, for one day: pages say how old a review is, so each day has its own."""

    CONTROL = "public, max-age=300"
    MOST = 4_000
    """Pages that are kept: more than there are articles and lists, a bound should a key ever be a reader's."""

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self._today = today
        self._day = today()
        self._pages: dict[str, Page] = {}
        self._lock = threading.Lock()

    def answer(self, key: str, content_type: str, render: Callable[[], str]) -> Response:
        """Answer the request at hand with the page of this key, rendered the first time.

        key: ours, never a reader's: every key is kept.
        """
        if self._today() != self._day:
            with self._lock:
                self._day, self._pages = self._today(), {}
        page = self._pages.get(key)
        if page is None:
            page = make_page(render(), content_type, self.CONTROL)
            if len(self._pages) < self.MOST:
                self._pages[key] = page
        return send(page, request)


def register(app: Flask) -> None:
    """Gzip what was made for one reader, where that pays."""

    @app.after_request
    def compress(response: Response) -> Response:
        if (
            "Content-Encoding" not in response.headers
            and not response.is_streamed
            and response.content_type.startswith(_COMPRESSIBLE)
            and "gzip" in request.headers.get("Accept-Encoding", "")
        ):
            response.vary.add("Accept-Encoding")
            body = response.get_data()
            if len(body) >= _SMALLEST:
                response.set_data(gzip.compress(body, _LEVEL, mtime=0))
                response.headers["Content-Encoding"] = "gzip"
        return response
