"""Wildcards: what they match, and that they cannot be made slow."""

import fnmatch
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whydenied.engine.policy.matching import effort, glob, glob_fragments, overlap


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


@pytest.mark.slow
@settings(deadline=None, max_examples=400)
@given(st.lists(st.tuples(st.text("ab?*", max_size=4), st.booleans()), max_size=5), st.text("ab?*", max_size=12))
def test_fragments_agree_with_backtracking(fragments: list[tuple[str, bool]], text: str) -> None:
    """However a pattern is cut, and whatever of it came out of a variable, it matches what the whole of it does."""
    marks = {"*": ".*", "?": "."}
    wanted = "".join(
        re.escape(mark) if literal else marks.get(mark, re.escape(mark)) for part, literal in fragments for mark in part
    )
    assert glob_fragments(fragments)(text) is (re.fullmatch(wanted, text, re.DOTALL) is not None)


@pytest.mark.parametrize(
    ("fragments", "text", "matches"),
    [
        ([("*", False), ("a*", True), ("*b?", False)], "xa*yybz", True),
        ([("*", False), ("a*", True), ("*b?", False)], "xaayybz", False),
        ([("*a?", False), ("b", True), ("c*", False)], "xxaybcx", True),
        ([("*a?", False), ("b", True), ("c*", False)], "xxaybxc", False),
        ([("?", False), ("*", True), ("*?*", False)], "x*y", True),
        ([("?", False), ("*", True), ("*?*", False)], "x*", False),
        ([("a?c?e", False)], "abcde", True),
        ([("a?c?e", False)], "abcdee", False),
    ],
)
def test_what_came_out_of_a_variable_stands_for_itself(
    fragments: list[tuple[str, bool]], text: str, matches: bool
) -> None:
    """A star in a tag's value is a star, before, between and after wildcards of the policy's own."""
    assert glob_fragments(fragments)(text) is matches


@pytest.mark.parametrize(
    ("pattern", "looks"),
    [("abc", 1), ("a*b*", 1), ("a?b", 1), ("a??b", 1), ("a*?b", 2), ("*??a*?*", 3), ("*???", 4)],
)
def test_effort_is_counted_where_a_run_is_moved_along(pattern: str, looks: int) -> None:
    """Only question marks that stars let move cost more than one look for each character."""
    assert effort(pattern) == looks


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


def test_what_an_overlap_costs_is_told_where_it_costs() -> None:
    """Most pairs end at their first letters, for nothing."""
    spent: list[int] = []
    assert overlap("a*b*c", "a*c", spent.append)
    assert not overlap("b*", "a*", spent.append)
    assert spent == [len("a*b*c") * len("a*c") // 2]
