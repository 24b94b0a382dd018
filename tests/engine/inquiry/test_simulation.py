"""People with every cause answer the wizard: how many questions it takes them, and whether it finds their cause.

Causes are drawn as common as their priors say, answers from the cause's own signs, fifteen in a hundred "I don't know".
"""

import statistics
from random import Random

import pytest

from tests.engine.inquiry.checklist import minutes
from tests.engine.inquiry.world import (
    COLD,
    S3_BARE,
    causes_in,
    drawn,
    inquiry,
    quantile,
    root_causes,
    walk,
)

SEEDS = 1_000
pytestmark = pytest.mark.slow


def test_a_bare_access_denied_of_s3_takes_few_questions_and_the_cause_is_among_the_first_three() -> None:
    """Median at most three questions, 95 % at most six, right in the first three for 95 %."""
    counts, hits = [], 0
    for seed in range(SEEDS):
        cause = drawn(causes_in("s3"), Random(seed))
        end, answers = walk(S3_BARE, cause, Random(seed))
        counts.append(len(answers))
        hits += cause in [finding.cause for finding in end.findings[:3]]
    assert statistics.median(counts) <= 3
    assert quantile(counts, 0.95) <= 6
    assert hits >= 0.95 * SEEDS


def test_rare_causes_are_found_as_well() -> None:
    """With every cause as common as any other, nine in ten are still among the first three."""
    hits = 0
    causes = causes_in("s3")
    for seed in range(SEEDS):
        cause = causes[seed % len(causes)]
        end, _ = walk(S3_BARE, cause, Random(seed))
        hits += cause in [finding.cause for finding in end.findings[:3]]
    assert hits >= 0.90 * SEEDS


def test_from_nothing_it_takes_four_questions_and_never_more_than_eight() -> None:
    """A cold start, over every cause alike."""
    causes = root_causes()
    counts = [len(walk(COLD, causes[seed % len(causes)], Random(seed))[1]) for seed in range(SEEDS)]
    assert statistics.median(counts) <= 4
    assert max(counts) <= 8


def test_it_costs_less_than_the_fixed_checklist() -> None:
    """At most 0.70 of the minutes of user policies, inline policies, groups, boundary, trust, simulator."""
    model = inquiry().model
    ours = theirs = 0
    for seed in range(SEEDS):
        cause = drawn(causes_in("s3"), Random(seed))
        _, answers = walk(S3_BARE, cause, Random(seed))
        ours += sum(model.questions[name].cost for name in answers)
        theirs += minutes(S3_BARE, cause, Random(seed))
    assert ours <= 0.70 * theirs
