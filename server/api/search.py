"""GET /api/v1/search?q=: a few words in, articles out."""

from flask import Blueprint, Response, abort, request

from whydenied.server.api.answers import json
from whydenied.server.data.articles import found_data
from whydenied.server.http.filters import read_filters
from whydenied.server.http.privacy import is_query
from whydenied.server.http.site import site

__all__ = ["blueprint"]

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def search() -> Response:
    """Search the articles."""
    query = request.args.get("q", "").strip()
    if not query:
        abort(400, "`q` is empty: send the words to search for in it.")
    if not is_query(query):
        abort(
            400,
            "`q` holds a pasted error or somebody's identifiers: send those to /api/v1/diagnose, "
            "which keeps them out of addresses.",
        )
    return json(found_data(site().service.search(query, read_filters(request.args))))
