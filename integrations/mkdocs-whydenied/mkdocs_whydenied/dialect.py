"""An article's Markdown in the dialect that MkDocs reads.

Articles are CommonMark, MkDocs reads Python-Markdown: lists are indented by four, notes begin with `!!!`, a heading's
anchor stands in braces. So the article is parsed and written out again, block by block, and what a host's own
extensions would take for a mark is made harmless.
"""

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from whydenied.kb.admonitions import ADMONITIONS
from whydenied.kb.highlighting import LANGUAGES
from whydenied.kb.outline import parser

__all__ = ["plain", "write"]

# From the address of a link as it is written to the one it gets; None takes the link out and leaves its words.
Lead = Callable[[str], str | None]

_ESCAPED = re.compile(r"[\\`*_{}\[\]|]")
_ENTITIES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;", "^": "&#94;", "$": "&#36;", "=": "&#61;"}
)
_AT_START = re.compile(r"^(?:([#+\-:!])|(\d+)([.)]))")
# Material has no look for these two of the code hosts' kinds.
_KINDS = {"important": "info", "caution": "danger"}
_DEEPEST = 6


def write(markdown: str, lead: Lead, level: int, anchors: Iterable[str] = ()) -> str:
    """Write CommonMark as Python-Markdown.

    level: the one that a heading of the third level gets. anchors: what the headings are to be reached by, in order.
    """
    return _blocks(SyntaxTreeNode(parser().parse(markdown)).children, _Writer(lead, level - 3, iter(anchors)))


def plain(text: str) -> str:
    """Write plain text so that nothing in it is taken for a mark."""
    return _ESCAPED.sub(r"\\\g<0>", text.translate(_ENTITIES))


class _Writer:
    """Where links lead, how far headings are moved down, and the anchors of those still to come."""

    def __init__(self, lead: Lead, shift: int, anchors: Iterator[str]) -> None:
        self.lead, self.shift, self.anchors = lead, shift, anchors


def _blocks(nodes: Sequence[SyntaxTreeNode], to: _Writer) -> str:
    return "\n\n".join(filter(None, (_block(node, to) for node in nodes)))


def _block(node: SyntaxTreeNode, to: _Writer) -> str:
    if node.type in ("paragraph", "heading"):
        text = _inline(node.children[0].children, to) if node.children else ""
        if node.type == "paragraph":
            return _AT_START.sub(_harmless, text)
        anchor = next(to.anchors, "")
        mark = "#" * min(max(int(node.tag[1]) + to.shift, 1), _DEEPEST)
        return f"{mark} {text}" + (f" {{ #{anchor} }}" if anchor else "")
    if node.type in ("bullet_list", "ordered_list"):
        return _list(node, to)
    if node.type in ("fence", "code_block"):
        return _fence(node.content, (node.info.split() or ["text"])[0] if node.type == "fence" else "text")
    if node.type == "blockquote":
        return _quote(node, to)
    if node.type == "table":
        return _table(node, to)
    return "* * *" if node.type == "hr" else ""


def _harmless(start: re.Match[str]) -> str:
    if start[2]:
        return f"{start[2]}\\{start[3]}" if start[3] == "." else f"{start[2]}&#41;"
    return f"&#{ord(start[1])};"


def _list(node: SyntaxTreeNode, to: _Writer) -> str:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    items, loose = [], False
    for place, item in enumerate(node.children):
        mark = f"{number + place}." if number else "-"
        blocks = [_block(child, to) for child in item.children]
        loose = (
            loose or len(blocks) > 1 or any(child.type == "paragraph" and not child.hidden for child in item.children)
        )
        body = textwrap.indent("\n\n".join(blocks), "    ")
        items.append(f"{mark:<4}{body[4:]}")
    return ("\n\n" if loose else "\n").join(items)


def _fence(code: str, language: str) -> str:
    language = language if language in LANGUAGES else "text"
    mark = "```"
    while mark in code:
        mark += "`"
    return f"{mark}{language}\n{code.rstrip()}\n{mark}"


def _quote(node: SyntaxTreeNode, to: _Writer) -> str:
    inside = _blocks(node.children, to)
    name = node.meta.get("admonition")
    if name:
        body = textwrap.indent(inside, "    ")
        return f'!!! {_KINDS.get(name, name)} "{ADMONITIONS[name]}"\n\n{body}'
    return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))


def _table(node: SyntaxTreeNode, to: _Writer) -> str:
    rows = [row for part in node.children for row in part.children]
    written = [
        [_inline(cell.children[0].children, to) if cell.children else "" for cell in row.children] for row in rows
    ]
    head, *body = [f"| {' | '.join(cells)} |" for cells in written]
    marks = "| " + " | ".join(_align(cell) for cell in rows[0].children) + " |"
    return "\n".join([head, marks, *body])


def _align(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return {"text-align:center": ":---:", "text-align:right": "---:"}.get(style, "---")


def _inline(nodes: Sequence[SyntaxTreeNode], to: _Writer) -> str:
    return "".join(_span(node, to) for node in nodes)


def _span(node: SyntaxTreeNode, to: _Writer) -> str:
    if node.type in ("em", "strong"):
        mark = "*" if node.type == "em" else "**"
        return f"{mark}{_inline(node.children, to)}{mark}"
    if node.type == "link":
        words, address = _inline(node.children, to), to.lead(str(node.attrs["href"]))
        return words if address is None else f"[{words}]({address.replace('(', '%28').replace(')', '%29')})"
    if node.type == "code_inline":
        return f"`` {node.content} ``" if "`" in node.content else f"`{node.content}`"
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "  \n"
    return plain(node.content)
