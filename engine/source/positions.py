"""JSON and YAML as nodes that know their bytes, whatever stands in them: tags, `${…}`, characters of any script."""

import re
from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = [
    "MappingNode",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "compose",
    "end_of",
    "error_line",
    "field",
    "items",
    "shared",
    "text",
]

_OTHER = re.compile(rb"[^\n\r\x20-\x7e]|\\/")


def compose(data: bytes) -> Node | None:
    """Return the root node of a document; None where it is neither JSON nor YAML.

    Places in the nodes are bytes: what is not plain ASCII is replaced, one for one, before it is read. Names are
    therefore only right where they are ASCII, which every key that is looked for here is."""
    try:
        return _composed(data)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def error_line(data: bytes) -> int:
    """Return the line of the first mistake in JSON or YAML, from 1; 0 where there is none."""
    try:
        _composed(data)
    except yaml.MarkedYAMLError as error:
        return int(error.problem_mark.line) + 1 if error.problem_mark is not None else 1
    except (yaml.YAMLError, RecursionError, ValueError):
        return 1
    return 0


def _composed(data: bytes) -> Node | None:
    plain = _OTHER.sub(lambda found: b" " if found[0] == b"\t" else b"x" * len(found[0]), data).decode("ascii")
    found: Node | None = yaml.compose(plain, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


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


def shared(root: Node | None) -> frozenset[int]:
    """Return the `id` of every node that stands in more than one place of a document, by an alias or within one."""
    seen: set[int] = set()
    twice: set[int] = set()
    waiting = [(root, False)] if root is not None else []
    while waiting:
        node, within = waiting.pop()
        again = within or id(node) in seen
        seen.add(id(node))
        if again:
            if id(node) in twice:
                continue
            twice.add(id(node))
        waiting += [(one, again) for one in _children(node)]
    return frozenset(twice)


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for pair in node.value:
            yield from pair
    elif isinstance(node, SequenceNode):
        yield from node.value


def end_of(node: Node) -> int:
    """Return the byte behind a node's last character; a block's own mark lies behind the blank lines after it."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)
