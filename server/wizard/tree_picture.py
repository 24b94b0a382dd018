"""The decision tree as a picture: SVG from left to right, questions as boxes, ends as causes in their gate's colour.

A simple layered layout is enough: every end gets a row, a question stands beside its first branch, so that the picture
begins at its top left. Every box is a link, and the page has the same tree as text beside it.
"""

import textwrap
from collections.abc import Callable
from html import escape

import msgspec

from whydenied.engine.inquiry.tree import Branch, Node
from whydenied.kb.catalogue import Catalogue

__all__ = ["Leaf", "TreeText", "svg", "tree_text"]

_COLUMN, _ROW, _BOX = 440, 46, 226
_MARGIN = 12
_BRANCH_CHARS, _QUESTION_CHARS, _LEAF_CHARS = 30, 28, 31

Address = Callable[[tuple[tuple[str, str], ...]], str]


class Leaf(msgspec.Struct, frozen=True):
    """An end of the tree, in words: the cause that is first there, and whether more would be asked."""

    cause: str
    title: str
    gate: str
    cut: bool


class TreeText(msgspec.Struct, frozen=True):
    """The tree as text: a question and its branches by the words of their answers, or an end."""

    question: str
    address: str
    branches: tuple[tuple[str, "TreeText"], ...]
    leaf: Leaf | None


def tree_text(node: Node, catalogue: Catalogue, address: Address) -> TreeText:
    """Put a tree into the words of the articles."""
    if not node.question:
        return TreeText("", address(node.answers), (), _leaf(node, catalogue))
    article = catalogue.get("question", node.question)
    assert article is not None, node.question
    labels = {choice["value"]: choice["label"] for choice in article.meta["values"]}
    branches = tuple(
        (" / ".join(labels[value] for value in branch.values), tree_text(branch.to, catalogue, address))
        for branch in node.branches
    )
    return TreeText(article.title, address(node.answers), branches, None)


def _leaf(node: Node, catalogue: Catalogue) -> Leaf:
    cause = node.causes[0][0] if node.causes else ""
    article = catalogue.get("cause", cause)
    if article is None:
        return Leaf("", "No cause is left", "none", node.cut)
    return Leaf(cause, article.title, article.meta["gate"], node.cut)


def svg(node: Node, catalogue: Catalogue, address: Address, title: str) -> str:
    """Draw a tree."""
    parts: list[str] = []
    depth = _depth(node)
    width = depth * _COLUMN + _BOX + 2 * _MARGIN
    height = node.leaves * _ROW + 2 * _MARGIN
    _draw(node, tree_text(node, catalogue, address), 0, _MARGIN, parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tree" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="group" aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, (branch.to for branch in node.branches))) if node.branches else 0


def _draw(node: Node, words: TreeText, column: int, top: float, parts: list[str]) -> float:
    """Draw a node and all below it; return the height of its middle."""
    x = _MARGIN + column * _COLUMN
    if not node.branches:
        middle = top + _ROW / 2
        parts.append(_box(x, middle, words))
        return middle
    middles: list[float] = []
    below = top
    for branch in node.branches:
        child = next(text for label, text in words.branches[len(middles) : len(middles) + 1])
        middles.append(_draw(branch.to, child, column + 1, below, parts))
        below += branch.to.leaves * _ROW
    middle = middles[0]
    for (label, _), branch, target in zip(words.branches, node.branches, middles, strict=True):
        parts.append(_edge(x + _BOX, middle, x + _COLUMN, target, label, branch))
    parts.append(_box(x, middle, words))
    return middle


def _edge(x1: float, y1: float, x2: float, y2: float, label: str, branch: Branch) -> str:
    turn = x1 + 16
    weight = 1 + round(3 * branch.share, 1)
    text = _lines(label, _BRANCH_CHARS, 2)
    return (
        f'<path class="edge" d="M{x1} {y1:g}H{turn}V{y2:g}H{x2}" stroke-width="{weight}"/>'
        f'<g class="label">{_text(x1 + 30, y2 - 4 if len(text) == 1 else y2 - 17, text, 12)}</g>'
    )


def _box(x: float, middle: float, words: TreeText) -> str:
    leaf = words.leaf
    lines = _lines(leaf.title, _LEAF_CHARS, 2) if leaf else _lines(words.question, _QUESTION_CHARS, 2)
    if leaf and leaf.cut:
        lines = [*lines[:1], "… more is asked here"] if len(lines) > 1 else [*lines, "… more is asked here"]
    height = _ROW - 8
    kind = f"end g-{leaf.gate}" if leaf else "question"
    href = f"/articles/{leaf.cause}" if leaf and leaf.cause and not leaf.cut else words.address
    return (
        f'<a href="{escape(href)}" class="{kind}"><title>{escape(leaf.title if leaf else words.question)}</title>'
        f'<rect x="{x}" y="{middle - height / 2:g}" width="{_BOX}" height="{height}" rx="7"/>'
        f"{_text(x + 10, middle + (4 if len(lines) == 1 else -4), lines, 15)}</a>"
    )


def _lines(text: str, width: int, most: int) -> list[str]:
    lines = textwrap.wrap(text.replace("`", ""), width)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: width - 1].rstrip() + "…"]
    return lines or [""]


def _text(x: float, y: float, lines: list[str], step: int) -> str:
    spans = "".join(
        f'<tspan x="{x}" y="{y + number * step:g}">{escape(line)}</tspan>' for number, line in enumerate(lines)
    )
    return f"<text>{spans}</text>"
