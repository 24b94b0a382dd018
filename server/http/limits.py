"""A limit on how often one address may ask: a token bucket each, kept in memory, by configuration.

Addresses are held for as long as their bucket is not full again, at most _MOST of them, and never written anywhere.
Each worker counts for itself. What is the same for everybody (articles, lists, assets) costs next to nothing and is
not counted: a proxy or a reader's cache may ask for it as it likes.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from whydenied.server.http.settings import Settings

__all__ = ["Buckets", "register"]

_MOST = 20_000
_COUNTED = ("/api/", "/chat/", "/search", "/suggest", "/diagnose", "/evaluate", "/oembed", "/wizard", "/embed/wizard")


class Buckets:
    """A bucket for each address: it holds as many tokens as may be asked for in a minute, and fills evenly."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._size, self._rate, self._clock, self._most = float(a_minute), a_minute / 60, clock, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str) -> int:
        """Take a token: 0, or the seconds to wait until there is one."""
        now = self._clock()
        with self._lock:
            left, since = self._buckets.pop(address, (self._size, now))
            left = min(self._size, left + (now - since) * self._rate)
            granted = left >= 1
            self._buckets[address] = (left - 1 if granted else left, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return 0 if granted else math.ceil((1 - left) / self._rate)


def register(app: Flask, settings: Settings) -> None:
    """Ask those to wait who ask too often; nobody where there is no limit."""
    if not settings.rate_limit:
        return
    buckets = Buckets(settings.rate_limit)

    @app.before_request
    def limit() -> None:
        if request.path.startswith(_COUNTED) and (wait := buckets.take(_network(request.remote_addr or ""))):
            raise TooManyRequests(retry_after=wait)


def _network(address: str) -> str:
    """Return an address, or of the many that one reader has in IPv6 their common beginning (a /64, RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address  # a socket without addresses: all its readers share a bucket
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
