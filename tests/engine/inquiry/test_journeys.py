"""People of both kinds in made-up accounts are walked through the wizard.

missed.json pins those whose cause is not among the first three at the end, by kind and seed; the list only shrinks.
`python -m tests.bench wizard` prints the shares, over other seeds and over those that are kept aside.
"""

import json
from pathlib import Path

import pytest

from tests.engine.inquiry.accounts import GATE_OF, world
from tests.engine.inquiry.journeys import journey
from tests.engine.inquiry.people import KINDS

WORLDS = range(300)


def test_what_is_put_into_an_account_is_what_denies_there() -> None:
    """The evaluator agrees with every fault that a policy decides; `world` raises where it does not."""
    faults = {world(seed).fault for seed in range(400)}
    assert len(faults & GATE_OF.keys()) >= 15


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_asked_again_or_more_than_was_promised(kind: str) -> None:
    """After "I don't know" nothing is asked that is read off the same place."""
    for seed in WORLDS:
        walked = journey(seed, kind)
        assert walked.again == 0, walked
        assert len(walked.asked) <= max(walked.promised, 0), walked


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_those_who_do_not_find_their_cause_are_known_and_become_fewer(kind: str) -> None:
    known = set(json.loads((Path(__file__).parent / "missed.json").read_text())[kind])
    missed = {seed for seed in WORLDS if journey(seed, kind).place > 3}
    assert missed - known == set(), "these found their cause before"
    assert known - missed == set(), "found now: take them off the list"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_hardly_anybody_is_told_a_wrong_cause_for_sure(kind: str) -> None:
    """Those who are, by seed, in sure.json; most of them gave a wrong answer themselves (people.SLIP)."""
    known = set(json.loads((Path(__file__).parent / "sure.json").read_text())[kind])
    wrong = {one.seed for seed in WORLDS if (one := journey(seed, kind)).place > 1 and one.certainty != "possible"}
    assert wrong - known == set(), "these were not told a wrong cause before"
    assert known - wrong == set(), "no longer wrong: take them off the list"
