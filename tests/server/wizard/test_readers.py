"""People made up one by one are walked through the wizard, from what they paste or say to where it ends.

Who does not find what would help among the first three is pinned by name; `python -m tests.bench wizard` prints shares.
"""

import pytest

from tests.server.wizard.readers import Walked, people, walk

MISSED: set[str] = set()
# The message itself states a kind of policy, and it is so; what would help these two is the second cause.
TOLD_OTHERWISE = {"node-role-named", "mfa-stated-deny"}


@pytest.fixture(scope="module")
def walked() -> list[Walked]:
    """Everybody, walked once."""
    return [walk(person) for person in people()]


@pytest.mark.slow
def test_those_who_are_not_helped_are_known_and_become_fewer(walked: list[Walked]) -> None:
    assert {one.id for one in walked if one.place > 3} == MISSED


@pytest.mark.slow
def test_nobody_is_told_a_wrong_cause_for_sure(walked: list[Walked]) -> None:
    assert {one.id for one in walked if one.is_misled} == TOLD_OTHERWISE


@pytest.mark.slow
def test_nobody_is_asked_more_than_was_promised(walked: list[Walked]) -> None:
    assert max(len(one.asked) for one in walked) <= 7
