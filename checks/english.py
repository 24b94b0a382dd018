"""Plain English: turns of phrase that make a native reader stop, and what to write in their place.

The list holds what readers of these pages stumbled over; a page, a template or a message with one of them is refused.
"""

import re
from collections.abc import Iterator

from whydenied.kb.article import Article
from whydenied.kb.problems import Problem

__all__ = ["english_problems", "idioms_in"]

_INSTEAD = {
    r"lea(?:ve|ves|ving|ft) (?:it|them|this|that|one) away": "leave out",
    r"dear(?:er|est)": "costs more, costs most",
    r"in your face": "at once",
    r"anew": "again",
    r"behind (?:your|their|our) backs?": "without telling you",
    r"cur(?:ed|es) by": "fixed by",
    r"stands? in (?!for\b|the way\b|front\b|your way\b|its way\b|one line\b|it with\b|place\b)": "is in",
    r"(?:is|are) (?:not|never|nowhere) told(?! to\b| apart\b| otherwise\b| that\b)": "is said",
    r"spares? (?:you|the|a|us)": "saves",
    r"besides": "as well, also",
    r"in vain": "without effect",
    r"page is not yours": "that page is about another problem",
    r"so to say": "leave it out",
    r"as good as (?!any|the )": "almost",
    r"(?:is|are) no use": "does not help",
    r"comes? to nothing": "has no effect",
    r"to and fro": "back and forth",
    r"by and by": "after a while",
    r"no wonder": "leave it out",
    r"it lies in": "it is in, it is because of",
    r"lies in (?:the|a|its|their) (?:policy|trust|statement|bucket|role|account)": "is in",
    r"on the one hand": "say both in two sentences",
    r"holds? good": "is true",
    r"an own": "of your own, of its own",
}
_LISTED = [
    (re.compile(rf"\b{idiom}\b" if idiom[-1].isalnum() else rf"\b{idiom}", re.IGNORECASE), instead)
    for idiom, instead in _INSTEAD.items()
]
# The front matter's fields that people read as sentences.
_PROSE = frozenset(
    "title summary fix verify owner answer because why ask find_out console label says side not_evaluated".split()
)
_CODE = re.compile(r"`[^`\n]*`|\]\([^)\n]*\)")


def idioms_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line from 1, the words, what to write instead) for each such phrase outside code."""
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            prose = _CODE.sub("`…`", line)
            for pattern, instead in _LISTED:
                for found in pattern.finditer(prose):
                    yield number, found[0].strip(), instead


def english_problems(article: Article) -> Iterator[Problem]:
    """Yield the phrases of an article's sentences that are not plain English."""
    for line, words, instead in idioms_in(article.body):
        yield _problem(article, article.body_line + line - 1, "body", words, instead)
    for field, text in _sentences(article.meta, ""):
        for _, words, instead in idioms_in(text):
            yield _problem(article, None, field, words, instead)


def _problem(article: Article, line: int | None, field: str, words: str, instead: str) -> Problem:
    return Problem(article.file, line, field, f"says `{words}`, which is no plain English", f"write: {instead}")


def _sentences(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str) and name in _PROSE:
                yield f"{field}{name}", item
            else:
                yield from _sentences(item, f"{field}{name}.")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _sentences(item, f"{field.rstrip('.')}[{number}].")
