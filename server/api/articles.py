"""GET /api/v1/articles and /api/v1/articles/{id}: what the article pages show, as data; kept and compared by ETag."""

from typing import cast

import msgspec
from flask import Blueprint, Response, abort

from whydenied.kb.article import Article
from whydenied.server.api.answers import asked_filters
from whydenied.server.data import shapes
from whydenied.server.data.articles import article_data
from whydenied.server.data.links import article_link
from whydenied.server.http.site import site
from whydenied.server.service import Filters

__all__ = ["blueprint"]

blueprint = Blueprint("api-articles", __name__)


@blueprint.get("/articles")
def articles() -> Response:
    """List the articles, of one kind, service or gate where that is said."""
    filters = asked_filters()
    key = f"/api/v1/articles?{filters.kind}&{filters.service}&{filters.gate}"
    return site().pages.answer(key, "application/json", lambda: msgspec.json.encode(_list(filters)).decode())


@blueprint.get("/articles/<article_id>")
def article(article_id: str) -> Response:
    """Return an article; a former id gives the article as it is called now."""
    found = site().service.article(article_id)
    if found is None:
        abort(404, "There is no article of that id. Search for it, or take the ids from the list of articles.")
    return site().pages.answer(
        f"/articles/{found.id}.json",
        "application/json",
        lambda: msgspec.json.encode(article_data(found, site().service.catalogue)).decode(),
    )


def _list(filters: Filters) -> shapes.ArticleList:
    every = sorted(site().service.catalogue.articles.values(), key=lambda article: article.id)
    return {"articles": [_listed(article) for article in every if _is_meant(article, filters)]}


def _is_meant(article: Article, filters: Filters) -> bool:
    return (
        filters.kind in ("", article.kind)
        and (not filters.service or filters.service in article.services)
        and filters.gate in ("", article.meta.get("gate"))
    )


def _listed(article: Article) -> shapes.ListedArticle:
    return {
        **article_link(article),
        "summary": article.summary,
        "services": article.services,
        "gate": cast(str | None, article.meta.get("gate")),
        "reviewed_on": article.meta["reviewed_on"],
    }
