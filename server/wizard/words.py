"""What a few words tell: "my Lambda can't write to DynamoDB", "admin but denied", "it worked yesterday".

The questions' values say by which words they are meant (`words`). Of a question's values that one counts whose longest
word stands in the text; of equals the first in the author's order. What is said to work does not fail: "sso login works
but s3 denied" is about S3. Only answers come out of it, never the words.
"""

import re
from collections.abc import Iterable
from typing import Final

from whydenied.kb.article import Article

__all__ = ["Words"]

_MAX_TEXT: Final = 400
_BETWEEN = re.compile(r"[^a-z0-9]+")
_FAILING: Final = "failing"
# What comes before: it works.
_WORKS = re.compile(r" (?:works?|worked|ok|okay|fine|succeeds?|succeeded)(?: fine| well)? (?:but|yet|though|however) ")


class Words:
    """The words of all questions' values."""

    def __init__(self, questions: Iterable[Article]) -> None:
        self._meant = [
            (question.id, choice["value"], _plain(word))
            for question in questions
            for choice in question.meta["values"]
            for word in choice["words"]
        ]

    def read(self, text: str) -> dict[str, str]:
        """Return the answers that a text tells, by question; none for one without such words, or a long one."""
        if len(text) > _MAX_TEXT:
            return {}
        plain = _plain(text)
        works = _WORKS.search(plain)
        fails = plain[works.end() - 1 :] if works else plain
        best: dict[str, tuple[int, str]] = {}
        for question, value, word in self._meant:
            if word in (fails if question == _FAILING else plain) and len(word) > best.get(question, (0, ""))[0]:
                best[question] = (len(word), value)
        return {question: value for question, (_, value) in best.items()}


def _plain(text: str) -> str:
    """Return the words of a text with one blank around each, in lower case, without signs."""
    return f" {_BETWEEN.sub(' ', text.lower().replace(chr(39), '')).strip()} "
