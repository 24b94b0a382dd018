"""JSON and YAML as nodes that know their bytes, whatever stands in them: tags, `${…}`, characters of any script."""

import re
from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["MappingNode", "Node", "ScalarNode", "SequenceNode", "compose", "end_of", "field", "items", "text"]

_OTHER = re.compile(rb"[^\n\r\x20-\x7e]|\\/")


def compose(data: bytes) -> Node | None:
    """Return the root node of a document; None where it is neither JSON nor YAML.

    Places in the nodes are bytes: what is not plain ASCII is replaced, one for one, before it is read. Names are
    therefore only right where they are ASCII, which every key that is looked for here is."""
    plain = _OTHER.sub(lambda found: b" " if found[0] == b"\t" else b"x" * len(found[0]), data).decode("ascii")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.compose(plain, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def items(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the keys and values of a mapping; nothing for anything else."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield str(key.value), value


def field(node: Node | None, *path: str) -> Node | None:
    """Return what stands under these keys, one after the other; None where one is missing."""
    for name in path:
        node = next((value for key, value in items(node) if key == name), None)
    return node


def text(node: Node | None) -> str | None:
    """Return a scalar's text; None for anything else."""
    return str(node.value) if isinstance(node, ScalarNode) else None


def end_of(node: Node) -> int:
    """Return the byte behind a node's last character; a block's own mark lies behind the blank lines after it."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)
