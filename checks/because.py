"""Whether a rule's `because` speaks of its matter: a word in common with what it tests, or with its cause.

A sentence can be untrue in ways that no check sees; one that was left behind by another rule, or means nothing here,
shares none.
"""

import re
from collections.abc import Iterator, Mapping

from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.index import term
from whydenied.kb.problems import Problem
from whydenied.kb.terms import pieces

__all__ = ["unrelated_reasons"]


def unrelated_reasons(cause: Article, catalogue: Catalogue) -> Iterator[Problem]:
    """Yield a problem for each rule of a cause whose reason has no word of its matter."""
    about = _words(f"{cause.title} {cause.summary} {' '.join(cause.keywords)} {' '.join(cause.services)}")
    for number, rule in enumerate(cause.meta["rules"]):
        if not _words(rule["because"]) & (about | _tested(rule["when"], catalogue)):
            message = f"`{rule['because']}` has no word in common with what the rule tests, nor with the cause"
            instead = "say what of the message or the answers makes the rule hold"
            yield Problem(cause.file, None, f"rules[{number}].because", message, instead)


def _tested(when: Mapping[str, object], catalogue: Catalogue) -> frozenset[str]:
    """Return the words of the facts that a rule tests, of their values, and of the questions that ask for them."""
    texts = [re.sub(r"\W", " ", f"{name} {value}") for name, value in when.items()]
    for name in when:
        question = catalogue.get("question", name)
        if question is not None:
            texts += [question.title, question.summary, *(choice["label"] for choice in question.meta["values"])]
    return _words(" ".join(texts))


def _words(text: str) -> frozenset[str]:
    return frozenset(term(piece.text) for piece in pieces(text)) - {""}
