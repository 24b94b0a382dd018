"""An article's Markdown as docutils nodes: what the host knows, so that every builder of it can write them.

Sphinx then does the rest: its search sees the words, its highlighter colours the code, its table of contents lists
the sections.
"""

from collections.abc import Callable, Sequence

from docutils import nodes
from markdown_it.tree import SyntaxTreeNode

from whydenied.kb.highlighting import LANGUAGES
from whydenied.kb.outline import parser

__all__ = ["blocks"]

# From the address of a link as it is written to the node that takes its words; None leaves the words alone.
Link = Callable[[str], nodes.Element | None]

_NOTES = {
    "note": nodes.note,
    "tip": nodes.tip,
    "important": nodes.important,
    "warning": nodes.warning,
    "caution": nodes.caution,
}
_SPANS = {"em": nodes.emphasis, "strong": nodes.strong}


def blocks(markdown: str, link: Link) -> list[nodes.Node]:
    """Make the nodes of a text. Headings in it become rubrics: the sections are the directive's."""
    return _blocks(SyntaxTreeNode(parser().parse(markdown)).children, link)


def _blocks(found: Sequence[SyntaxTreeNode], link: Link) -> list[nodes.Node]:
    return [made for node in found if (made := _block(node, link)) is not None]


def _block(node: SyntaxTreeNode, link: Link) -> nodes.Node | None:
    if node.type in ("paragraph", "heading"):
        kind = nodes.paragraph if node.type == "paragraph" else nodes.rubric
        return kind("", "", *_inline(node.children[0].children if node.children else (), link))
    if node.type == "bullet_list":
        return nodes.bullet_list("", *_items(node, link), bullet="-")
    if node.type == "ordered_list":
        start = int(node.attrs.get("start", 1))
        return nodes.enumerated_list("", *_items(node, link), enumtype="arabic", start=start, prefix="", suffix=".")
    if node.type in ("fence", "code_block"):
        return _code(node)
    if node.type == "blockquote":
        kind = _NOTES.get(node.meta.get("admonition", ""), nodes.block_quote)
        return kind("", *_blocks(node.children, link))
    if node.type == "table":
        return _table(node, link)
    return nodes.transition() if node.type == "hr" else None


def _items(node: SyntaxTreeNode, link: Link) -> list[nodes.Node]:
    return [nodes.list_item("", *_blocks(item.children, link)) for item in node.children]


def _code(node: SyntaxTreeNode) -> nodes.literal_block:
    code = node.content.rstrip("\n")
    named = (node.info.split() or ["text"])[0] if node.type == "fence" else "text"
    language = named if named in LANGUAGES else "text"
    # `force`: an ellipsis in a policy is no mistake that a build should warn of.
    return nodes.literal_block(code, code, language=language, force=True)


def _table(node: SyntaxTreeNode, link: Link) -> nodes.table:
    groups = [
        (nodes.thead() if part.type == "thead" else nodes.tbody(), [_row(row, link) for row in part.children])
        for part in node.children
    ]
    for part, rows in groups:
        part += rows
    columns = len(node.children[0].children[0].children)
    width = 100 // columns
    group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for _ in range(columns)], cols=columns)
    group += [part for part, _ in groups]
    return nodes.table("", group)


def _row(row: SyntaxTreeNode, link: Link) -> nodes.row:
    cells = [_inline(cell.children[0].children if cell.children else (), link) for cell in row.children]
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells])


def _inline(found: Sequence[SyntaxTreeNode], link: Link) -> list[nodes.Node]:
    return [made for node in found for made in _span(node, link)]


def _span(node: SyntaxTreeNode, link: Link) -> list[nodes.Node]:
    if node.type in _SPANS:
        return [_SPANS[node.type]("", "", *_inline(node.children, link))]
    if node.type == "link":
        words, target = _inline(node.children, link), link(str(node.attrs["href"]))
        if target is None:
            return words
        target += nodes.inline("", "", *words) if target.tagname == "pending_xref" else words
        return [target]
    if node.type == "code_inline":
        return [nodes.literal(node.content, node.content)]
    return [nodes.Text(" " if node.type in ("softbreak", "hardbreak") else node.content)]
