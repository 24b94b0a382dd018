"""Searching the articles: exact names first, then full text; as-you-type suggestions; slips of the finger."""

import math
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Literal

import msgspec
from whoosh import query as whoosh_query

from whydenied.kb.catalogue import SHIPPED, Catalogue
from whydenied.kb.errors import NoIndexError
from whydenied.kb.index import Index, build_in_memory, build_index, index_name, open_index, term
from whydenied.kb.learning import FLOOR, evidence
from whydenied.kb.manifest import FIELDS, KIND_FACTOR, IndexedDocument
from whydenied.kb.reading import Reader, ReadQuery, Word
from whydenied.kb.spelling import Dictionary
from whydenied.kb.terms import QueryPiece, pieces

__all__ = ["Facets", "Hit", "Results", "Search", "Segment", "Suggestion", "open_search"]

# A stretch of text, and whether it is what was looked for.
Segment = tuple[str, bool]

_LONGEST_QUERY = 20_000
# Of a query of several words, hits far below the best hold only its commonest word.
_CUT = 0.1
_SNIPPET = 220
# What a word counts that stands only in an article's text, or in queries that it was right for, beside one in its
# title, keywords, summary or headings.
_WEAK = 0.8
# How much of the answer is that of the best single section, which is worked out for the likeliest articles only.
_BY_PART = 0.25
_LIKELIEST = 40
# More than 1, so that many words of the query beat one in the title.
_STEEP = 1.5
# What an article gains that holds the query's words side by side, as in a message or a name.
_PHRASED = 1.0


class Hit(msgspec.Struct, frozen=True):
    """An article that answers; anchor and section: the part of it that answers best ('' is its beginning).

    matched: the exact name that led here (id, code, action, operation, service, gate, keyword), '' for full text.
    """

    kind: str
    id: str
    title: str
    summary: str
    services: list[str]
    gate: str
    anchor: str
    section: str
    snippet: list[Segment]
    score: float
    matched: str = ""


class Facets(msgspec.Struct, frozen=True):
    """How many articles there would be for each value of a filter, the other filters as they are."""

    services: dict[str, int]
    gates: dict[str, int]
    kinds: dict[str, int]


class Results(msgspec.Struct, frozen=True):
    """The answer to a query.

    answered_by: `fields` (an exact name) or `text`. did_you_mean: the query in words that the articles use;
    corrected: there was nothing for the query itself, and these are the hits for did_you_mean.
    """

    query: str
    answered_by: Literal["fields", "text"]
    hits: list[Hit]
    total: int
    facets: Facets
    did_you_mean: str | None = None
    corrected: bool = False


class Suggestion(msgspec.Struct, frozen=True):
    """An article whose title, keywords or id go on from what was typed."""

    kind: str
    id: str
    title: str
    segments: list[Segment]


def open_search(catalogue: Catalogue, folder: Path | None) -> "Search":
    """Open the index of this content, building it where it is missing.

    One that came with the package goes before all. Where none can be built or written, the last good one serves,
    else one in memory.
    """
    try:
        return Search(open_index(SHIPPED / "index", index_name(catalogue), is_ours=True))
    except NoIndexError:
        pass
    if folder is None:
        return Search(build_in_memory(catalogue))
    try:
        return Search(open_index(folder, index_name(catalogue)))
    except NoIndexError:
        pass
    try:
        return Search(open_index(folder, build_index(catalogue, folder).name))
    except (OSError, NoIndexError):
        pass
    try:
        return Search(open_index(folder))
    except NoIndexError:
        return Search(build_in_memory(catalogue))


