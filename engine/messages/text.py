"""A text that remembers where it came from.

Every clean-up step (colour codes, escapes, wraps) rewrites the text and keeps how its offsets map back, so that
what was read can be marked in the paste as it was given.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

__all__ = ["Text", "beginning_in", "flattened"]

# (start in the new text, end in the new text, start in the old text, end in the old text)
Edit = tuple[int, int, int, int]

_LONGEST_NAME = 500


class Text:
    """A string and the edits that led to it."""

    __slots__ = ("_layers", "value")

    def __init__(self, value: str) -> None:
        self.value = value
        self._layers: list[list[Edit]] = []

    def sub(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> None:
        """Replace every match, keeping the way back. A callable that returns the match unchanged leaves it alone."""
        old = self.value
        pieces: list[str] = []
        edits: list[Edit] = []
        done = length = 0
        for match in pattern.finditer(old):
            new = replacement if isinstance(replacement, str) else replacement(match)
            start, end = match.span()
            if new == match.group():
                continue
            pieces.append(old[done:start])
            pieces.append(new)
            length += start - done
            edits.append((length, length + len(new), start, end))
            length += len(new)
            done = end
        if edits:
            pieces.append(old[done:])
            self.value = "".join(pieces)
            self._layers.append(edits)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Map a stretch of the text back to offsets in the paste as it was given."""
        for edits in reversed(self._layers):
            start, end = _back(edits, start, False), _back(edits, end, True)
        return start, end


def flattened(text: str) -> str:
    """Return a text in lower case, line ends as spaces, with every character in its place.

    A dotted capital I, whose small letter is the one of two characters, becomes a plain one.
    """
    return text.replace("\n", " ").replace("İ", "i").lower()


def beginning_in(pattern: re.Pattern[str], text: str, window: tuple[int, int]) -> Iterator[re.Match[str]]:
    """Return the matches that begin in a stretch of a text; what goes on behind its end is not cut off."""
    found = pattern.finditer(text, window[0], window[1] + _LONGEST_NAME)
    return (match for match in found if match.start() < window[1])


def _back(edits: list[Edit], position: int, is_end: bool) -> int:
    """Map one offset through one layer; inside a replacement it becomes that replacement's outer edge."""
    # The last edit that begins there or before: a tuple of one number stands before all that begin with it.
    index = bisect_left(edits, (position - is_end + 1,)) - 1
    if index < 0:
        return position
    _, new_end, old_start, old_end = edits[index]
    if position - is_end < new_end:
        return old_end if is_end else old_start
    return position - new_end + old_end
