"""A slip of the finger finds the word that was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whydenied.kb.spelling import Dictionary, distance

WORDS = Dictionary({"github": 3, "boundary": 9, "bucket": 5, "buckets": 2, "policy": 9, "trust": 4, "decrypt": 2})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("githb", "github"), ("gihtub", "github"), ("boundry", "boundary"), ("bukcet", "bucket"), ("polciy", "policy")],
)
def test_the_nearest_word_is_found(typed: str, meant: str) -> None:
    """A letter missing, added, wrong or swapped is forgiven."""
    assert WORDS.nearest(typed)[0] == meant


@pytest.mark.parametrize("typed", ["xyz", "quartz", "abc", "po", "", "p" * 1000])
def test_nothing_near_is_nothing(typed: str) -> None:
    """Short, long and strange words have no correction."""
    assert WORDS.nearest(typed) == []


def test_beginnings_are_completed_commonest_first() -> None:
    """The commonest word with this beginning comes first."""
    assert WORDS.starting_with("buck") == ["bucket", "buckets"]


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_distance_is_a_bounded_distance(one: str, two: str) -> None:
    """Symmetric, zero only for equal words, and never beyond the limit plus one."""
    far = distance(one, two, 2)
    assert far == distance(two, one, 2)
    assert (far == 0) == (one == two)
    assert far <= 3
    assert far <= max(len(one), len(two))
