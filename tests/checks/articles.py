"""Articles of the shipped content with something changed, for the tests of the checks."""

from typing import Any

import msgspec

from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue

__all__ = ["cause", "changed", "found_by"]


def changed(article: Article, body: str | None = None, **meta: Any) -> Article:
    """Return an article with other front matter, or another body."""
    return msgspec.structs.replace(article, meta={**article.meta, **meta}, body=article.body if body is None else body)


def cause(catalogue: Catalogue, name: str) -> Article:
    """Return a cause that is there."""
    found = catalogue.get("cause", name)
    assert found is not None
    return found


def found_by(problems: Any) -> str:
    """Join what problems say."""
    return " | ".join(f"{problem.field}: {problem.message}" for problem in problems)
