"""The lines of a paste that a denial was read from, and the moments that stand in them."""

import re
from collections.abc import Iterable

from whydenied.engine.messages.parsed import ParsedError

__all__ = ["lines_of", "moments"]

# The time of day as logs write it. Of several days only the clock is told.
_MOMENT = re.compile(r"(?<![\d:.])([0-2]\d:[0-5]\d)(?::[0-6]\d)?\b")
_MOST_REPEATS = 1_000


def lines_of(error: ParsedError, text: str) -> str:
    """Return the whole lines of the paste that a denial was read from, "" where nothing tells."""
    if not error.spans:
        return ""
    start = text.rfind("\n", 0, min(span.start for span in error.spans)) + 1
    end = text.find("\n", max(span.end for span in error.spans))
    return text[start : end if end >= 0 else len(text)]


def moments(errors: Iterable[ParsedError], text: str) -> tuple[str, ...]:
    """Return the first and the last moment (`14:02`) in the lines of these denials; () where no line has one."""
    found = sorted(moment for error in errors for moment in _moments(error, text))
    return tuple(dict.fromkeys((found[0], found[-1]))) if found else ()


def _moments(error: ParsedError, text: str) -> list[str]:
    lines = lines_of(error, text)
    if not lines:
        return []
    found = _MOMENT.findall(lines.partition("\n")[0])
    if error.times == 1 or not error.spans:
        return found[:1]
    # Of denials that are the same letter for letter only the first has a place: the others are looked for.
    start, end = min(span.start for span in error.spans), max(span.end for span in error.spans)
    same, at = text[start:end], start
    for _ in range(min(error.times, _MOST_REPEATS)):
        at = text.find(same, at + 1)
        if at < 0:
            break
        found += _MOMENT.findall(text, text.rfind("\n", 0, at) + 1, at)[:1]
    return found