class Search:
    """Searches one open index; may be shared by threads."""

    def __init__(self, index: Index) -> None:
        self.name = index.name
        self._documents = index.manifest.documents
        self._held = [
            document.held.union(words)
            for document, words in zip(self._documents, index.manifest.learnt.words, strict=True)
        ]
        self._terms = index.manifest.terms
        self._keys = index.manifest.keys
        self._words = Dictionary(index.manifest.words)
        self._reader = Reader(index.manifest, self._words, term)
        self._manifest = index.manifest
        self._searcher = index.whoosh.searcher()
        # Python runs one thread at a time anyway, and Whoosh's readers share state.
        self._lock = threading.Lock()
        if self._searcher.doc_count_all() != len(self._documents):
            raise NoIndexError("the search index does not fit its manifest; build it with `whydenied build`")

    def search(
        self,
        query: str,
        *,
        services: Collection[str] = (),
        gates: Collection[str] = (),
        kinds: Collection[str] = (),
        limit: int = 10,
    ) -> Results:
        """Answer a query: articles with exactly this name first, then those that full text finds."""
        named = self._named(query)
        return self._answer(query, named, services, gates, kinds, limit)

    def knows(self, word: str) -> bool:
        """Tell whether a word, in lower case, stands in any article."""
        return word in self._words

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Return articles whose title, keywords or id hold words that begin like every word typed so far."""
        words = [piece.text.lower() for piece in pieces(prefix[:200]) if not piece.whole]
        words = [word for word in words if len(word) > 1]
        numbers = self._starting(words)
        if not numbers:
            words = [self._nearest_start(word) for word in words]
            numbers = self._starting(words)
        found = [self._documents[number] for number in numbers]
        typed = prefix.strip().lower()
        found.sort(key=lambda d: (not d.title.lower().startswith(typed), -KIND_FACTOR[d.kind], -d.prior, d.title, d.id))
        return [
            Suggestion(d.kind, d.id, d.title, _segments(d.title, lambda word: _starts(word, words)))
            for d in found[:limit]
        ]

    def _starting(self, words: Sequence[str]) -> list[int]:
        if not words:
            return []
        wanted = whoosh_query.And([whoosh_query.Term("starts", word[:12]) for word in words])
        with self._lock:
            return sorted(self._searcher.docs_for_query(wanted))

    def _nearest_start(self, word: str) -> str:
        near = self._words.starting_with(word, 1) or self._words.nearest(word, 1)
        return near[0] if near else word

    def _answer(
        self,
        query: str,
        named: dict[int, tuple[int, str]],
        services: Collection[str],
        gates: Collection[str],
        kinds: Collection[str],
        limit: int,
    ) -> Results:
        asked = self._reader.read(query[:_LONGEST_QUERY])
        named = named or self._named(asked.ending)
        scores, terms = self._scores(asked), asked.terms
        order = sorted(
            {*named, *scores},
            key=lambda n: (-KIND_FACTOR[self._documents[n].kind] * named.get(n, (0, ""))[0], -scores.get(n, 0.0), n),
        )
        shown = [n for n in order if _passes(self._documents[n], services, gates, kinds)]
        hits = [self._hit(n, terms, scores.get(n, 0.0), named.get(n, (0, ""))[1]) for n in shown[:limit]]
        documents = [self._documents[n] for n in order]
        facets = Facets(
            services=_count(s for d in documents if _passes(d, (), gates, kinds) for s in d.services),
            gates=_count(d.gate for d in documents if d.gate and _passes(d, services, (), kinds)),
            kinds=_count(d.kind for d in documents if _passes(d, services, gates, ())),
        )
        # An exact name is no slip of the finger, whatever its parts look like.
        correction = None if named else asked.correction
        return Results(
            query=query,
            answered_by="fields" if named else "text",
            hits=hits,
            total=len(shown),
            facets=facets,
            did_you_mean=correction,
            corrected=asked.corrected and correction is not None,
        )

    def _named(self, query: str) -> dict[int, tuple[int, str]]:
        """Return the documents that bear exactly this name, or each of these two or three names."""
        text = query.strip().strip("`'\"").lower()
        if not text or len(text) > 100:
            return {}
        if text in self._keys:
            return {number: (weight, what) for number, weight, what in self._keys[text]}
        words = text.split()
        if not 2 <= len(words) <= 3 or any(word not in self._keys for word in words):
            return {}
        slots = [{number: (weight, what) for number, weight, what in self._keys[word]} for word in words]
        shared = set(slots[0]).intersection(*slots[1:])
        return {number: max(slot[number] for slot in slots) for number in shared}

    def _scores(self, asked: ReadQuery) -> dict[int, float]:
        parts = [
            whoosh_query.Term(name, each, boost=weight * boost * self._damping(each))
            for each, weight in asked.terms.items()
            for bit, (name, boost) in enumerate(FIELDS.items())
            if self._terms[each][1] >> bit & 1
        ]
        if not parts:
            return {}
        with self._lock:
            top = self._searcher.search(whoosh_query.Or(parts), limit=None).top_n
        rarities = [self._word_rarity(word) for word in asked.words]
        shares = {number: self._share(number, asked.words, rarities) for _, number in top}
        factors = {number: score * self._factor(self._documents[number], asked.pairs) for score, number in top}
        likeliest = sorted(shares, key=lambda n: (-factors[n] * shares[n] ** _STEEP, n))[:_LIKELIEST]
        by_part = {number: self._share_of_parts(self._documents[number], asked.words, rarities) for number in likeliest}
        scores = {
            number: factors[number] * ((1 - _BY_PART) * share + _BY_PART * by_part.get(number, 0.0)) ** _STEEP
            for number, share in shares.items()
        }
        return self._with_evidence(asked, scores)

    def _with_evidence(self, asked: ReadQuery, scores: Mapping[int, float]) -> dict[int, float]:
        """Add what was learnt to the scores by words, and leave out what is far below the best."""
        told, best = evidence(asked, self._manifest), max(scores.values(), default=1.0)
        least = best * _CUT
        worth = {n: (scores.get(n, 0.0) + best * FLOOR) * math.exp(told.get(n, 0.0)) for n in {*scores, *told}}
        held = scores if len(asked.words) == 1 else {n for n, score in scores.items() if score >= least}
        return {n: each for n, each in worth.items() if each >= least or n in held}

    def _damping(self, each: str) -> float:
        """Return what takes the one out of Whoosh's `1 + log(…)` for rarity: common words count next to nothing."""
        total, count = len(self._documents), self._terms[each][0]
        return math.log1p((total - count + 0.5) / (count + 0.5)) / (1 + math.log(total / (count + 1)))

    def _share(self, number: int, words: Sequence[Word], rarities: Sequence[float]) -> float:
        """Return how much of the query an article answers, 0 to 1."""
        strong_terms, held = self._documents[number].strong, self._held[number]
        shared = 0.0
        for word, rarity in zip(words, rarities, strict=True):
            strong = _best(word, strong_terms)
            shared += rarity * (strong if strong == 1.0 else max(strong, _WEAK * _best(word, held)))
        return shared / sum(rarities)

    def _share_of_parts(self, document: IndexedDocument, words: Sequence[Word], rarities: Sequence[float]) -> float:
        """Return how much of the query the section answers that answers most of it, 0 to 1."""
        held = (
            sum(rarity * _best(word, part.terms) for word, rarity in zip(words, rarities, strict=True))
            for part in document.parts
        )
        return max(held) / sum(rarities)

    def _factor(self, document: IndexedDocument, pairs: Set[int]) -> float:
        """Return what an article counts before its words, and by the query's phrases."""
        phrased = len(pairs & document.pairs) / len(pairs) if pairs else 0.0
        return document.standing * (1 + _PHRASED * phrased)

    def _word_rarity(self, word: Word) -> float:
        """Return how rare a word is: a short form as common as what it stands for."""
        return min(self._manifest.rarity(each) for each, weight in word.items() if weight == max(word.values()))

    def _hit(self, number: int, terms: Collection[str], score: float, matched: str) -> Hit:
        document = self._documents[number]
        part = max(document.parts, key=lambda p: self._worth(p.terms, terms, p.title))
        if not self._worth(part.terms, terms, part.title):
            part = document.parts[-1]
        return Hit(
            kind=document.kind,
            id=document.id,
            title=document.title,
            summary=document.summary,
            services=document.services,
            gate=document.gate,
            anchor=part.anchor,
            section=part.title,
            snippet=self._snippet(part.text or document.summary, terms),
            score=round(score, 4),
            matched=matched,
        )

    def _worth(self, held: Collection[str], terms: Collection[str], title: str) -> float:
        shared = [self._manifest.rarity(each) for each in terms if each in held]
        in_title = {term(piece.text) for piece in pieces(title)} if shared else set()
        return math.fsum([*shared, *(self._manifest.rarity(each) / 2 for each in terms if each in in_title)])

    def _snippet(self, text: str, terms: Collection[str]) -> list[Segment]:
        """Return the stretch of a text that holds most of the terms, cut at words."""
        marks = [piece for piece in pieces(text) if term(piece.text) in terms]
        start = 0
        if marks and marks[-1].end > _SNIPPET:

            def worth(first: QueryPiece) -> float:
                within = {term(p.text) for p in marks if first.start <= p.start and p.end <= first.start + _SNIPPET}
                return math.fsum(self._manifest.rarity(each) for each in within)

            start = max(0, max(marks, key=worth).start - 40)
        end = min(len(text), start + _SNIPPET)
        start = text.find(" ", start) + 1 if start else 0
        end = text.rfind(" ", start, end) if end < len(text) and " " in text[start:end] else end
        cut = " ".join(text[start:end].split())
        segments = _segments(cut, lambda word: term(word) in terms)
        return [*([("… ", False)] if start else []), *segments, *([(" …", False)] if end < len(text) else [])]


def _best(word: Word, held: Collection[str]) -> float:
    """Return what a text answers of a word: the weight of the best of its terms that stands in it."""
    return max((weight for each, weight in word.items() if each in held), default=0.0)


def _passes(
    document: IndexedDocument, services: Collection[str], gates: Collection[str], kinds: Collection[str]
) -> bool:
    return (
        (not services or any(service in services for service in document.services))
        and (not gates or document.gate in gates)
        and (not kinds or document.kind in kinds)
    )


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _starts(word: str, typed: Sequence[str]) -> bool:
    return any(word.lower().startswith(each) for each in typed)


def _segments(text: str, wanted: Callable[[str], bool]) -> list[Segment]:
    """Cut a text into stretches that are wanted and stretches between them."""
    segments: list[Segment] = []
    end = 0
    for piece in pieces(text):
        if piece.start >= end and wanted(piece.text):
            if piece.start > end:
                segments.append((text[end : piece.start], False))
            segments.append((text[piece.start : piece.end], True))
            end = piece.end
    if end < len(text):
        segments.append((text[end:], False))
    return segments
