"""JSON that is read in pieces says what it says when it is read whole, wherever its bytes are cut."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whydenied.engine.plans.json_pieces import Pieces

_TEXTS = st.text('ab"\\{}[],:\n é€𝄞', max_size=9)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4), max_leaves=12
)
_ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def _cut(text: str, size: int, encoding: str = "utf-8") -> Iterator[bytes]:
    data = text.encode(encoding)
    yield from (data[at : at + size] for at in range(0, len(data), size))


def _taken(pieces: Pieces) -> Any:
    """Return the next value, taken by its smallest parts."""
    if pieces.sign() == "{":
        return {name: _taken(pieces) for name in pieces.members()}
    if pieces.sign() == "[":
        return [_taken(pieces) for _ in pieces.elements()]
    return pieces.value()


@pytest.mark.slow
@given(_VALUES, _VALUES, st.integers(4, 40), st.sampled_from([None, 1]), _ENCODINGS)
def test_pieces_are_what_the_whole_is(one: Any, other: Any, size: int, indent: int | None, encoding: str) -> None:
    """Each value taken whole, taken by its parts, and passed over."""
    text = json.dumps([one, other, one], ensure_ascii=False, indent=indent)
    assert _taken(Pieces(_cut(text, size, encoding))) == [one, other, one]
    pieces = Pieces(_cut(text, size, encoding))
    ways = iter((pieces.value, pieces.skip, pieces.value))
    assert [next(ways)() for _ in pieces.elements()] == [one, None, one]
    assert not pieces.sign()


@pytest.mark.parametrize("text", ["", "[1", '["a', "[1 2]", '{"a" 1}', "{1: 2}", '{"a": 1,}', "[nul]", '{"a": [}'])
def test_what_is_no_json_is_said_to_be_none(text: str) -> None:
    """Whatever is missing."""
    with pytest.raises(ValueError, match=r"."):
        _taken(Pieces(_cut(text, 4)))


@pytest.mark.parametrize("text", ['{"a": [1, "b', '{"a": {"b": 1}', "[[[", '["\\'])
def test_what_is_passed_over_has_an_end(text: str) -> None:
    """Half a file is not taken for a whole one."""
    with pytest.raises(ValueError, match=r"."):
        Pieces(_cut(text, 4)).skip()


def test_what_has_another_shape_has_no_parts_and_is_passed_over() -> None:
    """A list has no members, an object no elements."""
    pieces = Pieces([b'{"a": [1], "b": {"c": 2}, "d": 3}'])
    ways = {"a": pieces.members, "b": pieces.elements, "d": pieces.members}
    assert {name: [*ways[name]()] for name in pieces.members()} == {"a": [], "b": [], "d": []}
