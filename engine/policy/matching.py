"""Wildcard matching: `*` is any run of characters, `?` is exactly one.

Between two stars the leftmost fit is always good enough, so nothing is ever tried twice: the time is linear in the
text for patterns without `?`; with it, it is bounded by the text times `effort` (both are bounded by the reader).
"""

import re
from collections.abc import Callable, Iterable

__all__ = ["Fragment", "Matcher", "effort", "glob", "glob_fragments", "has_wildcard", "overlap"]

Matcher = Callable[[str], bool]

# A piece of a pattern and whether it is literal (`*` and `?` in it stand for themselves).
Fragment = tuple[str, bool]

_WILD = re.compile(r"([*?])")


def has_wildcard(text: str) -> bool:
    """Tell whether a pattern holds `*` or `?`."""
    return "*" in text or "?" in text


def overlap(one: str, other: str, spend: Callable[[int], None] | None = None) -> bool:
    """Tell whether there is a text that both patterns match. spend: is told what it costs, where it costs something."""
    if one == other:
        return True  # and most others that do overlap here
    (mine_first, mine_last), (other_first, other_last) = _literal_ends(one), _literal_ends(other)
    for mine, theirs in ((mine_first, other_first), (mine_last[::-1], other_last[::-1])):
        length = min(len(mine), len(theirs))
        if mine[:length] != theirs[:length]:
            return False  # most pairs end here
    if spend is not None:
        spend(len(one) * len(other) // 2)
    # below[j]: whether the rest of `one` after this character overlaps with the rest of `other` from j on.
    below = [all(character == "*" for character in other[j:]) for j in range(len(other) + 1)]
    for mark in reversed(one):
        row = [False] * (len(other) + 1)
        row[-1] = mark == "*" and below[-1]
        for j in range(len(other) - 1, -1, -1):
            pair = (mark, other[j])
            if "*" in pair:
                row[j] = below[j] or row[j + 1]
            else:
                row[j] = below[j + 1] and (mark == other[j] or "?" in pair)
        below = row
    return below[0]


def _literal_ends(pattern: str) -> tuple[str, str]:
    """Return what stands before the first wildcard and after the last."""
    marks = [at for at, character in enumerate(pattern) if character in "*?"]
    return (pattern[: marks[0]], pattern[marks[-1] + 1 :]) if marks else (pattern, pattern)


def _always(_text: str) -> bool:
    return True


def glob(pattern: str) -> Matcher:
    """Compile a pattern into a function of the whole text. Case matters."""
    if "?" in pattern:
        return _Marks(pattern).matches
    star = pattern.find("*")
    if star < 0:
        return pattern.__eq__
    if star == len(pattern) - 1:
        if not star:
            return _always
        prefix = pattern[:-1]
        return lambda text: text.startswith(prefix)
    return _Stars(pattern).matches


class _Marks:
    """A pattern with question marks; it is cut when a text first begins as it does and has all that it spells out."""

    __slots__ = ("_compiled", "_first", "_pattern")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._first = _WILD.split(pattern, 1)[0]
        self._compiled: Matcher | None = None

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches a whole text."""
        if not text.startswith(self._first):
            return False
        if self._compiled is None:
            # Cutting a pattern costs as much as many such looks, and most patterns of a long list end here.
            if not all(part in text or part in "*?" for part in _WILD.split(self._pattern)):
                return False
            self._compiled = glob_fragments(((self._pattern, False),))
        return self._compiled(text)


class _Stars:
    """A pattern with stars and no question mark; its pieces are cut when a text first gets that far."""

    __slots__ = ("_first", "_last", "_least", "_middle", "_pattern")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._least = len(pattern) - pattern.count("*")
        self._first = pattern[: pattern.find("*")]
        self._last = pattern[pattern.rfind("*") + 1 :]
        self._middle: list[str] | None = None

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches a whole text."""
        if len(text) < self._least or not text.startswith(self._first) or not text.endswith(self._last):
            return False
        if self._middle is None:
            self._middle = [piece for piece in self._pattern.split("*")[1:-1] if piece]
        position, end = len(self._first), len(text) - len(self._last)
        for piece in self._middle:
            position = text.find(piece, position, end)
            if position < 0:
                return False
            position += len(piece)
        return True


def glob_fragments(fragments: Iterable[Fragment]) -> Matcher:
    """Compile a pattern given in fragments; text that came out of a policy variable is literal."""
    fragments = tuple(fragments)
    if len(fragments) == 1 and not fragments[0][1] and "?" not in fragments[0][0]:
        return glob(fragments[0][0])  # nearly every pattern is of one piece
    whole = "".join(text for text, _ in fragments)
    if "?" not in whole and not any(literal and "*" in text for text, literal in fragments):
        return glob(whole)  # no need to know where it came from
    pieces = [_Piece(parts) for parts in _split(fragments)]
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return lambda text: len(text) == first.length and first.at(text, 0)
    middle = [piece for piece in pieces[1:-1] if piece.length]
    least = sum(piece.length for piece in pieces)

    def matches(text: str) -> bool:
        if len(text) < least or not first.at(text, 0):
            return False
        end = len(text) - last.length
        if not last.at(text, end):
            return False
        position = first.length
        for piece in middle:
            position = piece.find(text, position, end)
            if position < 0:
                return False
            position += piece.length
        return True

    return matches


def effort(pattern: str) -> int:
    """Return how many looks at a text a pattern may need for each of its characters: 1, but for runs with `?`."""
    if "?" not in pattern or "*" not in pattern:
        return 1
    return 1 + max(piece.count("?") for piece in pattern.split("*"))


def _split(fragments: Iterable[Fragment]) -> list[list[str | None]]:
    """Cut at the stars; within a piece None stands for `?`."""
    pieces: list[list[str | None]] = [[]]
    for text, literal in fragments:
        if literal:
            pieces[-1].append(text)
            continue
        for part in _WILD.split(text):
            if part == "*":
                pieces.append([])
            elif part == "?":
                pieces[-1].append(None)
            elif part:
                pieces[-1].append(part)
    return pieces


class _Piece:
    """A run of fixed length between two stars: literal texts at their places, and `?` between them."""

    __slots__ = ("_others", "_place", "_text", "length")

    def __init__(self, parts: list[str | None]) -> None:
        texts: list[tuple[int, str]] = []
        self.length = 0
        for part in parts:
            if part is not None:
                if texts and texts[-1][0] + len(texts[-1][1]) == self.length:
                    start, before = texts.pop()
                    texts.append((start, before + part))
                else:
                    texts.append((self.length, part))
            self.length += 1 if part is None else len(part)
        # The longest text is looked for, the others are compared where it is found.
        longest = max(texts, key=lambda one: len(one[1]), default=(0, ""))
        self._place, self._text = longest
        self._others = tuple(one for one in texts if one is not longest)

    def at(self, text: str, position: int) -> bool:
        """Tell whether the piece stands at a place of a text that is long enough."""
        if position + self.length > len(text) or not text.startswith(self._text, position + self._place):
            return False
        return all(text.startswith(other, position + place) for place, other in self._others)

    def find(self, text: str, start: int, end: int) -> int:
        """Return the first place between two where the piece stands, -1 for none."""
        last = end - self.length
        position = start
        while position <= last:
            if self._text:
                found = text.find(self._text, position + self._place, last + self._place + len(self._text))
                if found < 0:
                    return -1
                position = found - self._place
            if all(text.startswith(other, position + place) for place, other in self._others):
                return position
            position += 1
        return -1
