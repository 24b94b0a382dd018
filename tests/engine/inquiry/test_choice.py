"""Which question comes next, why, and when asking stops: over a small made-up knowledge base."""

from collections.abc import Mapping
from typing import Any, Literal

import pytest

from whydenied.engine.errors import ContentError
from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.inquiry import Inquiry, Step, make_model
from whydenied.engine.inquiry.choice import (
    Ask,
    Gains,
    asked_so_far,
    distance,
    next_question,
    separated,
)
from whydenied.engine.inquiry.model import CauseModel, Question
from whydenied.engine.inquiry.person import KINDS, MAX_ASKED
from whydenied.engine.rules import Session, compile_rules, make_network


def _cause(name: str, prior: float = 0.3, rules: list[Any] | None = None, **signs: Any) -> dict[str, Any]:
    rules = rules or [{"when": {"message.kind": "denial"}, "then": "possible", "because": "It is a denial."}]
    return {"id": name, "prior": prior, "rules": rules, "signs": signs}


def _question(name: str, cost: int = 2, values: tuple[str, ...] = ("yes", "no"), **more: Any) -> dict[str, Any]:
    choices = [{"value": value, "label": value.capitalize()} for value in values]
    return {"id": name, "title": f"Is it {name}?", "values": choices, "cost": cost, **more}


CAUSES = [
    _cause("boundary", rain={"yes": 0.9, "no": 0.1}, snow={"yes": 0.5, "no": 0.5}),
    _cause("scp", rain={"yes": 0.1, "no": 0.9}, snow={"yes": 0.5, "no": 0.5}),
]
QUESTIONS = [_question("rain"), _question("snow")]
DENIAL = {"message.kind": "denial"}


def take(
    answers: Mapping[str, str],
    causes: list[dict[str, Any]] = CAUSES,
    questions: list[dict[str, Any]] = QUESTIONS,
    origin: Literal["answer", "output"] = "answer",
) -> Step:
    """Take one step; origin: where the answers come from."""
    rules = compile_rules(causes)
    inquiry = Inquiry(causes, questions, Session(rules, make_network(rules, "count"), check=False).conclude)
    facts = [Fact(name, value, Source("paste")) for name, value in DENIAL.items()]
    return inquiry.step(Facts([*facts, *(Fact(name, value, Source(origin, name)) for name, value in answers.items())]))


def test_the_question_that_tells_the_causes_apart_is_asked_and_says_so() -> None:
    """Snow is alike under both causes, rain is not."""
    step = take({})
    assert step.ask is not None
    assert step.ask.question == "rain"
    assert step.ask.separates == ("boundary", "scp")


def test_a_cheaper_question_of_equal_worth_comes_first() -> None:
    causes = [
        _cause("boundary", rain={"yes": 0.9}, hail={"yes": 0.9}),
        _cause("scp", rain={"yes": 0.1}, hail={"yes": 0.1}),
    ]
    step = take({}, causes, [_question("rain", cost=9), _question("hail", cost=1)])
    assert step.ask is not None
    assert step.ask.question == "hail"


def test_asking_stops_when_one_cause_is_clear() -> None:
    causes = [_cause("boundary", rain={"yes": 0.97}), _cause("scp", rain={"yes": 0.03})]
    step = take({"rain": "yes"}, causes)
    assert (step.ask, step.stop) == (None, "clear")
    assert step.findings[0].cause == "boundary"
    assert step.findings[0].certainty == "likely"
    assert [reason.text for reason in step.findings[0].because][-1] == "Is it rain? Yes."


def test_asking_stops_when_no_answer_would_change_anything() -> None:
    """Not knowing about rain leaves only snow, which tells nothing."""
    step = take({"rain": "unknown"})
    assert (step.ask, step.stop) == (None, "no-change")


@pytest.mark.parametrize(("among_the_others", "asked"), [(0.99, "rain"), (0.7, None)])
def test_what_takes_much_doubt_away_is_asked_though_the_first_cause_stays_first(
    among_the_others: float, asked: str | None
) -> None:
    """It tells the second from the third: most of a bit, or next to nothing."""
    causes = [
        _cause("boundary", prior=0.5, rain={"yes": 0.5, "no": 0.5}),
        _cause("scp", prior=0.2, rain={"yes": among_the_others, "no": 1 - among_the_others}),
        _cause("rcp", prior=0.2, rain={"yes": 1 - among_the_others, "no": among_the_others}),
    ]
    step = take({}, causes, [_question("rain")])
    assert (step.ask.question if step.ask else None) == asked
    assert asked is not None or step.stop == "no-change"


def test_not_knowing_rules_nothing_out() -> None:
    assert {finding.certainty for finding in take({"rain": "unknown"}).findings} <= {"likely", "possible"}


