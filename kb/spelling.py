"""Nearest words: what somebody meant who typed `githb`, from the words that the articles use."""

from collections import Counter, defaultdict
from collections.abc import Mapping

__all__ = ["Dictionary", "distance"]


class Dictionary:
    """The words of the articles with how often they occur; finds the nearest to a word that is not among them."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for word in words:
            for pair in _pairs(word):
                self._by_pair[pair].append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def starting_with(self, prefix: str, limit: int = 3) -> list[str]:
        """Return the commonest words that begin with this."""
        found = [word for word in self._by_pair.get(f"^{prefix[:1]}", ()) if word.startswith(prefix)]
        return sorted(found, key=lambda word: (-self._words[word], word))[:limit]

    def nearest(self, word: str, limit: int = 3, slips: int = 2) -> list[str]:
        """Return the nearest words, the best first: one slip in short words, up to `slips` from six letters on."""
        if len(word) < 4 or len(word) > 40:
            return []
        allowed = 1 if len(word) < 6 else slips
        shared: Counter[str] = Counter()
        for pair in _pairs(word):
            shared.update(self._by_pair.get(pair, ()))
        # Only words that share letter pairs can be near; measuring the best few is enough.
        likely = sorted(shared, key=lambda other: (abs(len(other) - len(word)) - shared[other], other))[:40]
        measured = [(distance(word, other, allowed), -self._words[other], other) for other in likely]
        return [other for far, _, other in sorted(measured) if far <= allowed][:limit]


def _pairs(word: str) -> set[str]:
    marked = f"^{word}$"
    return {marked[n : n + 2] for n in range(len(marked) - 1)}


def distance(one: str, two: str, limit: int) -> int:
    """Count the slips between two words (a letter more, less, other, or two swapped); limit + 1 for any beyond it."""
    if abs(len(one) - len(two)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, left in enumerate(one, start=1):
        last, row = row, [i] + [0] * len(two)
        for j, right in enumerate(two, start=1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if before and j > 1 and left == two[j - 2] and one[i - 2] == right:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
        before = last
    return min(row[-1], limit + 1)
