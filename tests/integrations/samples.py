"""What the integrations are tried on: every part of every article, and its words by the reference renderer."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

from whydenied.kb.catalogue import Catalogue, load_catalogue
from whydenied.kb.outline import parser
from whydenied.server.articles.parts import Part, article_parts


@cache
def catalogue() -> Catalogue:
    """Our own articles."""
    return load_catalogue()


def every_part() -> Iterator[tuple[str, Part]]:
    """Yield every part of every article, with the article's path."""
    for article in catalogue().articles.values():
        for part in article_parts(article, catalogue()):
            yield article.path, part


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def words_of_html(html: str) -> str:
    """Return the letters, digits and marks of HTML's text, without white space."""
    text = _Text()
    text.feed(html)
    return squeezed("".join(text.texts))


def words_of_markdown(markdown: str) -> str:
    """Return the same of CommonMark, as our own renderer reads it."""
    return words_of_html(str(parser().render(markdown)))


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return re.sub(r"\s+", "", text)