def test_a_message_that_states_its_layer_is_asked_nothing() -> None:
    causes = [_cause("boundary", rain={"yes": 0.9}), _cause("scp", rain={"yes": 0.1})]
    rules = compile_rules(causes)
    inquiry = Inquiry(causes, QUESTIONS, Session(rules, make_network(rules, "count"), check=False).conclude)
    step = inquiry.step(Facts([Fact("message.layer", "boundary", Source("paste"))]))
    assert (step.ask, step.stop) == (None, "stated")


def test_a_question_is_asked_only_where_it_makes_sense() -> None:
    """`asked_when` waits for its fact, `unless` gives way to one, `settles` leaves out what is answered already."""
    questions = [_question("rain", asked_when={"place": "outside"}), _question("place", values=("outside", "inside"))]
    causes = [
        _cause("boundary", rain={"yes": 0.99}, place={"outside": 0.6}),
        _cause("scp", rain={"yes": 0.01}, place={"outside": 0.4}),
    ]
    first = take({}, causes, questions)
    assert first.ask is None or first.ask.question == "place"
    then = take({"place": "outside"}, causes, questions)
    assert then.ask is not None
    assert then.ask.question == "rain"
    assert take({"place": "inside"}, causes, questions).ask is None
    pointless = [_question("rain", unless=["message.kind"])]  # and nobody asks about snow
    assert take({}, CAUSES, pointless).ask is None
    settled = [_question("snow", settles=["rain"]), _question("rain")]
    assert take({"snow": "yes"}, CAUSES, settled).ask is None


def test_what_rules_rule_out_is_gone_and_what_they_confirm_comes_first() -> None:
    rules = [
        {"when": {"rain": "no"}, "then": "ruled-out", "because": "It does not rain."},
        {"when": {"rain": "yes"}, "then": "confirmed", "because": "It rains."},
    ]
    causes = [_cause("boundary", rules=rules, rain={"yes": 0.6}), _cause("scp", rain={"yes": 0.5})]
    gone = take({"rain": "no"}, causes)
    assert [finding.cause for finding in gone.findings if finding.certainty == "ruled-out"] == ["boundary"]
    sure = take({"rain": "yes"}, causes, origin="output")
    assert (sure.findings[0].cause, sure.findings[0].certainty, sure.stop) == ("boundary", "confirmed", "clear")


def test_an_answer_given_by_hand_is_doubted_before_a_cause_is_called_likely() -> None:
    """Of a rare cause, as many who say so are wrong as are right: a rule that takes their word for it is not enough."""
    rules = [{"when": {"rain": "yes"}, "then": "confirmed", "because": "It rains."}]
    rare = [_cause("boundary", 0.01, rules, rain={"yes": 0.99}), _cause("scp", 1.0, rain={"yes": 0.001})]
    said = take({"rain": "yes"}, rare)
    assert (said.findings[0].cause, said.findings[0].certainty, said.stop) == ("boundary", "possible", "clear")
    assert said.findings[0].probability < 0.6
    assert take({"rain": "yes"}, rare, origin="output").findings[0].certainty == "confirmed"
    common = [_cause("boundary", 1.0, rules, rain={"yes": 0.99}), _cause("scp", 0.1, rain={"yes": 0.001})]
    assert take({"rain": "yes"}, common).findings[0].certainty == "confirmed"


def test_a_stand_in_comes_last_however_sure_the_rules_are_of_it() -> None:
    """ "The message does not say" is no cause while others are left."""
    sure = [{"when": {"message.kind": "denial"}, "then": "confirmed", "because": "The message says no more."}]
    causes = [{**_cause("unsaid", rules=sure), "stand_in": True}, *CAUSES]
    step = take({}, causes)
    assert step.findings[-1].cause == "unsaid"
    assert step.ask is not None


def test_a_clear_cause_is_still_refined_by_its_own_questions() -> None:
    causes = [{**CAUSES[0], "refined_by": ["depth"]}, CAUSES[1]]
    questions = [*QUESTIONS, _question("depth", values=("low", "high"))]
    step = take({"rain": "yes"}, causes, questions)
    assert step.ask is not None
    assert step.ask.question == "depth"
    assert take({"rain": "yes", "depth": "low"}, causes, questions).stop == "clear"


@pytest.mark.parametrize(
    ("signs", "says"),
    [
        ({"rain": {"maybe": 0.5}}, "has no value `maybe`: use one of yes, no"),
        ({"rain": {"yes": 0.9, "no": 0.9}}, "add up to more than 1"),
    ],
)
def test_signs_that_cannot_be_used_name_the_article(signs: dict[str, Any], says: str) -> None:
    with pytest.raises(ContentError, match=says):
        make_model([_cause("boundary", **signs)], QUESTIONS)


MODEL = make_model(CAUSES, QUESTIONS)
RAIN, SNOW = MODEL.questions["rain"], MODEL.questions["snow"]


