"""Terraform's files as blocks and expressions with their places, read by tree-sitter's grammar of HCL."""

from collections.abc import Iterator
from functools import cache

import msgspec
from tree_sitter import Language, Node, Parser

from whydenied.engine.source.files import SourceFile

__all__ = ["Block", "HclFile", "Node", "read_hcl", "unwrapped"]

_WRAPPERS = ("expression", "literal_value", "collection_value", "template_expr")
# Blocks within blocks.
_DEPTH = 12


class Block(msgspec.Struct, frozen=True):
    """A block. kind: `resource`; labels: `("aws_iam_role", "ci")`; attributes: name to the expression's node; blocks:
    those directly inside; node: the whole of it."""

    file: SourceFile
    kind: str
    labels: tuple[str, ...]
    attributes: dict[str, Node]
    blocks: tuple["Block", ...]
    node: Node

    @property
    def line(self) -> int:
        """Its first line, from 1."""
        return self.node.start_point[0] + 1

    @property
    def address(self) -> str:
        """Its name in Terraform: `aws_iam_role.ci`, `data.aws_iam_policy_document.ci`."""
        return ".".join((self.kind, *self.labels) if self.kind == "data" else self.labels)


class HclFile(msgspec.Struct, frozen=True):
    """A file's blocks. error: the first line that is not HCL, 0 where all of it is."""

    file: SourceFile
    blocks: tuple[Block, ...]
    attributes: dict[str, Node]
    error: int


def read_hcl(file: SourceFile) -> HclFile:
    """Read a file of Terraform's; what is half-written is left out, and its line named."""
    root = _parser().parse(file.data).root_node
    body = next((child for child in root.children if child.type == "body"), None)
    if body is None:
        return HclFile(file, (), {}, _error(root))
    return HclFile(file, tuple(_blocks(file, body, 0)), _attributes(body), _error(root))


def unwrapped(node: Node) -> Node:
    """Peel off `expression`, `literal_value`, `collection_value` and brackets around one thing."""
    while node.type in _WRAPPERS and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


@cache
def _parser() -> Parser:
    import tree_sitter_hcl

    return Parser(Language(tree_sitter_hcl.language()))


def _blocks(file: SourceFile, body: Node, depth: int) -> Iterator[Block]:
    for node in body.named_children:
        if node.type != "block" or depth > _DEPTH:
            continue
        names = [child for child in node.named_children if child.type in ("identifier", "string_lit")]
        inner = next((child for child in node.named_children if child.type == "body"), None)
        kind, *labels = (name.text.decode().strip('"') for name in names if name.text is not None)
        yield Block(
            file,
            kind,
            tuple(labels),
            _attributes(inner) if inner else {},
            tuple(_blocks(file, inner, depth + 1)) if inner else (),
            node,
        )


def _attributes(body: Node) -> dict[str, Node]:
    found = {}
    for node in body.named_children:
        if node.type == "attribute" and len(node.named_children) >= 2:
            name, value = node.named_children[0], node.named_children[-1]
            found[(name.text or b"").decode()] = value
    return found


def _error(root: Node) -> int:
    if not root.has_error:
        return 0
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            return int(node.start_point[0]) + 1
        nodes += [child for child in reversed(node.children) if child.has_error or child.is_missing]
    return 1
