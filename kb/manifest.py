"""The manifest of a search index: what results show, how common terms are, and the exact names.

Whoosh keeps the postings; this is everything beside them, as plain data in one file. Documents are in the
order of Whoosh's document numbers.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import msgspec

from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.outline import Section, parser, sections
from whydenied.kb.terms import pieces

__all__ = [
    "FIELDS",
    "KIND_FACTOR",
    "MAGIC",
    "IndexedDocument",
    "IndexedPart",
    "Learnt",
    "Manifest",
    "Weights",
    "compile_manifest",
    "searched_texts",
]

# The searched fields with their weights; the places of a term are a bit set over them in this order.
FIELDS = {"title": 4.0, "keys": 3.0, "summary": 2.0, "headings": 2.0, "body": 1.0, "code": 0.5}
STRONG = ("title", "keys", "summary", "headings")
_PHRASED = ("title", "keys", "summary", "headings", "code")
# What people look for are causes and how-tos; patterns and questions are the machinery behind them.
KIND_FACTOR = {"cause": 1.0, "guide": 1.0, "scenario": 0.95, "question": 0.6, "pattern": 0.6}
# How much the commonest cause gains on one that hardly occurs.
_COMMON = 0.6
MAGIC = "whydenied-index"

_ASKING = frozenset(("how", "what", "where", "which", "who", "why"))
_LONGEST_PART = 4000
# How the ending of a denial begins, which names the policy: `with an explicit deny in …`, `because no … allows`.
_OPENING = re.compile(r"(?:with an?|because) ")
_ACTION = re.compile(r"\b[a-z][a-z0-9-]+:[A-Z][A-Za-z0-9]+\b")


class IndexedPart(msgspec.Struct, frozen=True, gc=False):
    """A section of an article: its anchor, heading, text for the snippet, and the terms it holds.

    The last part of a document has no anchor: it is the article's beginning, front matter included.
    """

    anchor: str
    title: str
    text: str
    terms: frozenset[str]


class IndexedDocument(msgspec.Struct, frozen=True):
    """What the search knows of an article, in the order of Whoosh's document numbers."""

    kind: str
    id: str
    title: str
    summary: str
    services: list[str]
    gate: str
    prior: float
    parts: list[IndexedPart]
    strong: frozenset[str]
    pairs: frozenset[int]

    @property
    def held(self) -> frozenset[str]:
        """Return the terms that its text holds."""
        return frozenset().union(*(part.terms for part in self.parts))

    @property
    def standing(self) -> float:
        """Return what an article counts before its words: its kind, and how common it is."""
        return KIND_FACTOR[self.kind] * (1 + _COMMON * math.sqrt(self.prior))


# By trait of a query the documents it speaks for or against, and how much.
Weights = dict[str, dict[int, float]]


class Learnt(msgspec.Struct):
    """What was learnt from labelled queries (`kb.learning`); words: by document the terms of those it was right for."""

    weights: Weights
    words: list[list[str]]


class Manifest(msgspec.Struct):
    """Everything beside the postings.

    terms: in how many documents a term stands, and in which fields at all. words: the words as written, for
    suggestions. keys: exact names (codes, actions, services, ids) to (document, weight, what it is).
    """

    magic: str
    documents: list[IndexedDocument]
    terms: dict[str, tuple[int, int]]
    words: dict[str, int]
    keys: dict[str, list[tuple[int, int, str]]]
    learnt: Learnt
    files: dict[str, str] = {}

    def rarity(self, term: str) -> float:
        """Return how rare a term is; one that no article holds counts as held by one."""
        return math.log1p(len(self.documents) / self.terms.get(term, (1, 0))[0])


def compile_manifest(catalogue: Catalogue, term: Callable[[str], str]) -> Manifest:
    """Count and collect what the search needs of a catalogue; term makes the indexed form of a word."""
    articles = [catalogue.articles[key] for key in sorted(catalogue.articles)]
    counts: Counter[str] = Counter()
    places: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for article in articles:
        here: Counter[str] = Counter()
        for bit, (field, text) in enumerate(searched_texts(article).items()):
            found = [(piece.text, term(piece.text)) for piece in pieces(text)]
            for each in {stemmed for _, stemmed in found if stemmed}:
                here[each] |= 1 << bit
            if field != "code":  # code holds made-up names, which nobody means
                words.update(word.lower() for word, stemmed in found if stemmed and len(word) > 2)
        for each, bits in here.items():
            counts[each] += 1
            places[each] |= bits
    return Manifest(
        magic=MAGIC,
        documents=[_document(article, term) for article in articles],
        terms={each: (count, places[each]) for each, count in sorted(counts.items())},
        words=dict(sorted(words.items())),
        keys=_all_keys(articles),
        learnt=Learnt({}, [[] for _ in articles]),
    )


def searched_texts(article: Article) -> dict[str, str]:
    """Return the text of each searched field."""
    parts = _sections(article)
    meta = article.meta
    names = [*meta.get("codes", []), *meta["aliases"], *(link["title"] for link in meta["sources"])]
    return {
        "title": article.title,
        "keys": "\n".join([article.id, meta.get("gate", ""), *article.services, *article.keywords, *names]),
        "summary": article.summary,
        "headings": "\n".join(part.title for part in parts),
        "body": "\n".join([*(part.text for part in parts), *_sentences(meta)]),
        "code": "\n".join([*(part.code for part in parts), *_samples(meta)]),
    }


def _sections(article: Article) -> list[Section]:
    return sections(parser().parse(article.body))


