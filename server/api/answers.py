"""How the API answers."""

import msgspec
from flask import Response

__all__ = ["json"]


def json(data: object) -> Response:
    """Answer with data as JSON."""
    return Response(msgspec.json.encode(data), content_type="application/json")
