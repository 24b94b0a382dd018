"""What people looked for and did not find, kept as fingerprints: only words that stand in our own articles.

Off unless a file is named in WHYDENIED_GAPS. Everything that is not a word of the articles becomes `…` before
anything is written: names, accounts, ARNs, numbers, secrets. No time of day, no address and no reader is kept.
"""

import contextlib
import datetime
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

__all__ = ["Gap", "fingerprint", "note_gap", "read_gaps"]

Kind = Literal["search", "paste"]

_WORDS = 30
# A file that nobody reads must not fill a disk.
_LARGEST = 5_000_000
_TOKEN = re.compile(r"[^\W_]+(?::[A-Za-z]+)?")
_PLAIN = re.compile(r"[a-z]{2,24}(:[a-z]{2,40})?")
_ELSE = "…"


class Gap(msgspec.Struct, frozen=True):
    """A fingerprint that found nothing, how often, and the last day on which it did."""

    kind: Kind
    fingerprint: str
    times: int
    last: str


class _Line(msgspec.Struct):
    day: str
    kind: Kind
    fingerprint: str


def fingerprint(text: str, known: Callable[[str], bool]) -> str:
    """Reduce a text to the words that are known, in order; what lies between becomes one `…`."""
    kept: list[str] = []
    for match in _TOKEN.finditer(text[:20_000]):
        word = match[0].lower()
        is_plain = bool(_PLAIN.fullmatch(word)) and all(known(part) for part in word.split(":"))
        if is_plain:
            kept.append(word)
        elif not kept or kept[-1] != _ELSE:
            kept.append(_ELSE)
        if len(kept) == _WORDS:
            break
    return " ".join(kept)


def note_gap(path: str, kind: Kind, text: str, known: Callable[[str], bool]) -> None:
    """Add a fingerprint to the file, if one is named; nothing is ever refused because it could not be written."""
    if not path:
        return
    found = fingerprint(text, known)
    if not any(character.isalpha() for character in found):
        return
    line = msgspec.json.encode(_Line(datetime.date.today().isoformat(), kind, found)) + b"\n"
    with contextlib.suppress(OSError):
        if Path(path).exists() and Path(path).stat().st_size > _LARGEST:
            return
        # One write of a short line to a file that only its owner reads: workers do not tear each other's lines.
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)


def read_gaps(lines: Iterable[bytes]) -> list[Gap]:
    """Count equal fingerprints, the most frequent first; lines that cannot be read are passed over."""
    times: Counter[tuple[Kind, str]] = Counter()
    last: dict[tuple[Kind, str], str] = {}
    for raw in lines:
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            line = msgspec.json.decode(raw, type=_Line)
            key = (line.kind, line.fingerprint)
            times[key] += 1
            last[key] = max(last.get(key, ""), line.day)
    ordered = sorted(times.items(), key=lambda item: (-item[1], item[0]))
    return [Gap(kind, found, count, last[kind, found]) for (kind, found), count in ordered]
