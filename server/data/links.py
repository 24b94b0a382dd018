"""How an article is referred to, as plain data."""

from typing import TYPE_CHECKING, cast

from whydenied.kb.article import Article

if TYPE_CHECKING:
    from whydenied.server.data import shapes

__all__ = ["article_link"]


def article_link(article: Article) -> "shapes.ArticleLink":
    """Return how an article is referred to: id, kind, title, address."""
    kind = cast("shapes.Kind", article.kind)
    return {"id": article.id, "kind": kind, "title": article.title, "url": f"/articles/{article.id}"}
