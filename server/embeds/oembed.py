"""/oembed: what to put into a page for the address of an article (https://oembed.com, type `rich`).

404 for an address that is no article of ours, 401 where the operator lets no other site frame our pages, 501 for a
form other than JSON.
"""

import re
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import msgspec
from flask import Blueprint, Response, abort, render_template, request

from whydenied.kb.article import Article
from whydenied.server.articles.inclusion import UnknownReference, include
from whydenied.server.http.addresses import public_url
from whydenied.server.http.caching import PageCache, make_page, send
from whydenied.server.http.site import site

__all__ = ["blueprint"]

blueprint = Blueprint("oembed", __name__)

_WIDTH, _HEIGHT = 640, 480
_LONGEST = 500
_PATH = re.compile(r"/(?:embed/)?articles/([a-z0-9][a-z0-9.-]{0,99}?)(?:\.md|\.json)?")
_SECTION = re.compile(r"[\w-]{1,100}")
_NOBODY = {"'none'", "'self'"}


@blueprint.get("/oembed")
def oembed() -> Response:
    """Say how an address of the site is embedded."""
    if request.args.get("format", "json") != "json":
        abort(501, "Only `format=json` is served.")
    base = public_url() or request.host_url.rstrip("/")
    article, section = _meant(request.args.get("url", ""), base)
    if site().settings.frame_ancestors in _NOBODY:
        abort(401, "This site lets no other site frame its pages: its operator can allow it.")
    body = msgspec.json.encode(_answer(article, section, base)).decode()
    return send(make_page(body, "application/json", PageCache.CONTROL), request)


def _answer(article: Article, section: str, base: str) -> dict[str, object]:
    width, height = _size("maxwidth", _WIDTH), _size("maxheight", _HEIGHT)
    html = render_template(
        "oembed.html", article=article, section=section, base=base, width=width, height=height
    ).strip()
    return {
        "version": "1.0",
        "type": "rich",
        "title": article.title,
        "provider_name": "Why Denied",
        "provider_url": base,
        "cache_age": 86_400,
        "width": width,
        "height": height,
        "html": html,
    }


def _meant(url: str, base: str) -> tuple[Article, str]:
    """Return the article and section that an address of this site means."""
    try:
        parts = urlsplit(url if len(url) <= _LONGEST else "")
    except ValueError:
        _no_such()
    found = _PATH.fullmatch(unquote(parts.path))
    if not found or f"{parts.scheme}://{parts.netloc}" != base:
        _no_such()
    section = parts.fragment if _SECTION.fullmatch(parts.fragment) else ""
    catalogue = site().service.catalogue
    try:
        included = include(catalogue, f"{found[1]}#{section}" if section else found[1])
    except UnknownReference:
        # A fragment may name a place that is no section: the article is meant all the same.
        article = catalogue.find(found[1]) or _no_such()
        return article, ""
    return included.article, included.section


def _no_such() -> NoReturn:
    abort(404, "`url` is not the address of an article of this site.")


def _size(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text)):
        abort(400, f"`{name}` is not a number of pixels.")
    return min(usual, int(text))
