"""What is learnt from labelled queries: for which article a trait of a query speaks, against those that fit as well.

A logistic regression over the likeliest articles, their score by words given, in AdaGrad's steps (Duchi et al. 2011).
It ranks queries that nobody has seen; how well is measured on those left out (`python -m tests.bench.queries`).
"""

import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from whydenied.kb.asked import Asked
from whydenied.kb.manifest import Learnt, Manifest, Weights
from whydenied.kb.reading import Reader, ReadQuery, Word

__all__ = ["FLOOR", "evidence", "learn"]

# What an article counts that holds no word of a query, beside the one that answers best by its words.
FLOOR = 0.02
# The articles that a query's right ones are set against, and how often all queries are gone through.
_RIVALS, _ROUNDS = 20, 5
_STEP = 0.3
# Of two articles, one that scores twice as much is right eight times as often.
_SHARP = 3.0
# What a trait counts that is no word of the articles, beside the rarity of those that are (up to 6).
_PAIR, _SMALL = 0.7 * 6, 2.0
# A word in an article's text beside one in its title, keywords, summary or headings.
_IN_TEXT = 0.4
_STEEP = 1.5
# Weights that change a score by two hundredths at most are left out.
_FAINT = 0.2
# How much a query speaks that was asked in the same words.
_ASKED_BEFORE = 10.0


class _Lesson(msgspec.Struct):
    """A query's traits, the documents that it might be about with their score by words, and which of them are right."""

    traits: Word
    numbers: list[int]
    scores: list[float]
    right: list[bool]


def learn(asked: Iterable[Asked], reader: Reader, manifest: Manifest) -> Learnt:
    """Learn from queries which documents of this manifest are right for what; others are left out."""
    numbers = {document.id: number for number, document in enumerate(manifest.documents)}
    held = _holders(manifest)
    lessons: list[_Lesson] = []
    before: Weights = {}
    words: list[set[str]] = [set() for _ in numbers]
    for one in sorted(asked, key=lambda one: zlib.crc32(one.query.encode())):  # neighbours in the file are alike
        right = [numbers[id_] for id_ in one.right if id_ in numbers]
        if right:
            read = reader.read(one.query)
            lessons.append(_lesson(read, right, held, manifest))
            before.setdefault(_whole(read), {}).update(dict.fromkeys(right, _ASKED_BEFORE))
            for number in right:
                words[number].update(each for each, weight in read.terms.items() if weight == 1.0)
    weights: Weights = defaultdict(lambda: defaultdict(float))
    steps: Weights = defaultdict(lambda: defaultdict(lambda: 0.01))
    for _ in range(_ROUNDS):
        for lesson in lessons:
            _study(lesson, weights, steps)
    kept = {trait: {n: round(w, 1) for n, w in each.items() if abs(w) > _FAINT} for trait, each in weights.items()}
    return Learnt({trait: each for trait, each in kept.items() if each} | before, [sorted(each) for each in words])


def evidence(asked: ReadQuery, manifest: Manifest) -> dict[int, float]:
    """Return for each document by how much the traits of a query speak for it (as a logarithm)."""
    found: dict[int, list[float]] = defaultdict(list)
    traits = {} if asked.ending else _traits(asked, manifest)
    for trait, weight in (*traits.items(), (_whole(asked), 1.0)):
        for number, learnt in manifest.learnt.weights.get(trait, {}).items():
            found[number].append(weight * learnt)
    return {number: math.fsum(parts) / _SHARP for number, parts in found.items()}


def _traits(asked: ReadQuery, manifest: Manifest) -> Word:
    """Return a query as a vector of length one: its words, rare ones counting more, small words, words in pairs."""
    traits = {each: weight * manifest.rarity(each) for each, weight in asked.terms.items()}
    traits |= {f"?{word}": manifest.rarity("") for word in asked.unknown}
    traits |= {f"~{word}": _SMALL for word in asked.small}
    traits |= {f"{pair:x}+": _PAIR for pair in asked.pairs}
    length = math.hypot(*traits.values())
    return {trait: weight / length for trait, weight in traits.items()}


def _whole(asked: ReadQuery) -> str:
    """Return the trait that only queries of the same words have."""
    return f"={zlib.crc32(' '.join(sorted(asked.terms)).encode()):x}"


def _holders(manifest: Manifest) -> dict[str, dict[int, float]]:
    """Return for each term the documents that hold it, and what it counts there."""
    held: dict[str, dict[int, float]] = defaultdict(dict)
    for number, document in enumerate(manifest.documents):
        for each in document.held:
            held[each][number] = _IN_TEXT
        for each in document.strong:
            held[each][number] = 1.0
    return held


def _lesson(asked: ReadQuery, right: list[int], held: Mapping[str, Mapping[int, float]], manifest: Manifest) -> _Lesson:
    """Set a query's right documents against the likeliest by its words alone."""
    shares: dict[int, float] = defaultdict(float)
    for each, weight in asked.terms.items():
        worth = weight * manifest.rarity(each)
        for number, counts in held.get(each, {}).items():
            shares[number] += worth * counts
    scores = {n: manifest.documents[n].standing * share**_STEEP for n, share in shares.items()}
    best = max(scores.values(), default=1.0)
    likely = dict.fromkeys([*sorted(scores, key=lambda n: (-scores[n], n))[:_RIVALS], *right])
    return _Lesson(
        traits=_traits(asked, manifest),
        numbers=[*likely],
        scores=[_SHARP * math.log(scores.get(n, 0.0) / best + FLOOR) for n in likely],
        right=[n in right for n in likely],
    )


def _study(lesson: _Lesson, weights: Weights, steps: Weights) -> None:
    """Move the weights of a query's traits so that its right documents get likelier."""
    rows = [(value, weights[trait], steps[trait]) for trait, value in lesson.traits.items()]
    sums = list(lesson.scores)
    for value, row, _ in rows:
        for place, number in enumerate(lesson.numbers):
            sums[place] += value * row[number]
    highest = max(sums)
    odds = [math.exp(each - highest) for each in sums]
    total = math.fsum(odds)
    hit = math.fsum(each for each, is_right in zip(odds, lesson.right, strict=True) if is_right) or 1e-12
    missing = [each / total - (each / hit if ok else 0.0) for each, ok in zip(odds, lesson.right, strict=True)]
    for value, row, step in rows:
        for number, error in zip(lesson.numbers, missing, strict=True):
            slope = value * error
            step[number] += slope * slope
            row[number] -= _STEP * slope / math.sqrt(step[number])
