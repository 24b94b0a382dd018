"""How the API answers, and what it takes for narrowing."""

import msgspec
from flask import Response, abort, request

from whydenied.server.http.filters import check_filters, read_filters
from whydenied.server.service import Filters

__all__ = ["asked_filters", "json"]


def asked_filters() -> Filters:
    """Return kind, service and gate of the address; answer 400 for a kind or gate that there is not."""
    try:
        check_filters(request.args)
    except ValueError as error:
        abort(400, str(error))
    return read_filters(request.args)


def json(data: object) -> Response:
    """Answer with data as JSON."""
    return Response(msgspec.json.encode(data), content_type="application/json")
