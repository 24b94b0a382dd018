"""What a person can look at decides what is asked."""

from typing import Any

import pytest

from tests.engine.inquiry.test_choice import take
from whydenied.engine.inquiry.model import CauseModel, Question, make_model
from whydenied.engine.inquiry.person import KINDS, LEAST_KNOWN, READER, known_by, most_asked, people, ways_out

CAUSES: list[dict[str, Any]] = [
    {
        "id": cause,
        "prior": 0.3,
        "rules": [{"when": {"message.kind": "denial"}, "then": "possible", "because": "It is a denial."}],
        "signs": {"simulator": {"yes": simulator}, "boundary": {"yes": simulator}, "colleague": {"yes": colleague}},
    }
    for cause, simulator, colleague in (("identity", 0.98, 0.7), ("scp", 0.02, 0.3))
]


def question(name: str, needs: str, family: str | None = None, cost: int = 2, **more: Any) -> dict[str, Any]:
    """A question's front matter."""
    values = [{"value": value, "label": value} for value in more.pop("values", ("yes", "no"))]
    return {"id": name, "title": name, "values": values, "cost": cost, "needs": needs, "family": family, **more}


READ_IAM = question("simulator", "iam", "policies")
SAME = question("boundary", "iam", "policies", cost=3)
OWN = question("colleague", "own")
WHO = question(READER, "own", values=tuple(KINDS), retired=True)
QUESTIONS = [READ_IAM, SAME, OWN, WHO]


def model() -> CauseModel:
    """The model of these."""
    return make_model(CAUSES, QUESTIONS)


def asked(answers: dict[str, str], questions: list[dict[str, Any]] = QUESTIONS) -> str | None:
    """The next question, None where there is none."""
    step = take(answers, CAUSES, questions)
    return step.ask.question if step.ask else None


def test_what_somebody_can_look_at_decides_the_next_question_and_is_no_question_itself() -> None:
    assert asked({}) == asked({READER: "iam"}) == "simulator"
    assert asked({READER: "nothing"}) == "colleague"


def test_that_iam_cannot_be_looked_at_stands_beside_the_answers_that_take_a_look_at_it() -> None:
    questions = model().questions
    assert ways_out(questions["simulator"], ["colleague"]) == ("resource", "nothing")
    assert ways_out(questions["simulator"], [READER]) == ()
    assert ways_out(questions["colleague"], []) == ()
    assert ways_out(Question("x", "X", {"yes": "Yes"}, 1, in_place_of="iam"), []) == ("both", "iam")


def test_what_is_known_without_a_look_at_iam_is_put_beside_the_question_that_takes_it() -> None:
    """Whoever answers it there cannot take the look; whoever has an answer of it by now, can."""
    known = question("granted", "own", in_place_of="iam")
    causes = [{**cause, "signs": {**cause["signs"], "granted": cause["signs"]["colleague"]}} for cause in CAUSES]
    questions = [READ_IAM, known, OWN, WHO]

    def put(answers: dict[str, str], questions: list[dict[str, Any]] = questions) -> tuple[str | None, str]:
        step = take(answers, causes, questions)
        return step.ask.question if step.ask else None, step.beside

    assert put({}) == ("simulator", "granted")
    assert put({READER: "iam"}) == ("simulator", "")
    assert put({"granted": "yes"}) == put({"granted": "unknown"}) == ("colleague", "")
    assert put({READER: "nothing"}, [READ_IAM, known, WHO]) == ("granted", "")
    assert put({}, [known, WHO]) == (None, ""), "alone it is put only to those who cannot take the look"
    kinds = people(make_model(causes, questions), {"granted": "yes"})
    assert kinds["both"] == kinds["iam"] == 0
    assert kinds["resource"] < KINDS["resource"] < kinds["nothing"]
    assert people(make_model(causes, questions), {"granted": "yes", "simulator": "yes"})["iam"] > 0


def test_one_i_do_not_know_closes_what_is_read_off_the_same_place() -> None:
    """The boundary stands in the simulator's answer; the colleague does not."""
    assert asked({READER: "both", "simulator": "unknown"}) == "colleague"
    apart = [{**SAME, "family": None}, READ_IAM, OWN, WHO]
    assert asked({READER: "both", "simulator": "unknown"}, apart) == "boundary"


def test_a_question_that_is_retired_is_not_put_and_its_answer_still_counts() -> None:
    retired = [{**READ_IAM, "retired": True}, OWN]
    assert asked({}, retired) == "colleague"
    assert take({"simulator": "no"}, CAUSES, retired).findings[0].cause == "scp"


def test_who_does_not_know_what_iam_says_and_does_not_say_that_he_cannot_read_it_can() -> None:
    """By hand: the other three know it in 95, 95 and 10 of 100 cases, and are 20, 20 and 10 of 100 people; 3 in 100 of
    those who cannot read it say "I don't know" although that they cannot stands beside it."""
    kinds = people(model(), {"simulator": "unknown"})
    left = {"both": 0.2 * 0.05, "iam": 0.2 * 0.05, "resource": 0.1 * 0.9 * 0.03, "nothing": 0.5 * 0.97 * 0.03}
    assert kinds == pytest.approx({kind: share / sum(left.values()) for kind, share in left.items()})
    assert kinds["both"] + kinds["iam"] > 0.5
    assert people(model(), {"simulator": "unknown", READER: "iam"})["iam"] == 1
    assert people(model(), {READER: "unknown"})["nothing"] > KINDS["nothing"]


def test_nobody_is_asked_what_people_like_that_hardly_ever_know() -> None:
    iam = model().questions["simulator"]
    assert known_by({"nothing": 1.0}, iam) < LEAST_KNOWN < known_by({"iam": 1.0}, iam)
    assert asked({READER: "nothing"}, [READ_IAM, WHO]) is None


def test_whoever_reads_iam_is_asked_less() -> None:
    assert most_asked(KINDS) == most_asked({"nothing": 1.0}) == 7
    assert most_asked({"iam": 1.0}) == most_asked({"both": 0.5, "iam": 0.5}) == 6


def test_a_question_needs_something_by_default() -> None:
    assert Question("x", "X", {"yes": "Yes"}, 1).needs == "own"
