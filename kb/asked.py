"""What people typed before, and which articles were right: a new query that resembles theirs is likely about the same.

`asked.jsonl` was labelled by hand, each query before its results were looked at. Learnt from queries alone, it ranks
queries that nobody has seen; how well is measured on those that are left out (`python -m tests.bench.queries`).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from whydenied.kb.manifest import Learnt, Manifest
from whydenied.kb.reading import Reader, Word

__all__ = ["Asked", "familiarity", "learn", "read_asked"]

# How much a query counts that was asked in nearly the same words, beside the sum of all that resemble.
_ALIKE, _NEARLY = 16.0, 8
_FILE = Path(__file__).with_name("asked.jsonl")


class Asked(msgspec.Struct, frozen=True):
    """What somebody typed, and the articles any of which is the right one."""

    query: str
    right: tuple[str, ...]


def read_asked(file: Path = _FILE) -> list[Asked]:
    """Return the labelled queries of a file, a line each."""
    return msgspec.json.Decoder(Asked).decode_lines(file.read_bytes())


def learn(asked: Iterable[Asked], reader: Reader, manifest: Manifest) -> Learnt:
    """Learn from queries which documents of this manifest are right for what; others are left out."""
    numbers = {document.id: number for number, document in enumerate(manifest.documents)}
    learnt = Learnt([], {})
    for one in asked:
        right = [numbers[id_] for id_ in one.right if id_ in numbers]
        if not right:
            continue
        place = len(learnt.right)
        learnt.right.append(right)
        for each, weight in _direction(reader.read(one.query).terms, manifest.rarity).items():
            learnt.terms.setdefault(each, []).append((place, round(weight, 3)))
    return learnt


def familiarity(terms: Word, manifest: Manifest) -> dict[int, float]:
    """Return for each document how much a query resembles those that it was right for; one just like it counts most."""
    cosines: dict[int, float] = defaultdict(float)
    for each, weight in _direction(terms, manifest.rarity).items():
        for place, learnt in manifest.learnt.terms.get(each, ()):
            cosines[place] += weight * learnt
    found: dict[int, float] = defaultdict(float)
    for place, cosine in cosines.items():
        right = manifest.learnt.right[place]
        for number in right:
            found[number] += (cosine + _ALIKE * cosine**_NEARLY) / math.sqrt(len(right))
    return found


def _direction(terms: Word, rarity: Callable[[str], float]) -> Word:
    """Return a query as a vector of length one over its terms, rare ones counting more."""
    weights = {each: weight * rarity(each) for each, weight in terms.items()}
    length = math.hypot(*weights.values())
    return {each: weight / length for each, weight in weights.items()}
