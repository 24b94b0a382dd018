"""Wildcards: what they match, and that they cannot be made slow."""

import fnmatch
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whydenied.engine.policy.matching import glob, glob_fragments, overlap


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("*", "", True),
        ("", "", True),
        ("a*", "a", True),
        ("a?", "a", False),
        ("a?c", "a\nc", True),
        ("*a*b", "xxaxxb", True),
        ("*ab*ab", "ab", False),
        ("a*a", "a", False),
        ("[a]", "a", False),
        ("a.c", "abc", False),
        ("?*?", "ab", True),
        ("*?*?*", "a", False),
    ],
)
def test_wildcards(pattern: str, text: str, matches: bool) -> None:
    """`*` is any run, `?` exactly one, and nothing else is special."""
    assert glob(pattern)(text) is matches


@settings(deadline=None)
@given(st.text("ab?*", max_size=12), st.text("ab", max_size=12))
def test_agrees_with_backtracking(pattern: str, text: str) -> None:
    """The leftmost fit finds every match that trying everything finds."""
    wanted = re.fullmatch(fnmatch.translate(pattern), text) is not None
    assert glob(pattern)(text) is wanted


@settings(deadline=None)
@given(st.text(max_size=20))
def test_literal_fragment_matches_itself_only(text: str) -> None:
    """Text out of a policy variable stands for itself, whatever it holds."""
    assert glob_fragments([(text, True)])(text)
    assert not glob_fragments([(text, True)])(text + "x")


def test_hostile_pattern_is_answered() -> None:
    """A pattern that makes regular expressions explode is only long."""
    assert not glob("*a" * 2000)("a" * 1999 + "b")
    assert not glob("*?a" * 500)("a" * 4000 + "b")


@settings(deadline=None)
@given(st.text("ab?*", max_size=5), st.text("ab?*", max_size=5), st.text("ab", max_size=8))
def test_patterns_that_share_a_text_overlap(one: str, other: str, text: str) -> None:
    """Where one text fits both patterns, they are said to overlap; and the answer does not depend on the order."""
    if glob(one)(text) and glob(other)(text):
        assert overlap(one, other)
    assert overlap(one, other) is overlap(other, one)


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        ("log-group:/app:*", "log-group:*:log-stream:*", True),
        ("access-entry/prod/*", "access-entry/*/*/*/*", True),
        ("*bba", "aaa*", True),
        ("a*b", "a?c", False),
        ("a*b", "b*", False),
        ("", "*", True),
        ("?", "", False),
    ],
)
def test_patterns_overlap(one: str, other: str, overlaps: bool) -> None:
    """Two patterns overlap where some text fits both, wildcards on either side."""
    assert overlap(one, other) is overlaps
