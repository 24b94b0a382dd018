"""Words of a text as the search sees them: one way for indexing, counting, matching and highlighting.

AWS names are words inside words: `iam:PassRole` is found by itself, by `passrole`, by `pass` and by `role`.
British spelling is folded into American. The stem of a word is the index's business (`kb.index`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["STOP_WORDS", "QueryPiece", "fold", "pieces"]


class QueryPiece(NamedTuple):
    """A word of the text as written, and where it stands; whole: it is a compound, whose parts follow."""

    text: str
    start: int
    end: int
    whole: bool


_STOP = """
a about an and any are arent as at be because been but by can cant could couldnt did didnt do does doesnt dont for
from had has hasnt have havent how hows i if im in into is isnt it its ive me my no not of on or our out shouldnt so
such that the their then there these they this to was wasnt we were what whats when where which while who why will
with wont would wouldnt you your
"""
STOP_WORDS = frozenset(_STOP.split())

# An ARN is taken apart at every sign; `service:Action`, `aws:ContextKey` and `get-caller-identity` are words with
# words inside; the rest is plain words.
_TOKEN = re.compile(
    r"(?P<arn>\barn:[^\s\"'`,;<>]+)"
    r"|(?P<name>\b[a-z][a-z0-9-]{1,40}:[A-Za-z][A-Za-z0-9]+\b)"
    r"|(?P<joined>\b[a-z][a-z0-9]*(?:-[a-z0-9]+){1,8}\b)"
    r"|[^\W_]+"
)
_WORD = re.compile(r"[^\W_]+")
# Case marks the parts; digits stay with what stands before them (`S3Bucket`, `GetObjectV2`). Of the id of a key, a role
# or a user its kind is a word.
_PART = re.compile(
    r"A(?:KIA|SIA|ROA|IDA)(?=[A-Z0-9]{4})|[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+|[^\W_A-Za-z0-9]+"
)
# Letters with accents: other languages put words together without a change of case, and no name of AWS's has one.
_ACCENTED = re.compile(r"[\u00c0-\u024f]")

_SPELLINGS = (
    (re.compile(r"is(e|ed|es|ing|ation|ations|er|ers)$"), r"iz\1"),
    (re.compile(r"ys(e|ed|es|ing|er)$"), r"yz\1"),
    (re.compile(r"our(s|ed|ing|al|ite)?$"), r"or\1"),
    (re.compile(r"(ic|f)ence(s|d)?$"), r"\1ense\2"),
    (re.compile(r"ll(ed|ing)$"), r"l\1"),
    (re.compile(r"^denials?$"), "denied"),  # the one irregular noun that everybody here uses
)


def pieces(text: str) -> Iterator[QueryPiece]:
    """Yield the words of a text in order: each compound as a whole, then its parts."""
    for match in _TOKEN.finditer(text):
        if match["arn"]:
            for word in _WORD.finditer(text, match.start(), match.end()):
                yield QueryPiece(word[0], word.start(), word.end(), False)
            continue
        parts = [
            QueryPiece(part[0], part.start(), part.end(), False)
            for word in _WORD.finditer(text, match.start(), match.end())
            for part in _parts(text, word)
        ]
        if match["name"]:
            yield QueryPiece(match[0], match.start(), match.end(), True)
            action = match[0].index(":") + 1
            if len(parts) > 2:
                yield QueryPiece(match[0][action:], match.start() + action, match.end(), True)
        elif len(parts) > 1:
            yield QueryPiece(match[0], match.start(), match.end(), True)
        yield from parts


def _parts(text: str, word: re.Match[str]) -> Iterable[re.Match[str]]:
    return (word,) if _ACCENTED.search(word[0]) else _PART.finditer(text, word.start(), word.end())


def fold(word: str) -> str:
    """Return a word in lower case and American spelling, or '' where it says nothing (stop words, long numbers)."""
    word = word.lower()
    if word in STOP_WORDS or (len(word) == 1 and word.isascii()) or (word.isdigit() and len(word) > 5):
        return ""
    if len(word) > 4:
        for pattern, american in _SPELLINGS:
            word = pattern.sub(american, word)
    return word[:64]
