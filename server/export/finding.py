"""What the browser finds a pasted error's cause with, and articles by words: patterns, rules and titles as data.

Nothing here is known twice: the words of the patterns' templates, the facts they assert and the causes' rules are the
articles' own; what else the engine reads off a message of a pattern is taken from its examples. `find.js` reads this.
"""

from collections.abc import Iterator

import msgspec

from whydenied.engine.diagnosis import Diagnoser
from whydenied.engine.messages.derive import action_group
from whydenied.engine.messages.templates import compile_template
from whydenied.engine.messages.troubles import TROUBLE
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.server.service import Service

__all__ = ["finding_index"]

# What of a message is read off its whole, and is the same for all messages of most patterns.
_OF_THE_WHOLE = ("message.class", "message.detail", "failing")
_SAYS_WHAT = ("whole", "head", "fallback")
_CERTAINTIES = ("ruled-out", "possible", "likely", "confirmed")


def finding_index(service: Service) -> bytes:
    """Return the index as JSON, about 90 KB compressed."""
    catalogue = service.catalogue
    return msgspec.json.encode(
        {
            "articles": [_article(one) for one in sorted(catalogue.articles.values(), key=lambda one: one.id)],
            "patterns": [_pattern(one, service.diagnoser) for one in catalogue.of("pattern")],
            "causes": {one.id: [one.meta["prior"], _rules(one)] for one in catalogue.of("cause")},
            "groups": dict(_groups(catalogue)),
            "services": list(service.by_service()),
            "trouble": TROUBLE.compiled.pattern,
        }
    )


def _article(article: Article) -> list[str]:
    words = f"{article.meta['summary']} {' '.join(article.meta['keywords'])} {' '.join(article.services)}"
    return [article.id, article.kind, article.title, words]


def _pattern(article: Article, diagnoser: Diagnoser) -> dict[str, object]:
    meta = article.meta
    of_the_whole = _read_off(article, diagnoser) if meta["part"] in _SAYS_WHAT else {}
    return {
        "id": article.id,
        "part": meta["part"],
        # Told apart by the capitals of a name, not by words.
        "words": [compile_template(one, meta["part"]).literals for one in meta["templates"] if "{words}" not in one],
        "codes": meta["codes"],
        "facts": {**of_the_whole, **_listed(meta["asserts"]), "message.pattern": [article.id]},
        "causes": meta["causes"],
    }


def _listed(facts: dict[str, str | list[str]]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in facts.items()}


def _read_off(article: Article, diagnoser: Diagnoser) -> dict[str, list[str]]:
    """Return what all examples of a pattern have in common."""
    common: set[tuple[str, str]] | None = None
    for example in article.meta["examples"]:
        diagnosis = diagnoser.diagnose(example["text"])
        denial = next((one for one in diagnosis.denials if article.id in one.error.patterns), diagnosis.main)
        facts = {(fact.name, fact.value) for fact in denial.facts if fact.name in _OF_THE_WHOLE} if denial else set()
        common = facts if common is None else common & facts
    shared: dict[str, list[str]] = {}
    for name, value in sorted(common or ()):
        shared.setdefault(name, []).append(value)
    return shared


def _rules(article: Article) -> list[list[object]]:
    """Return the rules of a cause: what must hold, and how certain it is then, or which fact holds."""
    found: list[list[object]] = []
    for rule in article.meta["rules"]:
        then = rule["then"]
        found.append([_listed(rule["when"]), _CERTAINTIES.index(then) if isinstance(then, str) else then])
    return found


def _groups(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the actions that articles speak of and that are sorted by more than their service, with their group."""
    said = {
        str(example["reads"]["action"]).lower()
        for article in catalogue.of("pattern")
        for example in article.meta["examples"]
        if example["reads"].get("action")
    }
    yield from ((action, group) for action in sorted(said) if (group := action_group(action)) != "other")
