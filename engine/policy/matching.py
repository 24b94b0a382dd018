"""Wildcard matching: `*` is any run of characters, `?` is exactly one.

Between two stars the leftmost fit is always good enough, so nothing is ever tried twice: the time is linear in the
text for patterns without `?`, and bounded by text times pattern length with it (both are bounded by the reader).
"""

import re
from collections.abc import Callable, Iterable

__all__ = ["Fragment", "Matcher", "glob", "glob_fragments", "has_wildcard", "overlap"]

Matcher = Callable[[str], bool]

# A piece of a pattern and whether it is literal (`*` and `?` in it stand for themselves).
Fragment = tuple[str, bool]

_WILD = re.compile(r"([*?])")


def has_wildcard(text: str) -> bool:
    """Tell whether a pattern holds `*` or `?`."""
    return "*" in text or "?" in text


def overlap(one: str, other: str) -> bool:
    """Tell whether there is a text that both patterns match."""
    (mine_first, mine_last), (other_first, other_last) = _literal_ends(one), _literal_ends(other)
    for mine, theirs in ((mine_first, other_first), (mine_last[::-1], other_last[::-1])):
        length = min(len(mine), len(theirs))
        if mine[:length] != theirs[:length]:
            return False  # most pairs end here
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
    if "?" not in pattern:
        star = pattern.find("*")
        if star < 0:
            return pattern.__eq__
        if star == len(pattern) - 1:
            if not star:
                return _always
            prefix = pattern[:-1]
            return lambda text: text.startswith(prefix)
    return glob_fragments(((pattern, False),))


def glob_fragments(fragments: Iterable[Fragment]) -> Matcher:
    """Compile a pattern given in fragments; text that came out of a policy variable is literal."""
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
    """A run of fixed length between two stars."""

    __slots__ = ("_literal", "_regex", "length")

    def __init__(self, parts: list[str | None]) -> None:
        self.length = sum(1 if part is None else len(part) for part in parts)
        self._literal = "".join(part for part in parts if part is not None)
        # A regular expression without any repetition cannot backtrack.
        self._regex = (
            re.compile("".join("." if part is None else re.escape(part) for part in parts), re.DOTALL)
            if None in parts
            else None
        )

    def at(self, text: str, position: int) -> bool:
        if self._regex is None:
            return text.startswith(self._literal, position)
        return self._regex.match(text, position) is not None

    def find(self, text: str, start: int, end: int) -> int:
        if self._regex is None:
            return text.find(self._literal, start, end)
        found = self._regex.search(text, start, end)
        return found.start() if found else -1
