"""Articles: as a page, as Markdown, as JSON. A former id leads to where the article is now."""

import msgspec
from flask import Blueprint, Response, abort, render_template
from markupsafe import Markup

from whydenied.engine.command_lines import question_command
from whydenied.kb.article import Article, Meta
from whydenied.kb.gates import GATES_BY_ID
from whydenied.kb.relations import related, telling_question
from whydenied.server.articles.parts import added_parts, article_markdown, site_links
from whydenied.server.data.articles import article_data
from whydenied.server.diagnosis.commands import Command
from whydenied.server.diagnosis.placeholders import fill
from whydenied.server.http.addresses import public_url
from whydenied.server.http.site import site
from whydenied.server.service import Service
from whydenied.server.words.services import SERVICE_NAMES

__all__ = ["blueprint"]

blueprint = Blueprint("articles", __name__)

# What stands beside the article, or in its last line.
_WITHOUT_HEADING = ("related", "reviewed")
_Row = tuple[str, list[tuple[str, str]]]


@blueprint.get("/articles/<article_id>")
def article(article_id: str) -> Response:
    """Show an article; a former id leads to the present one."""
    found = _find(article_id)
    if isinstance(found, Response):
        return found
    service = site().service
    key = f"{public_url()}/articles/{found.id}"
    return site().pages.answer(key, "text/html; charset=utf-8", lambda: _render(service, found))


@blueprint.get("/articles/<article_id>.md")
def markdown(article_id: str) -> Response:
    """Give an article as Markdown."""
    found = _find(article_id, ".md")
    if isinstance(found, Response):
        return found
    service = site().service
    return site().pages.answer(
        f"/articles/{found.id}.md", "text/markdown; charset=utf-8", lambda: _markdown(service, found)
    )


@blueprint.get("/articles/<article_id>.json")
def json(article_id: str) -> Response:
    """Give an article as JSON."""
    found = _find(article_id, ".json")
    if isinstance(found, Response):
        return found
    service = site().service
    return site().pages.answer(
        f"/articles/{found.id}.json",
        "application/json",
        lambda: msgspec.json.encode(article_data(found, service.catalogue)).decode(),
    )


def _find(article_id: str, suffix: str = "") -> Article | Response:
    found = site().service.article(article_id)
    if found is None:
        abort(404, "There is no such article. It may be under another name: search for it, or start from the lists.")
    if found.id != article_id:
        return Response(status=301, headers={"Location": f"/articles/{found.id}{suffix}"})
    return found


def _render(service: Service, article: Article) -> str:
    meta = article.meta
    rendered = service.rendered(article)
    causes = service.articles(meta.get("causes", []))
    return render_template(
        "article.html",
        article=article,
        base=public_url(),
        meta=meta,
        body=Markup(rendered.html),  # kb.rendering has cleaned it
        toc=[*rendered.toc, *_added_contents(article, service)],
        gate=GATES_BY_ID.get(meta.get("gate", "")),
        rows=_rows(article),
        related=related(service.catalogue, article),
        telling=telling_question(service.catalogue, article) if article.kind == "cause" else None,
        due=service.review_due(article).isoformat(),
        overdue=service.is_overdue(article),
        commands=[Command(item["why"], fill(item["run"], {})) for item in meta.get("commands", [])],
        causes=causes,
        call=_call(meta),
    )


def _rows(article: Article) -> list[_Row]:
    """Return the line of facts under the title: name, and values with the address each leads to ('' for none)."""
    meta = article.meta
    rows: list[_Row] = []
    if article.services:
        services = [(SERVICE_NAMES.get(name, name), f"/services/{name}") for name in article.services]
        rows.append(("Services" if len(services) > 1 else "Service", services))
    if "owner" in meta:
        rows.append(("Who can change it", [(meta["owner"], "")]))
    if "cost" in meta:
        rows.append(("Time to check", [(f"{meta['cost']} min", "")]))
    return rows


def _added_contents(article: Article, service: Service) -> list[tuple[int, str, str]]:
    """Return what the page holds below the body, for the list of contents: level, anchor, title."""
    added = added_parts(article, service.catalogue)
    return [(2, part.anchor, part.title) for part in added if part.anchor not in _WITHOUT_HEADING]


def _call(meta: Meta) -> Command | None:
    return Command("Read-only", fill(question_command(meta["call"]), {})) if meta.get("call") else None


def _markdown(service: Service, article: Article) -> str:
    return article_markdown(article, service.catalogue, site_links(service.catalogue, suffix=".md"))
