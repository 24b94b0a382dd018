"""GET /api/v1/search?q=: a few words in, articles out."""

from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, abort, request

from whydenied.server.api.answers import asked_filters, json
from whydenied.server.data.articles import found_data
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
    limit, offset = _number("limit", 20, 1, 100), _number("offset", 0, 0, 1000)
    found = site().service.search(query, asked_filters(), limit=offset + limit)
    answer = json(found_data(msgspec.structs.replace(found, hits=found.hits[offset:])))
    if found.total > offset + limit <= 1000:
        more = urlencode({**request.args, "limit": limit, "offset": offset + limit})
        answer.headers["Link"] = f'<{request.path}?{more}>; rel="next"'
    return answer


def _number(name: str, default: int, least: int, most: int) -> int:
    given = request.args.get(name, str(default))
    if not given.isascii() or not given.isdigit() or not least <= int(given[:9]) <= most:
        abort(400, f"`{name}` must be a number from {least} to {most}.")
    return int(given)
