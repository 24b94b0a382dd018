"""The content as everything here uses it: the articles, without those that the engine cannot be made of.

A mistake in an article costs that article: it is left out, and its problem, with file and line, is in the catalogue.
"""

from collections.abc import Sequence
from pathlib import Path

from whydenied import engine
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue, Use, load_catalogue, ship_catalogue

__all__ = ["load_content", "ship_content"]

_ENGINE = Path(engine.__file__).parent
_COMPILERS = ("usable.py", "messages/templates.py", "rules/compile.py", "inquiry/model.py", "inquiry/outputs.py")


def load_content(roots: Sequence[Path] | None = None) -> Catalogue:
    """Load our content and what is laid over it; `problems` names what was left out, and why."""
    return load_catalogue(roots, _use())


def ship_content(folder: Path) -> Catalogue:
    """Put our own content, compiled, into a folder that a package brings along."""
    return ship_catalogue(_use(), folder)


def _use() -> Use:
    return Use("engine", tuple(_ENGINE / name for name in _COMPILERS), _unusable)


def _unusable(articles: Sequence[Article]) -> list[tuple[Article, tuple[str | int, ...], str]]:
    # Here and not above: with what is compiled still fresh, the engine need not be imported.
    from whydenied.engine.usable import faults

    named = {(article.kind, article.id): article for article in articles}
    front = {
        kind: [{"id": article.id, **article.meta} for article in articles if article.kind == kind]
        for kind in ("pattern", "cause", "question")
    }
    found = faults(front["pattern"], front["cause"], front["question"])
    return [(named[fault.kind, fault.id], fault.field, fault.message) for fault in found]