def _sentences(meta: dict[str, Any]) -> list[str]:
    """Return the prose of the front matter."""
    fields_ = ("fix", "verify", "owner", "why", "ask", "find_out", "console")
    found = [str(meta[name]) for name in fields_ if meta.get(name)]
    found += [str(rule["because"]) for rule in meta.get("rules", [])]
    found += [str(choice["label"]) for choice in meta.get("values", [])]
    return found


def _samples(meta: dict[str, Any]) -> list[str]:
    """Return the messages, templates and commands of the front matter."""
    examples = [*meta.get("examples", []), *([meta["example"]] if "example" in meta else [])]
    found = [str(example["text"]) for example in examples]
    found += [re.sub(r"[\[\](){}|\\]", " ", template) for template in meta.get("templates", [])]
    found += [f"{command['why']}\n{command['run']}" for command in meta.get("commands", [])]
    found += [f"{case['fix']}\n{case['verify']}" for case in meta.get("cases", [])]
    return found


def _document(article: Article, term: Callable[[str], str]) -> IndexedDocument:
    meta, texts = article.meta, searched_texts(article)
    intro, *rest = _sections(article)
    names = [article.title, article.summary, article.id, *article.services, *article.keywords, *meta["aliases"]]
    head = "\n".join([*names, *meta.get("codes", []), intro.text, intro.code, *_sentences(meta), *_samples(meta)])
    parts = [
        IndexedPart(
            part.anchor, part.title, part.text[:_LONGEST_PART], _held(f"{part.title}\n{part.text}\n{part.code}", term)
        )
        for part in rest
    ]
    # The beginning comes last: of equally good parts the first is shown, and a section is the better snippet.
    parts.append(IndexedPart("", "", f"{article.summary} {intro.text}"[:_LONGEST_PART], _held(head, term)))
    gate = meta.get("gate", "none")
    return IndexedDocument(
        kind=article.kind,
        id=article.id,
        title=article.title,
        summary=article.summary,
        services=article.services,
        gate="" if gate == "none" else gate,
        prior=meta.get("prior", 0.0),
        parts=parts,
        strong=_held("\n".join(texts[name] for name in STRONG), term),
        pairs=frozenset(
            pair for name in _PHRASED for line in texts[name].splitlines() for pair in term_pairs(line, term)
        ),
    )


def term_pairs(text: str, term: Callable[[str], str]) -> set[int]:
    """Return the pairs of words that stand side by side, small words left out, each as a number.

    What is asked with a word counts as well: "which policy" is another matter than "the policy".
    """
    words = [piece.text for piece in pieces(text) if not piece.whole]
    terms = [each for word in words if (each := term(word))]
    asked = [(one.lower(), term(two)) for one, two in pairwise(words) if one.lower() in _ASKING and term(two)]
    return {zlib.crc32(f"{one} {two}".encode()) for one, two in [*pairwise(terms), *asked] if one != two}


def _held(text: str, term: Callable[[str], str]) -> frozenset[str]:
    return frozenset(term(piece.text) for piece in pieces(text)) - {""}


def _all_keys(articles: list[Article]) -> dict[str, list[tuple[int, int, str]]]:
    numbers = {(article.kind, article.id): number for number, article in enumerate(articles)}
    keys: dict[str, dict[int, tuple[int, str]]] = {}
    for article in articles:
        for key, weight, what, owner in _keys(article):
            if owner in numbers:
                slot = keys.setdefault(key.lower(), {})
                slot[numbers[owner]] = max(slot.get(numbers[owner], (0, "")), (weight, what))
    return {key: [(number, *slot[number]) for number in sorted(slot)] for key, slot in sorted(keys.items())}


def _keys(article: Article) -> Iterator[tuple[str, int, str, tuple[str, str]]]:
    """Yield (key, weight, what it is, article) for every exact name under which an article is looked up."""
    meta, own = article.meta, (article.kind, article.id)
    yield article.id, 100, "id", own
    for alias in meta["aliases"]:
        yield alias, 95, "id", own
    for code in meta.get("codes", []):
        yield code, 80, "code", own
        for cause in meta["causes"]:
            yield code, 75, "code", ("cause", cause)
    for keyword in article.keywords:
        yield keyword, 65, "keyword", own
        if opening := _OPENING.match(keyword):
            yield keyword[opening.end() :], 65, "keyword", own
    for action in _ACTION.findall(f"{article.title} {' '.join(article.keywords)}"):
        yield action, 80, "action", own
    for action in _ACTION.findall(article.body):
        yield action, 20, "action", own
    for position, service in enumerate(article.services):
        # An article named after the service is about it; others only mention it first, or among others.
        named = service in re.split(r"\W+", f"{article.id} {article.title}".lower())
        yield service, 55 if named else 20 if position else 30, "service", own
    if meta.get("gate", "none") != "none":
        yield meta["gate"], 60, "gate", own
    for rule in meta.get("rules", []):
        for name, weight, what in (
            ("action", 70, "action"),
            ("operation", 70, "operation"),
            ("error.code", 70, "code"),
        ):
            values = rule["when"].get(name, [])
            for value in [values] if isinstance(values, str) else values:
                yield value, weight, what, own
    examples = [*meta.get("examples", []), *([meta["example"]] if "example" in meta else [])]
    for example in examples:
        for name, what in (("error_code", "code"), ("action", "action"), ("operation", "operation")):
            if isinstance(example["reads"].get(name), str):
                yield example["reads"][name], 40, what, own
