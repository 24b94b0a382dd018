"""For whoever runs it: is the process alive, and is it ready to answer."""

from flask import Blueprint, Response

from whydenied.server.http.site import site

__all__ = ["blueprint"]

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer once the rules are compiled and the index is open: the first call does both."""
    site().warm_up()
    return Response("ready\n", content_type="text/plain; charset=utf-8")
