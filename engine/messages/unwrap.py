"""Peel what terminals, logs, boxes and markup put around a message, until the message itself is plain text.

The steps run in a fixed order (STEPS); each is one regular expression whose work grows linearly with the text.
Sources of the shapes: the formats in which SDKs, the AWS CLI, Terraform, log shippers and chat tools print a message.
"""

import re
from collections.abc import Callable
from itertools import pairwise

from engine.messages.text import Text

__all__ = ["unwrap"]

_ANSI = re.compile(r"(?:\x1b|\\u001[bB]|\\x1[bB]|\\033|\^\[)(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07\n]{0,200}\x07)")
_CONTROL = re.compile(r"\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f​-‏‪-‮⁠﻿­]+")
_SPACES = re.compile("[\t\xa0  - 　]")
_QUOTES = re.compile("[‘’‚‛“”„‟′″«»]")
_QUOTE_FOR = dict.fromkeys("“”„‟″«»", '"')
_ESCAPE = re.compile(
    r"\\+(?:u00(?P<hex>[0-9a-fA-F]{2})|(?P<letter>[nrt])(?![a-z]{2,}\\)|(?P<char>[\"'/<>&`*_\\]))"
    r"|&(?:(?P<name>quot|apos|amp|lt|gt|nbsp|ldquo|rdquo|lsquo|rsquo|#\d{1,4}|#x[0-9a-fA-F]{1,4});)+?"
)
_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "ldquo": '"', "rdquo": '"'}
_ENTITIES |= {"lsquo": "'", "rsquo": "'"}
_MARKUP = re.compile(
    r"</?(?:br|p|div|span|code|pre|b|strong|tt|kbd|mark|samp)(?:\s[^<>\n]{0,200})?\s?/?>|(?<!\*)\*\*(?!\*)|`+"
)
_BOX = re.compile(r"^[ ]*(?:(?:[│┃║╷╵╭╰├└|]|>|#{1,6}|//|\*)(?:[ ]+|$))+|[ ]*[│┃║]+[ ]*$", re.M)
_LOG = re.compile(
    r"^[ ]*(?:[\w.-]{1,60}[ ]*\|[ ]+)?"
    r"(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?[^\s\]]{0,20}\]?[ ]+"
    r"|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w./-]{1,80}\][ ]?)"
    r"(?:\[?(?:INFO|ERROR|ERR|WARN|WARNING|DEBUG|FATAL|TRACE|NOTICE)\b\]?:?[ ]+)?(?:\[[^\]\n]{1,80}\][ :]*)?",
    re.M,
)
_RUNS = re.compile(r"[ ]*\n\s*|[ ]{2,}")


def unwrap(paste: str) -> Text:
    """Return the plain text of a paste; white space is single spaces and single line ends."""
    text = Text(paste)
    for step in STEPS:
        step(text)
    return text


def _colours(text: Text) -> None:
    if "\x1b" in text.value or "\\" in text.value or "^[" in text.value:
        text.sub(_ANSI, "")


def _characters(text: Text) -> None:
    text.sub(_CONTROL, lambda m: "\n" if m.group()[0] == "\r" else "")
    if not text.value.isascii():
        text.sub(_QUOTES, lambda m: _QUOTE_FOR.get(m.group(), "'"))
    text.sub(_SPACES, " ")


def _escapes(text: Text) -> None:
    """Undo JSON and HTML escapes; logs nest them, so up to three times."""
    for _ in range(3):
        before = text.value
        if "\\" not in before and "&" not in before:
            return
        text.sub(_ESCAPE, _unescape)
        if text.value == before:
            return


def _unescape(match: re.Match[str]) -> str:
    code, letter, char, name = match.group("hex", "letter", "char", "name")
    if code:
        return chr(int(code, 16))
    if letter:
        return " " if letter == "t" else "\n"
    if char:
        return char
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return chr(number) if 31 < number < 0xD800 else " "
    return _ENTITIES[name]


def _markup(text: Text) -> None:
    text.sub(_MARKUP, lambda m: "\n" if m.group().lower().startswith(("<br", "<p", "</p", "<div", "</div")) else "")


def _line_prefixes(text: Text) -> None:
    """Take Terraform's box, quote and comment marks and log prefixes off each line."""
    text.sub(_BOX, "")
    text.sub(_LOG, "")


# The words a denial is made of: they tell a word that a terminal cut in two from two words on two lines.
_WORDS = frozenset(
    "user is not authorized to perform on resource with an a explicit deny in the because no identity-based identity"
    " resource-based session policy policies permissions boundary service control endpoint vpc role trust allows action"
    " error occurred when calling operation you are this encoded authorization failure message access denied api status"
    " code request id response https reached max retries that does exist region or explicitly denies associated"
    " ciphertext requestid statuscode hostid creating reading updating deleting invalid token expired included security"
    " provided has been and for failed".split()
)
_TAIL = re.compile(r"[^\s\"'(]{1,200}\Z")
_HEAD = re.compile(r"[^\s\"')<]{1,200}")
_TRIM = ".,:;()\"'<>"


def _wraps(text: Text) -> None:
    """Join words and ARNs that a terminal cut at its right edge; other line ends stay."""
    lines = text.value.split("\n")
    if len(lines) < 2:
        return
    width = max(map(len, lines))
    cuts: list[bool] = [
        _was_cut(line, following, len(line) == width and width >= 40) for line, following in pairwise(lines)
    ]
    if any(cuts):
        wanted = iter(cuts)
        text.sub(re.compile("\n"), lambda m: "" if next(wanted) else "\n")


def _was_cut(line: str, following: str, full: bool) -> bool:
    """Tell whether a line end fell inside a word. full: the line reaches the right edge of the text."""
    tail, head = _TAIL.search(line[-200:]), _HEAD.match(following)
    if not tail or not head or not (full or tail.group().endswith("-")):
        return False
    left, right = tail.group().strip(_TRIM).lower(), head.group().strip(_TRIM).lower()
    if (left + right) in _WORDS:
        return True
    if left in _WORDS or right in _WORDS:
        return False
    return full or ":" in left or "/" in left


def _runs(text: Text) -> None:
    text.sub(_RUNS, lambda m: "\n" if "\n" in m.group() else " ")


STEPS: tuple[Callable[[Text], None], ...] = (
    _colours,
    _characters,
    _escapes,
    _markup,
    _line_prefixes,
    _wraps,
    _runs,
)
