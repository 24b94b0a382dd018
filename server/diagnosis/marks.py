"""The paste with what was read marked in it: a list of stretches, marked or not, ready for a template.

Spans come from the parser as offsets into the paste. Here they are put in order, a stretch read as two things gets
both names, control characters are made visible, and long stretches in which nothing was read are cut out.
"""

import re
from collections.abc import Iterable

import msgspec

from whydenied.engine.messages.parsed import Span
from whydenied.engine.secrets.sign import shown
from whydenied.server.words.fields import FIELD_NAMES

__all__ = ["Stretch", "json_escaped", "mark_id", "stretches", "visible"]

_LONGEST_SILENCE = 3_000
_KEPT_OF_SILENCE = 700
# A log is shown from so many lines before its error on; a few words above it are no log.
_LINES_BEFORE = 2
_LEAST_ABOVE = 400
# A span that holds others: longer than this it is a whole message; fewer letters than that are no words of its own.
_LONGEST_SHARED = 160
_LEAST_LEFT = 4

# Made visible without changing the length, so that the spans still fit: control characters as their pictures, and
# the characters that would make text run backwards or vanish as a replacement character.
_VISIBLE = (
    {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
    | {0x7F: 0x2421}
    | dict.fromkeys(
        [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)], 0xFFFD
    )
)


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of the paste: its text, the fields read there ('' where none), its offset, and how much was cut out."""

    text: str
    fields: tuple[str, ...] = ()
    start: int = 0
    left_out: int = 0

    @property
    def shown(self) -> str:
        """The text with each hidden secret as one short word."""
        return shown(self.text)

    @property
    def label(self) -> str:
        """The names of the fields, for the reader."""
        return ", ".join(FIELD_NAMES[field] for field in self.fields)

    @property
    def hue(self) -> str:
        """The field whose colour the mark takes: the first."""
        return self.fields[0].replace("_", "-")


def mark_id(start: int) -> str:
    """Return the id of the mark that begins at this offset, for links to it."""
    return f"read-{start}"


def stretches(text: str, spans: Iterable[Span]) -> list[Stretch]:
    """Cut the paste into marked and unmarked stretches, in order."""
    result: list[Stretch] = []
    marked = _disjoint(spans, text)
    at = _begin(text, marked[0][0]) if marked else 0
    if at:
        result.append(Stretch("", (), 0, left_out=at))
    for start, end, fields in marked:
        result.extend(_unmarked(text, at, start))
        result.append(Stretch(visible(text[start:end]), fields, start))
        at = end
    result.extend(_unmarked(text, at, len(text)))
    return result


def _begin(text: str, first: int) -> int:
    """Return where to begin: two lines before the first that has a mark, since what is above is not the error."""
    at = first
    for _ in range(_LINES_BEFORE + 1):
        at = text.rfind("\n", 0, at)
        if at < 0:
            return 0
    return at + 1 if at >= _LEAST_ABOVE else 0


def _disjoint(spans: Iterable[Span], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Merge spans over the same words. Of two that overlap the shorter, which says more, keeps its words; the longer
    keeps what is left of its own, unless it is as long as a whole message."""
    fields: dict[tuple[int, int], list[str]] = {}
    for span in spans:
        if 0 <= span.start < span.end <= len(text) and span.field in FIELD_NAMES:
            known = fields.setdefault((span.start, span.end), [])
            if span.field not in known:
                known.append(span.field)
    kept: list[tuple[int, int, tuple[str, ...]]] = []
    taken = bytearray(len(text))
    for start, end in sorted(fields, key=lambda place: (place[1] - place[0], place)):
        free = _free(taken, start, end)
        if free != [(start, end)] and end - start > _LONGEST_SHARED:
            continue
        for first, last in free:
            words = text[first:last]
            first, last = (first + len(words) - len(words.lstrip()), last - len(words) + len(words.rstrip()))
            if free == [(start, end)] or sum(map(str.isalpha, words)) >= _LEAST_LEFT:
                kept.append((first, last, tuple(fields[start, end])))
        taken[start:end] = b"\x01" * (end - start)
    return sorted(kept)


def _free(taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of a place that no mark has taken."""
    free = []
    at = start
    while at < end:
        stop = taken.find(1, at, end)
        stop = end if stop < 0 else stop
        if stop > at:
            free.append((at, stop))
        at = taken.find(0, stop, end)
        if at < 0:
            break
    return free


def _unmarked(text: str, start: int, end: int) -> list[Stretch]:
    if end - start <= _LONGEST_SILENCE:
        return [Stretch(visible(text[start:end]), (), start)] if end > start else []
    head, tail = start + _KEPT_OF_SILENCE, end - _KEPT_OF_SILENCE
    return [
        Stretch(visible(text[start:head]), (), start),
        Stretch("", (), head, left_out=tail - head),
        Stretch(visible(text[tail:end]), (), tail),
    ]


def visible(text: str) -> str:
    """Make control characters visible, each by one character."""
    return text.translate(_VISIBLE)


# JSON escapes the controls below 0x20 itself; these it may leave as they are.
_LEFT_BY_JSON = re.compile(r"[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def json_escaped(text: str) -> str:
    """Return JSON of which no character is a control; it means what it meant."""
    return _LEFT_BY_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
