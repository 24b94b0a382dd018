"""Searching. Forms send by POST; words fit for an address are redirected to one, anything else is answered at once."""

from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, render_template, request

from whydenied.engine.secrets.masking import mask
from whydenied.kb.search import Results
from whydenied.server.http.filters import read_filters
from whydenied.server.http.gaps import note_gap
from whydenied.server.http.privacy import is_query, looks_like_paste
from whydenied.server.http.site import site
from whydenied.server.pages.diagnose import answer_paste
from whydenied.server.pages.wizard import words_state
from whydenied.server.service import Filters
from whydenied.server.words.kinds import KINDS_MANY
from whydenied.server.words.services import SERVICE_NAMES

__all__ = ["blueprint"]

blueprint = Blueprint("search", __name__)

_SHORTEST_SUGGESTED = 2


@blueprint.post("/search")
def search_by_post() -> Response:
    """Search for what a form sends; a paste is diagnosed."""
    query = request.form.get("q", "").strip()
    filters = read_filters(request.form)
    if looks_like_paste(query):
        return answer_paste(query)
    if not query or is_query(query):
        address = urlencode(
            {name: value for name, value in {"q": query, **msgspec.structs.asdict(filters)}.items() if value}
        )
        return Response(status=303, headers={"Location": f"/search?{address}" if address else "/search"})
    query = mask(query).text
    return Response(_page(query, filters, _looked_up(query, filters)))


@blueprint.get("/search")
def search() -> Response:
    """Search for the words of an address."""
    query = request.args.get("q", "").strip()
    filters = read_filters(request.args)
    if not query:
        return Response(_page("", filters, None))
    if not is_query(query):
        # It stands in an address already; the answer is how to send it so that it does not.
        return Response(render_template("refused.html", text=mask(query).text), status=400)
    return Response(_page(query, filters, _looked_up(query, filters)))


@blueprint.get("/suggest")
def suggest() -> Response:
    """Offer articles for the beginning of a word."""
    query = request.args.get("q", "").strip()
    offers = site().service.suggest(query) if is_query(query) and len(query) >= _SHORTEST_SUGGESTED else []
    body = [{"url": f"/articles/{offer.id}", "kind": offer.kind, "title": offer.title} for offer in offers]
    return Response(msgspec.json.encode(body), content_type="application/json")


def _looked_up(query: str, filters: Filters) -> Results:
    """Search, and note what finds nothing at all, where an operator asked for that."""
    here = site()
    found = here.service.search(query, filters)
    if not found.total:
        note_gap(here.settings.gaps, "search", query, here.service.finder.knows)
    return found


def _page(query: str, filters: Filters, found: Results | None) -> str:
    service = site().service
    said = words_state(site(), query) if found is not None and is_query(query) else None
    return render_template(
        "search.html",
        query=query,
        filters=filters,
        found=found,
        guided=said.address() if said is not None else "",
        kinds=[(kind, many.capitalize()) for kind, many in KINDS_MANY.items()],
        services=sorted(((name, SERVICE_NAMES.get(name, name)) for name in service.by_service()), key=_by_text),
        gates=[(gate.id, gate.name) for gate, _ in service.by_gate()],
    )


def _by_text(option: tuple[str, str]) -> str:
    return option[1].lower()
