"""Lists: all articles, and by error code, service and gate."""

from flask import Blueprint, Response, abort, render_template

from whydenied.kb.gates import GATES_BY_ID
from whydenied.server.http.site import site
from whydenied.server.words.kinds import KINDS_MANY
from whydenied.server.words.services import SERVICE_NAMES

__all__ = ["blueprint"]

blueprint = Blueprint("indexes", __name__)

_HTML = "text/html; charset=utf-8"


@blueprint.get("/articles/")
def articles() -> Response:
    """List all articles by kind."""
    service = site().service
    groups = [(kind, sorted(service.catalogue.of(kind), key=lambda a: a.title.lower())) for kind in KINDS_MANY]
    shown = [(kind, found) for kind, found in groups if found]
    return site().pages.answer("/articles/", _HTML, lambda: render_template("articles.html", groups=shown))


@blueprint.get("/codes/")
def codes() -> Response:
    """List the error codes."""
    found = site().service.by_code()
    return site().pages.answer("/codes/", _HTML, lambda: render_template("codes.html", codes=found))


@blueprint.get("/services/")
def services() -> Response:
    """List the services."""
    found = site().service.by_service()
    listed = sorted(found.items(), key=lambda item: SERVICE_NAMES.get(item[0], item[0]).lower())
    return site().pages.answer("/services/", _HTML, lambda: render_template("services.html", services=listed))


@blueprint.get("/services/<name>")
def service(name: str) -> Response:
    """List the articles of a service."""
    found = site().service.by_service().get(name)
    if not found:
        abort(404, "No article is about a service of that name. The list of services shows those that are known.")
    by_kind = [(kind, [article for article in found if article.kind == kind]) for kind in KINDS_MANY]
    shown = [(kind, group) for kind, group in by_kind if group]
    return site().pages.answer(
        f"/services/{name}", _HTML, lambda: render_template("service.html", name=name, groups=shown)
    )


@blueprint.get("/gates/")
def gates() -> Response:
    """List the gates with their causes."""
    found = site().service.by_gate()
    return site().pages.answer("/gates/", _HTML, lambda: render_template("gates.html", gates=found))


@blueprint.get("/gates/<name>")
def gate(name: str) -> Response:
    """List the causes of a gate."""
    found = {gate.id: articles for gate, articles in site().service.by_gate()}.get(name)
    if not found:
        abort(404, "There is no gate of that name. The list of gates shows them all.")
    return site().pages.answer(
        f"/gates/{name}", _HTML, lambda: render_template("gate.html", gate=GATES_BY_ID[name], articles=found)
    )
