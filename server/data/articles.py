"""Articles and what a search found, as plain data."""

from typing import cast

import msgspec

from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.rendering import render
from whydenied.kb.search import Results
from whydenied.kb.source import relink
from whydenied.server.articles.diagrams import fill_diagrams
from whydenied.server.articles.parts import article_parts, site_links
from whydenied.server.data import shapes

__all__ = ["article_data", "found_data"]


def found_data(found: Results) -> shapes.Found:
    """Return what a search found as data."""
    return {
        "answered_by": found.answered_by,
        "total": found.total,
        "did_you_mean": found.did_you_mean,
        "results": [
            {
                "id": hit.id,
                "kind": cast(shapes.Kind, hit.kind),
                "title": hit.title,
                "url": f"/articles/{hit.id}" + (f"#{hit.anchor}" if hit.anchor else ""),
                "summary": hit.summary,
                "section": hit.section or None,
                "snippet": "".join(text for text, _ in hit.snippet),
            }
            for hit in found.hits
        ],
        "facets": msgspec.to_builtins(found.facets),
    }


def article_data(article: Article, catalogue: Catalogue) -> dict[str, object]:
    """Return an article as data: its front matter as it is written, its body with the words of its diagrams, its HTML,
    and its parts as Markdown (with commands, examples and policies as the page shows them)."""
    lead, body = site_links(catalogue), fill_diagrams(article.body)
    return {
        "kind": article.kind,
        "id": article.id,
        "url": f"/articles/{article.id}",
        **article.meta,
        "review_due": article.review_due.isoformat(),
        "body": body,
        "html": render(body, article.path, lambda kind, other: lead(kind, other, "")).html,
        "parts": [
            {"anchor": part.anchor, "title": part.title, "markdown": relink(part.markdown, article.path, lead)}
            for part in article_parts(article, catalogue)
        ],
    }
