"""The lists of articles for programs: each list's page as Markdown (`.md`) and as JSON (`.json`)."""

from collections.abc import Iterable, Sequence

import msgspec
from flask import Blueprint, Response, abort

from whydenied.kb.article import Article
from whydenied.kb.gates import GATES_BY_ID
from whydenied.server.data.links import article_link
from whydenied.server.http.site import site
from whydenied.server.words.kinds import KINDS_MANY
from whydenied.server.words.services import SERVICE_NAMES

__all__ = ["blueprint"]

blueprint = Blueprint("lists", __name__)

# Groups of articles: the group's id and name, and what is in it.
_Groups = Sequence[tuple[str, str, Sequence[Article]]]


@blueprint.get("/articles.<any(md, json):form>")
def articles(form: str) -> Response:
    """List all articles, as Markdown or JSON."""
    catalogue = site().service.catalogue
    groups = [(kind, many.capitalize(), catalogue.of(kind)) for kind, many in KINDS_MANY.items()]
    return _answer(f"/articles.{form}", form, "All articles", "", groups)


@blueprint.get("/codes.<any(md, json):form>")
def codes(form: str) -> Response:
    """List the error codes, as Markdown or JSON."""
    groups = [(code, code, found) for code, found in site().service.by_code().items()]
    return _answer(f"/codes.{form}", form, "Error codes", "", groups)


@blueprint.get("/services.<any(md, json):form>")
def services(form: str) -> Response:
    """List the services, as Markdown or JSON."""
    groups = [(name, SERVICE_NAMES.get(name, name), found) for name, found in site().service.by_service().items()]
    return _answer(f"/services.{form}", form, "Services", "", groups)


@blueprint.get("/services/<name>.<any(md, json):form>")
def service(name: str, form: str) -> Response:
    """List the articles of a service, as Markdown or JSON."""
    found = site().service.by_service().get(name)
    if not found:
        abort(404, "No article is about a service of that name. The list of services shows those that are known.")
    return _answer(f"/services/{name}.{form}", form, SERVICE_NAMES.get(name, name), "", _by_kind(found))


@blueprint.get("/gates.<any(md, json):form>")
def gates(form: str) -> Response:
    """List the gates, as Markdown or JSON."""
    groups = [(gate.id, gate.name, found) for gate, found in site().service.by_gate()]
    return _answer(f"/gates.{form}", form, "Gates", "", groups)


@blueprint.get("/gates/<name>.<any(md, json):form>")
def gate(name: str, form: str) -> Response:
    """List the causes of a gate, as Markdown or JSON."""
    found = {gate.id: articles for gate, articles in site().service.by_gate()}.get(name)
    if not found:
        abort(404, "There is no gate of that name. The list of gates shows them all.")
    gate = GATES_BY_ID[name]
    return _answer(f"/gates/{name}.{form}", form, gate.name, gate.about, _by_kind(found))


def _by_kind(found: Iterable[Article]) -> _Groups:
    sorted_ = sorted(found, key=lambda article: article.id)
    groups = [(kind, many.capitalize(), [a for a in sorted_ if a.kind == kind]) for kind, many in KINDS_MANY.items()]
    return [group for group in groups if group[2]]


def _answer(key: str, form: str, title: str, about: str, groups: _Groups) -> Response:
    if form == "md":
        return site().pages.answer(key, "text/markdown; charset=utf-8", lambda: _markdown(title, about, groups))
    return site().pages.answer(key, "application/json", lambda: _json(title, about, groups))


def _markdown(title: str, about: str, groups: _Groups) -> str:
    parts = [f"# {title}", about]
    for _, name, found in groups:
        rows = "\n".join(f"- [{article.title}](/articles/{article.id}.md): {article.summary}" for article in found)
        parts.append(f"## {name}\n\n{rows}")
    return "\n\n".join(filter(None, parts)) + "\n"


def _json(title: str, about: str, groups: _Groups) -> str:
    listed = [
        {
            "id": group,
            "name": name,
            "articles": [{**article_link(article), "summary": article.summary} for article in found],
        }
        for group, name, found in groups
    ]
    return msgspec.json.encode({"title": title, "about": about, "groups": listed}).decode()
