"""What a terminal may want of us: colours or none, marks that its encoding has, and the nearest command.

Source of the switches: no-color.org (NO_COLOR, when not empty), force-color.org (FORCE_COLOR), and TERM=dumb.
"""

import codecs
import contextlib
import sys
from collections.abc import Mapping
from typing import TextIO

__all__ = ["prepare", "wants_colour"]

_HANDLER = "whydenied.marks"
# The marks that we print, for an encoding that lacks them.
_PLAIN = {
    "●": "*", "◐": "+", "○": "-", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'",
    "→": "->", "≥": ">=", "≤": "<=", "·": ".", "✓": "ok", "✗": "x", "│": "|", "─": "-", "└": "`", "├": "|",
}  # fmt: skip


def wants_colour(environment: Mapping[str, str]) -> bool | None:
    """Tell whether colours are wanted or not; None where the terminal decides."""
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return True if environment.get("FORCE_COLOR") else None


def _prepare(stream: TextIO) -> None:
    """Let a stream print what its encoding lacks in plain letters, and never fail on it."""
    codecs.register_error(_HANDLER, _plain)
    with contextlib.suppress(AttributeError, ValueError):  # a stream of a test's, or one that is closed
        if (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(errors=_HANDLER)  # type: ignore[attr-defined]


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in lacking), error.end


def prepare() -> None:
    """Prepare both streams of this process."""
    for stream in (sys.stdout, sys.stderr):
        _prepare(stream)