def following(model: CauseModel, belief: tuple[float, ...], questions: list[Question], asked: int = 0) -> Ask | str:
    """What is asked of somebody of whom nothing is known."""
    return next_question(model, belief, questions, asked, KINDS)


def test_a_person_is_asked_so_many_questions_and_no_more() -> None:
    """Seven, also about the cause that is clear."""
    assert MAX_ASKED == 7
    assert isinstance(following(MODEL, (0.5, 0.5), [RAIN], 6), Ask)
    assert following(MODEL, (0.5, 0.5), [RAIN], 7) == "enough"
    refined = make_model([{**CAUSES[0], "refined_by": ["snow"]}, CAUSES[1]], QUESTIONS)
    assert following(refined, (0.9, 0.1), [SNOW], 6) == Ask("snow", 0.0, None)
    assert following(refined, (0.9, 0.1), [SNOW], 7) == "clear"
    assert following(refined, (0.9, 0.1), [RAIN], 0) == "clear"
    assert following(MODEL, (0.5, 0.5), [], 0) == "nothing-left"


@pytest.mark.parametrize(("belief", "sure"), [((0.9, 0.1), "clear"), ((0.89, 0.11), None)])
def test_clear_is_nine_in_ten(belief: tuple[float, float], sure: str | None) -> None:
    found = following(MODEL, belief, [RAIN])
    assert found == sure or (sure is None and found != "clear")


def test_an_answer_changes_the_advice_where_another_cause_leads_or_the_first_is_clear() -> None:
    """It counts only where somebody is likely to give it."""
    assert Gains(MODEL, (0.5, 0.5)).of(RAIN)[1]
    assert not Gains(MODEL, (0.5, 0.5)).of(SNOW)[1]
    # Whatever is said, the first cause stays first; one answer makes it clear.
    mild = make_model([_cause("a", rain={"yes": 0.6}), _cause("b", rain={"yes": 0.4})], [_question("rain")])
    assert Gains(mild, (0.88, 0.12)).of(mild.questions["rain"])[1]
    # An answer that one in fifty gives would turn it round.
    rare = make_model([_cause("a", rain={"yes": 0.005}), _cause("b", rain={"yes": 0.06})], [_question("rain")])
    gain, changes = Gains(rare, (0.7, 0.3)).of(rare.questions["rain"])
    assert not changes
    assert 0 < gain < 0.05
    assert following(rare, (0.7, 0.3), [rare.questions["rain"]]) == "no-change"


def test_the_gain_is_the_entropy_that_is_lost() -> None:
    """By hand: one bit of doubt, of which an answer that is right nine times in ten leaves 0.469."""
    gain, _ = Gains(MODEL, (0.5, 0.5)).of(RAIN)
    assert gain == pytest.approx(1 - 0.468996, abs=1e-6)
    assert Gains(MODEL, (0.5, 0.5)).of(SNOW)[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ({}, 0),
        ({"rain": "yes"}, 1),
        ({"rain": "unknown"}, 1),
        ({"rain": "unknown", "snow": "unknown"}, 2),
        ({"rain": "unknown", "snow": "unknown", "hail": "unknown"}, 3),
        ({"rain": "yes", "snow": "unknown", "hail": "no"}, 3),
        ({"weather": "bad", "rain": "yes"}, 1),
        ({"weather": "bad", "rain": "unknown"}, 1),
        ({"weather": "unknown", "rain": "yes"}, 2),
    ],
)
def test_an_unknown_counts_and_what_is_contained_does_not(answers: dict[str, str], counted: int) -> None:
    names = ("rain", "snow", "hail", "fog", "wind")
    weather = _question("weather", values=("bad", "good"), settles=["rain"])
    model = make_model(CAUSES, [weather, *(_question(name) for name in names)])
    assert asked_so_far(model, answers) == counted


def test_how_differently_a_question_is_answered() -> None:
    """Against all the others together, weighed by how probable each is."""
    assert distance(MODEL, (0.5, 0.5), 0, "rain") == pytest.approx(0.8)
    assert distance(MODEL, (0.5, 0.5), 0, "snow") == pytest.approx(0.0)
    assert distance(MODEL, (1.0, 0.0), 0, "rain") == 0.0
    three = make_model([*CAUSES, _cause("trust", rain={"yes": 0.5})], QUESTIONS)
    assert distance(three, (0.5, 0.1, 0.4), 0, "rain") == pytest.approx(0.9 - (0.1 * 0.1 + 0.4 * 0.5) / 0.5)
    assert separated(three, (0.5, 0.1, 0.4), "rain") == ("boundary", "trust")
    assert separated(three, (0.5, 0.4, 0.1), "rain") == ("boundary", "scp")
    assert separated(three, (0.5, 0.4, 0.1), "snow") is None
