"""Templates spelt as messages are: a word that stands nowhere else in the content is looked at twice.

A template that no message can match is noticed by nobody: whoever meets the message is told nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.problems import Problem

__all__ = ["misspelt"]

# Words of a template or a text; one that touches a bracket is a piece of a word.
_WORD = re.compile(r"(?<![\w)\]|])[A-Za-z]{2,}(?![\w(\[|])")
# What a message need not hold, and what stands for names.
_OPEN = re.compile(r"\{[a-z_]+\}|(?<!\\)\[[^\[\]]*(?<!\\)\]")
# The fields of a pattern that are text.
_TEXTS = ("title", "summary", "keywords", "templates", "near_misses", "codes", "services")


def misspelt(catalogue: Catalogue, only: Collection[str] = ()) -> Iterator[Problem]:
    """Yield the words of templates with which no word of the rest begins; only: of the articles with these ids."""
    held = Counter(word for article in catalogue.articles.values() for word in _words_of(article))
    for pattern in catalogue.of("pattern"):
        for number, template in enumerate(pattern.meta["templates"]):
            own = _words(template)
            for word in _words(_OPEN.sub(" ", template)) if not only or pattern.id in only else ():
                if held[word] == own.count(word) and not any(one.startswith(word) and one != word for one in held):
                    message = f"has `{word}`, which stands nowhere else"
                    instead = "spell it as the message does, and add an example that has it"
                    yield Problem(pattern.file, None, f"templates[{number}]", message, instead)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _words_of(article: Article) -> Iterator[str]:
    yield from _words(article.body)
    for text in _texts(article):
        yield from _words(text)


def _texts(article: Article) -> Iterator[str]:
    meta = article.meta
    for name in _TEXTS:
        value = meta.get(name, "")
        yield from [value] if isinstance(value, str) else value
    for example in [*meta.get("examples", []), *([meta["example"]] if "example" in meta else [])]:
        yield example["text"]
