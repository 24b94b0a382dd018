"""/embed.js: the custom element `<why-denied>`, under one address that hosts may write into their pages."""

from pathlib import Path

from flask import Blueprint, Response, request

from whydenied.server.http.caching import make_page, send

__all__ = ["blueprint"]

blueprint = Blueprint("embed-script", __name__)

_SCRIPT = make_page(
    Path(__file__).with_name("embed.js").read_bytes(), "text/javascript; charset=utf-8", "public, max-age=3600"
)


@blueprint.get("/embed.js")
def script() -> Response:
    """Give the script that makes frames as high as what is in them."""
    response = send(_SCRIPT, request)
    # Any page may load it: it is a program, and tells nothing.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
