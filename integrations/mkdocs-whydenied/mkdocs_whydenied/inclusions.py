"""The line `::: whydenied scp-explicit-deny#fix`: finding it in a page, reading it, and writing what it stands for."""

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mkdocs_whydenied.dialect import plain, write
from whydenied.kb.catalogue import Catalogue
from whydenied.kb.links import article_link, is_external
from whydenied.kb.problems import did_you_mean
from whydenied.server.articles.inclusion import Inclusion, UnknownReference, include

__all__ = ["BadLine", "Line", "Named", "Pages", "named_in", "put_in"]

_BEGINS = re.compile(r"^(?P<indent>[ \t]*):{2,}[ \t]*whydenied\b(?P<rest>.*)$", re.I)
_LINE = re.compile(r"^ *::: whydenied +(?P<reference>[^\s=]+)(?P<options>(?: +[a-z]+=\S+)*) *$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_LEVEL = 2

# From an article's id and an anchor in it ('' for its beginning) to an address; None leaves the link's words alone.
Pages = Callable[[str, str], str | None]


class BadLine(Exception):
    """A line that names us and cannot be followed; the message says in which line and what to write."""


class Line(NamedTuple):
    """A line of a page: its number from 1, its indent, what it names, the level of the first heading, and the sections
    that are left out."""

    number: int
    indent: str
    reference: str
    level: int
    without: tuple[str, ...]


class Named(NamedTuple):
    """A line, and what it names."""

    line: Line
    inclusion: Inclusion


def named_in(markdown: str, catalogue: Catalogue) -> list[Named]:
    """Return the lines of a page that name something; those in code are none.

    Raises BadLine for the first that begins as ours does and cannot be followed: left as text it would be overlooked.
    """
    found: list[Named] = []
    for line in _lines_of(markdown):
        inclusion = _named(line, catalogue)
        if any(line.reference == other.line.reference for other in found):
            raise BadLine(f"{line.number}: `{line.reference}` is on the page already: two would have the same anchors")
        found.append(Named(line, inclusion))
    return found


def put_in(markdown: str, named: Sequence[Named], pages: Pages) -> str:
    """Put what is named in the place of the lines that name it. named: as found in this very page."""
    text = markdown.split("\n")
    for line, inclusion in named:
        text[line.number - 1] = textwrap.indent(_written(line, inclusion, pages), line.indent)
    return "\n".join(text)


def _lines_of(markdown: str) -> Iterator[Line]:
    fence = ""
    for number, line in enumerate(markdown.split("\n"), start=1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and (begins := _BEGINS.match(line)):
            yield _read(number, line, begins["indent"])


def _read(number: int, line: str, indent: str) -> Line:
    found = _LINE.match(line.rstrip())
    if found is None:
        raise BadLine(
            f"{number}: `{line.strip()}` cannot be read: write `::: whydenied ID`, `::: whydenied ID#SECTION`, and "
            "after it `level=1` to `level=6` or `without=SECTION,SECTION`"
        )
    level, without = _LEVEL, ()
    for option in found["options"].split():
        name, _, value = option.partition("=")
        if name == "level" and value in ("1", "2", "3", "4", "5", "6"):
            level = int(value)
        elif name == "without":
            without = tuple(value.split(","))
        else:
            hint = did_you_mean(name, ["level", "without"]) or "there are `level=1` to `level=6` and `without=SECTION`"
            raise BadLine(f"{number}: `{option}` is no option here: {hint}")
    return Line(number, indent, found["reference"], level, without)


def _named(line: Line, catalogue: Catalogue) -> Inclusion:
    try:
        found = include(catalogue, line.reference)
    except UnknownReference as error:
        raise BadLine(f"{line.number}: {error}") from None
    anchors = [part.anchor for part in found.parts if part.anchor]
    for name in line.without:
        if name not in anchors:
            hint = did_you_mean(name, anchors) or f"use one of {', '.join(anchors)}"
            raise BadLine(f"{line.number}: there is no section `{name}` to leave out: {hint}")
    return found


def _written(line: Line, inclusion: Inclusion, pages: Pages) -> str:
    article = inclusion.article

    def lead(href: str) -> str | None:
        if href.startswith("#"):
            return pages(article.id, href[1:])
        target = None if is_external(href) else article_link(href, article.path)
        return pages(target.id, target.anchor) if target else href

    written = [] if inclusion.section else [_heading(line.level, article.title, article.id)]
    below = line.level if inclusion.section else line.level + 1
    for part in inclusion.parts:
        if part.anchor in line.without and part.anchor:
            continue
        written += [_heading(below, part.title, f"{article.id}-{part.anchor}")] if part.title else []
        anchors = (f"{article.id}-{anchor}" for anchor in part.anchors)
        written.append(write(part.markdown, lead, below + 1, anchors))
    return "\n\n".join(written)


def _heading(level: int, title: str, anchor: str) -> str:
    return f"{'#' * min(level, 6)} {plain(title)} {{ #{anchor} }}"
