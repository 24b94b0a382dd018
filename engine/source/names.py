"""Names as far as they are known: a text with gaps, and how well it fits the name in a message."""

import re
from collections.abc import Mapping

import msgspec

from whydenied.engine.source.positions import MappingNode, Node, ScalarNode, SequenceNode, field, text

__all__ = ["UNKNOWN", "Text", "literal", "read_text"]

_VARIABLE = re.compile(r"(\$\{[^}]{1,200}\})")
# Functions within functions.
_DEPTH = 12


class Text(msgspec.Struct, frozen=True):
    """A string, number or truth value. parts: known text, None for what is not known."""

    parts: tuple[str | None, ...]

    @property
    def exact(self) -> str | None:
        """The text, None where a part of it is not known."""
        return None if None in self.parts else "".join(part or "" for part in self.parts)

    def fit(self, name: str) -> int:
        """Tell how well it fits a name: 3 it is the name, 1 it may be (with three known characters at least), 0 not."""
        if self.exact is not None:
            return 3 if self.exact == name else 0
        known = sum(len(part) for part in self.parts if part)
        pattern = "".join(".*" if part is None else re.escape(part) for part in self.parts)
        return 1 if known >= 3 and re.fullmatch(pattern, name) else 0


UNKNOWN = Text((None,))


def literal(value: str) -> Text:
    """Return a known text."""
    return Text((value,))


def read_text(node: Node | None, known: Mapping[str, str], depth: int = 0) -> Text:
    """Return a value of a template: texts, `Ref`, `Fn::Sub` and `Fn::Join`, short or long.

    known: the parameters' values; a parameter that is not among them is a gap."""
    if depth > _DEPTH or node is None:
        return UNKNOWN
    if isinstance(node, ScalarNode):
        if node.tag == "!Ref":
            return _parameter(str(node.value), known)
        if node.tag == "!Sub":
            return _substituted(str(node.value), known)
        return UNKNOWN if node.tag.startswith("!") else literal(str(node.value))
    if isinstance(node, SequenceNode):
        if node.tag == "!Sub" and node.value:
            return _substituted(text(node.value[0]) or "", known)
        return _joined(node, known, depth) if node.tag == "!Join" else UNKNOWN
    for name in ("Ref", "Fn::Sub", "Fn::Join"):
        inner = field(node, name) if isinstance(node, MappingNode) else None
        if inner is not None:
            return _long(name, inner, known, depth)
    return UNKNOWN


def _long(name: str, inner: Node, known: Mapping[str, str], depth: int) -> Text:
    if name == "Ref":
        return _parameter(text(inner) or "", known)
    if name == "Fn::Join":
        return _joined(inner, known, depth)
    first = inner.value[0] if isinstance(inner, SequenceNode) and inner.value else inner
    return _substituted(text(first) or "", known)


def _parameter(name: str, known: Mapping[str, str]) -> Text:
    return literal(known[name]) if name in known else UNKNOWN


def _substituted(pattern: str, known: Mapping[str, str]) -> Text:
    parts: list[str | None] = []
    for piece in _VARIABLE.split(pattern):
        name = piece[2:-1] if piece.startswith("${") else None
        parts.append(piece if name is None else known.get(name))
    return Text(tuple(part for part in parts if part != ""))


def _joined(node: Node, known: Mapping[str, str], depth: int) -> Text:
    if not isinstance(node, SequenceNode) or len(node.value) != 2 or not isinstance(node.value[1], SequenceNode):
        return UNKNOWN
    separator = text(node.value[0]) or ""
    parts: list[str | None] = []
    for place, one in enumerate(node.value[1].value):
        parts += [*((separator,) if place and separator else ()), *read_text(one, known, depth + 1).parts]
    return Text(tuple(parts))
