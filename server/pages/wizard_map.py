"""The map: for each entry the decision tree as computed, as a picture and as text."""

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup

from whydenied.engine.inquiry.tree import Node, grow
from whydenied.kb.article import Article
from whydenied.server.http.site import site
from whydenied.server.service import Service
from whydenied.server.wizard.state import State
from whydenied.server.wizard.tree_picture import svg, tree_text
from whydenied.server.words.wizard import ENTRIES, Entry

__all__ = ["blueprint"]

blueprint = Blueprint("map", __name__)

_SIZES = (("plain", "Full size"), ("large", "Large"), ("fit", "Fit to the page"))


@blueprint.get("/wizard/map")
def maps() -> Response:
    """List the maps there are."""
    service = site().service
    scenarios = service.catalogue.of("scenario")
    return site().pages.answer(
        "/wizard/map",
        "text/html; charset=utf-8",
        lambda: render_template("wizard/maps.html", entries=ENTRIES, scenarios=scenarios),
    )


@blueprint.get("/wizard/map/<entry>")
def one_map(entry: str) -> Response:
    """Show the map of an entry or a scenario."""
    service = site().service
    found = _entry(service, entry)
    if found is None:
        abort(404, "There is no such map. The list of maps has all that there are.")
    size = request.args.get("size", "plain")
    if size not in dict(_SIZES):
        size = "plain"
    return site().pages.answer(
        f"/wizard/map/{found.id}?size={size}", "text/html; charset=utf-8", lambda: _render(service, found, size)
    )


def _entry(service: Service, name: str) -> Entry | None:
    scenario = service.catalogue.get("scenario", name)
    if scenario is not None:
        return Entry(scenario.id, scenario.title, scenario.summary, ())
    return next((entry for entry in ENTRIES if entry.id == name), None)


def _render(service: Service, entry: Entry, size: str) -> str:
    state = _state(service, entry)
    tree = _tree(service, entry, state)

    def address(answers: tuple[tuple[str, str], ...]) -> str:
        return state.answered(dict(answers)).address()

    return render_template(
        "wizard/map.html",
        entry=entry,
        size=size,
        sizes=_SIZES,
        start=state.address(),
        picture=Markup(svg(tree, service.catalogue, address, f"Decision tree: {entry.name}")),  # escaped where drawn
        tree=tree_text(tree, service.catalogue, address),
    )


def _state(service: Service, entry: Entry) -> State:
    pairs = [*entry.facts, ("from", entry.id)] if service.catalogue.get("scenario", entry.id) else entry.facts
    return site().wizard.vocabulary.read(pairs)


def _tree(service: Service, entry: Entry, state: State) -> Node:
    scenario: Article | None = service.catalogue.get("scenario", entry.id)
    favoured = scenario.meta["causes"] if scenario else ()
    return grow(site().wizard.inquiry, state.facts(), favoured)
