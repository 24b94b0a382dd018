"""The Markdown source of a body, cut at its headings and with its links led elsewhere.

For those who take the Markdown itself: the `.md` of a page, and the builders of other people's documentation.
"""

import re
from collections.abc import Callable, Sequence

import msgspec

from whydenied.kb.links import article_link
from whydenied.kb.outline import Heading, headings, parser

__all__ = ["BodyPiece", "cut", "relink"]

# A link's target between its brackets; and what is code, where brackets are just text.
_FENCE = re.compile(r"^[ >]*(`{3,}|~{3,})", re.MULTILINE)
_LINK_OR_CODE = re.compile(r"(?P<code>(?P<ticks>`+)[^`]+(?P=ticks))|\]\((?P<target>[^()\s]+)\)")

_TOP = 2

# From (kind, id, anchor) of an article, and '' as kind and id for a heading of the same body, to an address; None
# takes the link out and leaves its words.
Lead = Callable[[str, str, str], str | None]


class BodyPiece(msgspec.Struct, frozen=True):
    """A heading of the second level with all that stands under it; what is before the first has no title.

    anchors: those of the deeper headings in it, in their order.
    """

    anchor: str
    title: str
    markdown: str
    anchors: tuple[str, ...] = ()


def cut(body: str) -> list[BodyPiece]:
    """Cut a body at its headings of the second level."""
    outline = headings(parser().parse(body))
    tops = [heading for heading in outline if heading.level <= _TOP]
    lines = body.split("\n")
    ends = [*(heading.line - 1 for heading in tops), len(lines)]
    pieces = [BodyPiece("", "", "\n".join(lines[: ends[0]]).strip())]
    for top, end, below in zip(tops, ends[1:], _below(outline), strict=True):
        pieces.append(BodyPiece(top.id, top.text, "\n".join(lines[top.line : end]).strip(), below))
    return [piece for piece in pieces if piece.title or piece.markdown]


def _below(outline: Sequence[Heading]) -> list[tuple[str, ...]]:
    """Return the anchors of the deeper headings under each one of the second level, in one walk."""
    found: list[list[str]] = []
    for heading in outline:
        if heading.level <= _TOP:
            found.append([])
        elif found:
            found[-1].append(heading.id)
    return [tuple(anchors) for anchors in found]


def relink(markdown: str, path: str, lead: Lead) -> str:
    """Lead every link between articles in the Markdown of the article at this path to where `lead` says."""
    parts: list[str] = []
    block: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        marker = _FENCE.match(line)
        if fence or marker or not line.strip():
            parts += [*_relinked(block, path, lead), line]
            block = []
            if marker and (not fence or marker[1].startswith(fence)):
                fence = "" if fence else marker[1]
        else:
            block.append(line)
    return "\n".join([*parts, *_relinked(block, path, lead)])


def _relinked(block: list[str], path: str, lead: Lead) -> list[str]:
    """Relink lines without a blank one between them: a link may be broken across two."""
    text = "\n".join(block)
    done, written = 0, []
    for found in _LINK_OR_CODE.finditer(text):
        opening = -1 if found["code"] else _opening(text, found.start())
        address = found["target"] if opening < done else _address(found["target"], path, lead)
        if address == found["target"]:
            continue
        words = text[opening + 1 : found.start()]
        written.append(text[done:opening] + (words if address is None else f"[{words}]({address})"))
        done = found.end()
    return [*"".join([*written, text[done:]]).split("\n")] if block else []


def _address(target: str, path: str, lead: Lead) -> str | None:
    if target.startswith("#"):
        return lead("", "", target[1:])
    article = article_link(target, path)
    return target if article is None else lead(article.kind, article.id, article.anchor)


def _opening(line: str, closing: int) -> int:
    """Return where the bracket opens that closes here; -1 where none does."""
    depth = 0
    for place in range(closing, -1, -1):
        if line[place] == "]" and (place == closing or line[place - 1] != "\\"):
            depth += 1
        elif line[place] == "[" and (place == 0 or line[place - 1] != "\\"):
            depth -= 1
            if depth == 0:
                return place
    return -1
