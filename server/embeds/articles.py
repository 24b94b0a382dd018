"""/embed/articles/<id>: an article, or with `?section=` or a fragment one section of it, for a frame."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from whydenied.kb.article import Article
from whydenied.kb.rendering import render
from whydenied.server.articles.inclusion import UnknownReference, include
from whydenied.server.articles.parts import Part
from whydenied.server.embeds.frame import asked_theme, render_frame
from whydenied.server.http.addresses import public_url
from whydenied.server.http.site import site
from whydenied.server.service import Service

__all__ = ["blueprint"]

blueprint = Blueprint("embedded-articles", __name__)

_HEADING = re.compile(r'(<h[3-6]) id="[^"]*">(.*?) <a class="anchor".*?</a>')


class _Section(msgspec.Struct, frozen=True):
    """A part, rendered."""

    anchor: str
    title: str
    html: Markup


@blueprint.get("/embed/articles/<article_id>")
def article(article_id: str) -> Response:
    """Show an article, or a section of it, in a frame."""
    section = request.args.get("section", "")
    service = site().service
    try:
        found = include(service.catalogue, f"{article_id}#{section}" if section else article_id)
    except UnknownReference:
        abort(404, "There is no such article, or no such section in it.")
    theme = asked_theme()
    if found.article.id != article_id:
        told = {"section": section, "theme": theme}
        query = urlencode({name: value for name, value in told.items() if value})
        query = f"?{query}" if query else ""
        return Response(status=301, headers={"Location": f"/embed/articles/{found.article.id}{query}"})
    key = f"{public_url()}/embed/articles/{found.article.id}?section={found.section}&theme={theme}"
    return site().pages.answer(
        key, "text/html; charset=utf-8", lambda: _render(service, found.article, found.section, found.parts)
    )


def _render(service: Service, article: Article, section: str, parts: tuple[Part, ...]) -> str:
    path = f"/articles/{article.id}" + (f"#{section}" if section else "")
    sections = [_section(service, article, part) for part in parts]
    return render_frame("embed_article.html", path, article=article, section=section, sections=sections)


def _section(service: Service, article: Article, part: Part) -> _Section:
    def in_frame(kind: str, article_id: str) -> str | None:
        return f"/embed/articles/{article_id}" if service.catalogue.get(kind, article_id) else None

    html = render(part.markdown, article.path, in_frame).html.replace(' rel="noopener noreferrer"', _ELSEWHERE)
    return _Section(part.anchor, part.title, Markup(_anchored(html, iter(part.anchors))))


# Another site's page has no place in the frame.
_ELSEWHERE = ' rel="noopener noreferrer" target="_blank"'


def _anchored(html: str, anchors: Iterator[str]) -> str:
    """Give headings the anchors they have on the article's page, each once in the frame."""
    return _HEADING.sub(lambda found: f'{found[1]} id="{next(anchors)}">{found[2]}', html)
