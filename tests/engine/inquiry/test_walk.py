"""Every edge of the wizard is walked, from nothing and from each message that gives no reason: no dead end, no loop."""

from collections.abc import Iterator

import pytest

from tests.engine.inquiry.world import COLD, EC2_BARE, S3_BARE, inquiry, step
from whydenied.engine.facts import UNKNOWN
from whydenied.engine.inquiry import Step

Answers = tuple[tuple[str, str], ...]
MOST = 7


def every_step(told: Answers) -> Iterator[tuple[Answers, Step]]:
    """Yield every state that answers can lead to, with its step."""
    seen: set[Answers] = {()}
    waiting: list[Answers] = [()]
    while waiting:
        answers = waiting.pop()
        here = step.__wrapped__(told, answers)
        yield answers, here
        if here.ask is None:
            continue
        question = inquiry().model.questions[here.ask.question]
        assert question.id not in dict(answers), "a question is not asked twice"
        for value in (*question.values, UNKNOWN):
            following = tuple(sorted({**dict(answers), question.id: value}.items()))
            if following not in seen:
                seen.add(following)
                waiting.append(following)


@pytest.mark.slow
@pytest.mark.parametrize("told", [COLD, S3_BARE, EC2_BARE], ids=["cold", "s3", "ec2"])
def test_every_way_ends_in_ranked_causes(told: Answers) -> None:
    """Whatever is answered, it ends within seven questions in causes that are left, and nothing is asked in vain."""
    model = inquiry().model
    first: set[str] = set()
    asked: set[str] = set()
    for answers, here in every_step(told):
        left = [finding for finding in here.findings if finding.certainty != "ruled-out"]
        assert left, answers
        # What is left of 1 is the doubt about the answers given by hand; without any there is none.
        total = sum(finding.probability for finding in left)
        assert 0 < total < 1 + 1e-6, answers
        assert abs(total - 1) < 1e-6 or any(value != UNKNOWN for _, value in answers), answers
        if here.ask is not None:
            assert here.stop is None
            assert here.asked < here.at_most <= MOST, answers
            assert here.ask.question in model.questions
            asked.add(here.ask.question)
            continue
        assert here.stop is not None
        first.add(left[0].cause)
    if told is COLD:
        assert first >= {*model.causes} - model.stand_ins, "every cause is the outcome of some answers"


def test_not_knowing_anything_still_ends_in_causes() -> None:
    """ "I don't know" to everything ends, and soon."""
    answers: dict[str, str] = {}
    while (here := step(COLD, tuple(sorted(answers.items())))).ask is not None:
        answers[here.ask.question] = UNKNOWN
    assert len(answers) <= MOST
    assert len([finding for finding in here.findings if finding.certainty != "ruled-out"]) > 10


def test_the_order_of_answers_does_not_matter() -> None:
    """A state is a set: the same answers give the same step, however they came."""
    one = step.__wrapped__(S3_BARE, (("scope", "object"), ("object.state", "plain")))
    other = step.__wrapped__(S3_BARE, (("object.state", "plain"), ("scope", "object")))
    assert one.ask == other.ask
    assert [f.cause for f in one.findings] == [f.cause for f in other.findings]


def test_changing_one_answer_keeps_the_rest() -> None:
    """A changed answer changes what follows from it, and no other answer is forgotten."""
    before = step(S3_BARE, (("principal.is-expected", "yes"), ("scope", "object")))
    after = step(S3_BARE, (("principal.is-expected", "yes"), ("scope", "session")))
    assert before.answers["principal.is-expected"] == after.answers["principal.is-expected"] == "yes"
    assert before.findings[0].cause != after.findings[0].cause
