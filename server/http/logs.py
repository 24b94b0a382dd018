"""Logs that say what happened and never what was pasted, searched for or opened.

The access log names the route, not the address: whatever somebody put into an address stays out. Exceptions
are logged by type and place without their message, because messages quote what they could not read. A filter on
our own and the server's loggers masks identifiers all the same, as a second line of defence.
"""

import logging
import time
import traceback
from datetime import UTC, datetime

import msgspec
from flask import Flask, Response, g, request

from whydenied.server.http.privacy import mask_identifiers
from whydenied.server.http.settings import Settings

__all__ = ["IdentifierFilter", "JsonFormatter", "access", "describe_exception", "register"]

access = logging.getLogger("whydenied.access")
_LOGGERS = ("whydenied", "whydenied.access", "gunicorn.error", "gunicorn.access", "werkzeug")


class IdentifierFilter(logging.Filter):
    """Masks ARNs, accounts, keys, ids and query strings in every record, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, masked."""
        record.msg = mask_identifiers(record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            record.msg += "\n" + describe_exception(record.exc_info[1])
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class JsonFormatter(logging.Formatter):
    """A record as a line of JSON: when, who, how bad, what; of a request its method, route, status and time apart."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "logger": record.name,
            "level": record.levelname,
            **getattr(record, "request", {"message": record.getMessage()}),
        }
        return msgspec.json.encode(line).decode()


def describe_exception(error: BaseException) -> str:
    """Return the type of an exception and where it was raised, without its message and without anybody's values."""
    frames = traceback.extract_tb(error.__traceback__)
    # Two parts of the path: a whole one is long enough to be taken for a token by the filter above.
    places = [f"  {'/'.join(f.filename.split('/')[-2:])}:{f.lineno} in {f.name}" for f in frames]
    return "\n".join([type(error).__name__, *places])


def register(app: Flask, settings: Settings) -> None:
    """Put the filter on every logger that could speak; log a line a request (method, route, status, milliseconds)."""
    for name in (*_LOGGERS, app.logger.name):
        logger = logging.getLogger(name)
        if not any(isinstance(known, IdentifierFilter) for known in logger.filters):
            logger.addFilter(IdentifierFilter())

    if not settings.access_log:
        return

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def line(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "-"
        spent = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
        about = {"method": request.method, "route": route, "status": response.status_code, "ms": round(spent, 1)}
        access.info("%s %s %s %.1f", *about.values(), extra={"request": about})
        return response
