"""What belongs to an article: others that share facts with it, and the question that tells a cause from the rest."""

import math
from collections import Counter
from collections.abc import Iterator

from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue

__all__ = ["related", "telling_question"]

# Which articles people are sent on to: the machinery behind them (patterns, questions) only where an author says so.
_SHOWN = ("cause", "guide", "scenario")
_MOST = 8
# Named by the other article, or by the same third one: as good as two rare things in common.
_NAMED = 4.0


def related(catalogue: Catalogue, article: Article, most: int = _MOST) -> list[Article]:
    """Return the articles to read next: those the author named, then those that share most with it."""
    named = [found for name in article.meta["related"] if (found := catalogue.find(name)) is not None]
    others = [other for other in catalogue.articles.values() if other.kind in _SHOWN and other.id != article.id]
    counts = Counter(fact for other in others for fact in set(_facts(other)))
    mine = set(_facts(article))
    # A sum rounded once: a set's order differs from process to process, and so would the last digit of a plain sum,
    # and with it the order of two articles that share equally much.
    scores = {
        other.id: math.fsum(math.log(len(others) / counts[fact]) for fact in mine & set(_facts(other)))
        + (_NAMED if article.id in other.meta["related"] or article.id in other.meta.get("causes", []) else 0.0)
        for other in others
    }
    known = {one.id for one in named}
    rest = sorted(
        (other for other in others if other.id not in known and scores[other.id] > _NAMED / 2),
        key=lambda other: (-scores[other.id], other.id),
    )
    return [*named, *rest][: max(most, len(named))]


def _facts(article: Article) -> Iterator[tuple[str, str]]:
    """Yield what an article is about by its front matter: services, gate, causes, actions, codes, sources."""
    meta = article.meta
    for service in article.services:
        yield "service", service
    if meta.get("gate", "none") != "none":
        yield "gate", meta["gate"]
    for cause in meta.get("causes", []):
        yield "cause", cause
    if article.kind == "cause":
        yield "cause", article.id
        reads = meta["example"]["reads"]
        for name in ("action", "operation", "error_code"):
            if isinstance(reads.get(name), str):
                yield name, reads[name].lower()
    for source in meta["sources"]:
        if source.get("url"):
            yield "source", source["url"]


# How much less a question is worth that takes this to answer.
_LESS = {"again": 3, "attempt": 3, "message": 9}


def telling_question(catalogue: Catalogue, cause: Article) -> Article | None:
    """Return the question whose answer tells most surely whether it was this cause, None where there is none."""
    best: tuple[float, str] | None = None
    for name, shares in cause.meta["signs"].items():
        question = catalogue.get("question", name)
        if question is None or question.meta["retired"] or not question.meta["values"]:
            continue
        values = [choice["value"] for choice in question.meta["values"]]
        usual = {value: question.meta["usual"].get(value, 1 / len(values)) for value in values}
        gain = max(abs(share - usual.get(value, 0.0)) for value, share in shares.items())
        # Of equally telling ones the one that the fewest causes share tells this cause from the others.
        # What can be looked up goes before what has to be tried, and that before what the message says already: many
        # causes have the same message.
        effort = question.meta["cost"] * _LESS.get(question.meta["needs"], 1)
        key = (gain / (1 + _uses(catalogue, name) / 10) / math.sqrt(effort), name)
        best = max(best, key) if best else key
    return catalogue.get("question", best[1]) if best else None


def _uses(catalogue: Catalogue, question: str) -> int:
    return sum(question in cause.meta["signs"] for cause in catalogue.of("cause"))
