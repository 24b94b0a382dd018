"""What a Markdown body is made of: its headings with anchors, its links, its sections.

Checking, rendering and indexing share this, so that an anchor is the same in all three.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from whydenied.kb.admonitions import admonitions

__all__ = ["Heading", "Link", "Section", "Slugs", "headings", "inline_text", "links", "parser", "sections", "tokens_of"]


class Heading(msgspec.Struct, frozen=True):
    """A heading; line counts from 1 within the body."""

    level: int
    id: str
    text: str
    line: int


class Link(msgspec.Struct, frozen=True):
    """A link or an image in the body; line counts from 1 within the body."""

    href: str
    line: int
    image: bool = False


class Section(msgspec.Struct):
    """What stands under one heading, up to the next; anchor and title are '' before the first."""

    anchor: str = ""
    title: str = ""
    text: str = ""
    code: str = ""


class Slugs:
    """Anchors as code hosts make them, each once: `Why it's so` is `why-its-so`, the next one `why-its-so-1`."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._last: dict[str, int] = {}

    def slug(self, text: str) -> str:
        """Return the anchor of the next heading with this text."""
        base = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-") or "section"
        slug, number = base, self._last.get(base, 0)
        while slug in self._seen:
            number += 1
            slug = f"{base}-{number}"
        # Where the next of the same words begins to look: of ten thousand alike each looks once.
        self._last[base] = number
        self._seen.add(slug)
        return slug


@cache
def parser() -> MarkdownIt:
    """Return the Markdown dialect of the articles: CommonMark, tables, admonitions, addresses; raw HTML is off."""
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "linkify"])
    # Only what is written out as an address: `kms.amazonaws.com` is a principal, not a page.
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})  # type: ignore[union-attr]
    return markdown.use(admonitions)


@lru_cache(maxsize=1_000)
def tokens_of(body: str) -> Sequence[Token]:
    """Return the tokens of a body, to be read and not changed: the many checks of an article share them."""
    return parser().parse(body)


def inline_text(token: Token) -> str:
    """Return an inline token's text without its markup."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "text_special", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def headings(tokens: Sequence[Token]) -> list[Heading]:
    """Return the headings in order."""
    slugs, found = Slugs(), []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = inline_text(inline)
            found.append(Heading(int(opening.tag[1]), slugs.slug(text), text, (opening.map or [0])[0] + 1))
    return found


def links(tokens: Sequence[Token]) -> list[Link]:
    """Return every link and image in order."""
    found = []
    for token in tokens:
        line = (token.map or [0])[0] + 1
        for child in token.children or ():
            if child.type == "link_open":
                found.append(Link(str(child.attrs["href"]), line))
            elif child.type == "image":
                found.append(Link(str(child.attrs["src"]), line, image=True))
    return found


def sections(tokens: Sequence[Token]) -> list[Section]:
    """Split a body at its headings into sections of plain text and code."""
    anchors = iter(headings(tokens))
    result = [Section()]
    in_heading = False
    for token in tokens:
        if token.type == "heading_open":
            heading, in_heading = next(anchors), True
            result.append(Section(heading.id, heading.text))
        elif token.type == "heading_close":
            in_heading = False
        elif token.type == "inline" and not in_heading:
            result[-1].text += inline_text(token) + "\n"
        elif token.type in ("fence", "code_block"):
            result[-1].code += token.content + "\n"
    return result
