"""The texts in a resource's attributes and nested blocks, each with the expression that it comes of."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from whydenied.engine.plans.plan import Resource

__all__ = ["Leaf", "leaves"]

_MAX_DEPTH = 8


class Leaf(NamedTuple):
    """attribute: of the resource. name: in its innermost block. value: "" where it is known after apply only.
    expression: what the configuration has there, None for nothing."""

    attribute: str
    name: str
    value: str
    expression: object


def leaves(resource: Resource, expressions: Mapping[str, object]) -> Iterator[Leaf]:
    """Yield the texts of a resource. expressions: what the configuration has for it."""
    values, unknown = resource.values, resource.unknown
    for name in {**values, **unknown}:
        for inner, value, expression in _within(name, values.get(name), unknown.get(name), expressions.get(name), 0):
            yield Leaf(name, inner, value, expression)


def _within(
    name: str, value: object, unknown: object, expression: object, depth: int
) -> Iterator[tuple[str, str, object]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str) or (unknown is True and value is None):
        yield name, value if isinstance(value, str) else "", expression
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _within(name, one, _at(unknown, at), _at(expression, at), depth + 1)
    elif isinstance(value, Mapping):
        for key in {**value, **(unknown if isinstance(unknown, Mapping) else {})}:
            inner = unknown.get(key) if isinstance(unknown, Mapping) else None
            told = expression.get(key) if isinstance(expression, Mapping) else None
            yield from _within(key, value.get(key), inner, told, depth + 1)


def _at(value: object, at: int) -> object:
    return value[at] if isinstance(value, list) and at < len(value) else None
