"""What programs look for at a site's top: robots.txt, its map, its feed, how to search it, what a model should read."""

from datetime import date

from flask import Blueprint, Response, render_template

from whydenied.kb.article import Article
from whydenied.server.http.addresses import answer_absolute
from whydenied.server.http.site import site
from whydenied.server.service import Service
from whydenied.server.words.kinds import KINDS_MANY

__all__ = ["blueprint"]

blueprint = Blueprint("machines", __name__)

_FEED = 60
_PAGES = (
    "/",
    "/wizard",
    "/wizard/map",
    "/evaluate",
    "/articles/",
    "/codes/",
    "/services/",
    "/gates/",
    "/managed/",
    "/about",
)
_ROBOTS = """User-agent: *
Disallow: /search
Disallow: /diagnose
Disallow: /suggest
Disallow: /embed/

Sitemap: {base}/sitemap.xml
"""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Say what crawlers may read."""
    return answer_absolute("/robots.txt", "text/plain; charset=utf-8", lambda base: _ROBOTS.format(base=base))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the addresses of all articles."""
    service = site().service
    articles = _sorted(service)
    lists = [*_PAGES, *(f"/gates/{gate.id}" for gate, _ in service.by_gate())]
    lists += [f"/services/{name}" for name in service.by_service()]
    return answer_absolute(
        "/sitemap.xml",
        "application/xml",
        lambda base: render_template("sitemap.xml", base=base, lists=lists, articles=articles),
    )


@blueprint.get("/feed.xml")
def feed() -> Response:
    """The articles that were written or looked through last, as an Atom feed."""
    newest = sorted(_sorted(site().service), key=lambda a: a.meta["reviewed_on"], reverse=True)[:_FEED]
    updated = newest[0].meta["reviewed_on"] if newest else date.min.isoformat()
    return answer_absolute(
        "/feed.xml",
        "application/atom+xml",
        lambda base: render_template("feed.xml", base=base, articles=newest, updated=updated),
    )


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser searches here. By POST, as the site's own forms: what is searched for stays out of addresses."""
    return answer_absolute(
        "/opensearch.xml",
        "application/opensearchdescription+xml",
        lambda base: render_template("opensearch.xml", base=base),
    )


@blueprint.get("/llms.txt")
def llms() -> Response:
    """What a language model should read of this site, as Markdown (https://llmstxt.org)."""
    groups = [(kind, site().service.catalogue.of(kind)) for kind in KINDS_MANY]
    return answer_absolute(
        "/llms.txt", "text/plain; charset=utf-8", lambda base: render_template("llms.txt", base=base, groups=groups)
    )


def _sorted(service: Service) -> list[Article]:
    return sorted(service.catalogue.articles.values(), key=lambda article: article.id)
