"""Where the site is reached, for answers that have to say it: feeds, oEmbed, what a page says of itself.

The operator says it (`public_url`). Where nobody did, it is the address that this server listens on, if it was asked
by that; a name that only stands in the request's Host header is never kept in a page that others get.
"""

from collections.abc import Callable

from flask import Response, request

from whydenied.server.http.caching import PageCache, make_page, send
from whydenied.server.http.site import site

__all__ = ["answer_absolute", "public_url"]


def public_url() -> str:
    """Return the site's address without a slash at its end; '' where it is not known."""
    return site().settings.public_url or _listening()


def answer_absolute(path: str, content_type: str, render: Callable[[str], str]) -> Response:
    """Answer with a page that holds whole addresses, made from the site's.

    path: ours, never a reader's. Where the site's address is not known the one that was asked by is taken, and the
    page is not kept.
    """
    base = public_url()
    if base:
        return site().pages.answer(base + path, content_type, lambda: render(base))
    return send(make_page(render(request.host_url.rstrip("/")), content_type, PageCache.CONTROL), request)


def _listening() -> str:
    if site().settings.proxies:
        return ""  # then what the environment says is what the proxy heard, and that is the reader's Host again
    name, port = request.environ.get("SERVER_NAME", ""), request.environ.get("SERVER_PORT", "")
    return f"{request.scheme}://{request.host}" if request.host in (name, f"{name}:{port}") else ""
