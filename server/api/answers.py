"""How the API answers."""

from typing import Any

import msgspec
from flask import Response

__all__ = ["json"]


def json(data: Any) -> Response:
    """Answer with data as JSON."""
    return Response(msgspec.json.encode(data), content_type="application/json")
