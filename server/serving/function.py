"""The site as an AWS Lambda function, behind a function URL or an API of API Gateway (payloads 1.0 and 2.0).

Settings come from the environment, as everywhere. Everything is built when the function starts, so that no reader waits
for it: what is slow then, a cold start pays for once.
"""

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from apig_wsgi import make_lambda_handler

from whydenied.server.app import create_app
from whydenied.server.http import logs
from whydenied.server.http.settings import Settings, settings_from

__all__ = ["handler", "make_handler"]

Event = dict[str, Any]
"""What Lambda hands over, and what it takes: JSON, as AWS documents it."""


def make_handler(settings: Settings) -> Callable[[Event, object], Event]:
    """Return a handler over the installed content."""
    logging.getLogger().addFilter(logs.IdentifierFilter())
    app = create_app(settings=settings)
    app.extensions["whydenied"].warm_up()
    answer = make_lambda_handler(app, binary_support=False)

    def handle(event: Event, context: object) -> Event:
        if event.get("version", "1.0") == "1.0":
            # A REST API hands text on as it is, and cannot hand on what is compressed.
            for headers in ("headers", "multiValueHeaders"):
                event[headers] = _uncompressed(event.get(headers) or {})
        found: Event = answer(event, context)
        return found

    return handle


def _uncompressed(headers: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}


_made: list[Callable[[Event, object], Event]] = []


def handler(event: Event, context: object) -> Event:
    """Answer an event: what Lambda is told to call (`whydenied.server.serving.function.handler`)."""
    if not _made:
        # `/metrics` would tell of one instance of many.
        _made.append(make_handler(settings_from({"WHYDENIED_METRICS": "off", **os.environ})))
    return _made[0](event, context)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # While a function starts it has more of a processor than later: what is built now is built sooner.
    _made.append(make_handler(settings_from({"WHYDENIED_METRICS": "off", **os.environ})))
