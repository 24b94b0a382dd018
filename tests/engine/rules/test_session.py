"""Sessions: what is concluded, how sure and in what order, and from which facts."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.rules.generated import GIVEN, Cause, causes, chain, facts
from whydenied.engine.errors import NetworkError
from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.findings import Certainty
from whydenied.engine.rules import Conclusions, RuleSet, Session, compile_rules, make_network
from whydenied.engine.rules.memo import Memo

Rule = tuple[dict[str, Any], Any]


def ruleset(**rules: list[Rule]) -> RuleSet:
    """Compile causes with the prior 0.1, named by keyword, each with its list of (when, then)."""
    return compile_rules(
        {"id": cause, "prior": 0.1, "rules": [{"when": w, "then": t, "because": f"{cause}: {w}"} for w, t in listed]}
        for cause, listed in rules.items()
    )


def session(rules: RuleSet, **options: Any) -> Session:
    return Session(rules, make_network(rules, "count"), **options)


def certainties(conclusions: Conclusions) -> dict[str, str]:
    return {finding.cause: finding.certainty for finding in conclusions.findings}


def shares(conclusions: Conclusions) -> dict[str, float]:
    return {finding.cause: round(finding.probability, 4) for finding in conclusions.findings}


def pasted(name: str, value: str, start: int = -1, end: int = -1) -> Fact:
    return Fact(name, value, Source("paste", "", start, end))


def test_a_cause_without_a_fired_rule_has_no_finding() -> None:
    """Nothing is said of a cause that no rule speaks of, and no facts give no findings."""
    rules = ruleset(scp=[({"layer": "scp"}, "confirmed")], boundary=[({"layer": "boundary"}, "confirmed")])
    assert certainties(session(rules).conclude(facts([("layer", "scp")]))) == {"scp": "confirmed"}
    assert session(rules).conclude(Facts()) == Conclusions((), ())


@pytest.mark.parametrize(
    ("said", "certainty"),
    [
        (("likely", "possible"), "likely"),
        (("possible", "confirmed", "likely"), "confirmed"),
        (("likely", "ruled-out", "possible"), "ruled-out"),
        (("ruled-out",), "ruled-out"),
        (("ruled-out", "confirmed"), "possible"),
        (("likely", "confirmed", "ruled-out"), "possible"),
    ],
)
def test_certainty_combines(said: tuple[Certainty, ...], certainty: Certainty) -> None:
    """The strongest counts; ruled-out beats what is short of confirmed; contradictory evidence leaves it possible."""
    rules = ruleset(scp=[({"a": "x"}, one) for one in said])
    [finding] = session(rules).conclude(facts([("a", "x")])).findings
    assert finding.certainty == certainty
    assert len(finding.because) == len(said)


def test_reasons_that_decided_come_first() -> None:
    """Reasons stand from the strongest to ruled-out; where the cause is ruled out, what did that comes first."""
    rules = ruleset(
        out=[({"a": "x"}, "possible"), ({"a": "x"}, "ruled-out"), ({"a": "x"}, "likely")],
        both=[({"a": "x"}, "ruled-out"), ({"a": "x"}, "confirmed")],
    )
    found = {finding.cause: finding for finding in session(rules).conclude(facts([("a", "x")])).findings}
    assert [reason.rule for reason in found["out"].because] == ["out/2", "out/3", "out/1"]
    assert [reason.rule for reason in found["both"].because] == ["both/2", "both/1"]


def test_probability_is_prior_times_strength() -> None:
    """Likely weighs 20, possible 1 and confirmed 400; what is ruled out has no share."""
    rules = ruleset(
        sure=[({"a": "x"}, "confirmed")],
        likely=[({"a": "x"}, "likely")],
        possible=[({"a": "x"}, "possible")],
        out=[({"a": "x"}, "ruled-out")],
    )
    conclusions = session(rules).conclude(facts([("a", "x")]))
    assert list(certainties(conclusions)) == ["sure", "likely", "possible", "out"]
    assert shares(conclusions) == {"sure": 0.9501, "likely": 0.0475, "possible": 0.0024, "out": 0.0}


def test_further_rules_double_up_to_eight() -> None:
    """Each further rule for a cause doubles its strength, to eight times at most."""
    rules = ruleset(
        one=[({"a": "x"}, "possible")],
        two=[({"a": "x"}, "possible")] * 2,
        nine=[({"a": "x"}, "possible")] * 9,
        against=[({"a": "x"}, "confirmed"), ({"a": "x"}, "ruled-out")],
    )
    conclusions = session(rules).conclude(facts([("a", "x")]))
    assert shares(conclusions) == {"nine": 0.6667, "two": 0.1667, "against": 0.0833, "one": 0.0833}


def test_everything_ruled_out() -> None:
    """Where nothing is left there is no probability to share, and no division by zero."""
    rules = ruleset(b=[({"a": "x"}, "ruled-out")], a=[({"a": "x"}, "ruled-out")])
    assert shares(session(rules).conclude(facts([("a", "x")]))) == {"a": 0.0, "b": 0.0}


def test_certainty_ranks_before_probability() -> None:
    """A confirmed cause comes before a likelier one that is not confirmed; equals come by their id."""
    rules = ruleset(c=[({"a": "x"}, "likely")], b=[({"a": "x"}, "likely")], d=[({"a": "x"}, "confirmed")])
    rules = replace(rules, priors={"d": 0.0001, "c": 1.0, "b": 1.0})
    found = session(rules).conclude(facts([("a", "x")])).findings
    assert [finding.cause for finding in found] == ["d", "b", "c"]
    assert found[0].probability < found[1].probability


def test_a_reason_holds_the_facts_of_its_rule() -> None:
    """A reason names its rule and sentence, and the facts as given, with their places; other facts are not in it."""
    rules = ruleset(scp=[({"layer": ["scp", "rcp"], "effect": "explicit"}, "confirmed")])
    layer, effect = pasted("layer", "scp", 40, 60), pasted("effect", "explicit", 10, 20)
    [finding] = session(rules).conclude(Facts([pasted("code", "403"), effect, layer])).findings
    [reason] = finding.because
    assert (reason.rule, reason.text) == ("scp/1", "scp: {'layer': ['scp', 'rcp'], 'effect': 'explicit'}")
    assert reason.facts == (layer, effect)


def test_a_condition_rests_on_the_first_fact_that_meets_it() -> None:
    """Where several values meet a condition, the one learnt first is the reason."""
    rules = ruleset(scp=[({"layer": ["scp", "rcp"]}, "confirmed")])
    first, second = pasted("layer", "rcp"), pasted("layer", "scp")
    [finding] = session(rules).conclude(Facts([first, second])).findings
    assert finding.because[0].facts == (first,)


CHAINED = ruleset(
    scp=[
        ({"org": "yes", "layer": "scp"}, {"guarded": "yes"}),
        ({"guarded": "yes", "org": "yes"}, {"denied": "yes"}),
        ({"denied": "yes", "code": "403", "guarded": "yes"}, "confirmed"),
    ]
)


def test_reasons_reach_down_to_the_root() -> None:
    """The facts of a reason are the given ones first and then the derived ones, each once, causes before effects."""
    code, org, layer = pasted("code", "403"), pasted("org", "yes"), pasted("layer", "scp", 5, 9)
    conclusions = session(CHAINED).conclude(Facts([code, org, layer]))
    guarded = Fact("guarded", "yes", Source("derived", "scp/1", 5, 9))
    denied = Fact("denied", "yes", Source("derived", "scp/2", 5, 9))
    assert conclusions.derived == (guarded, denied)
    assert conclusions.findings[0].because[0].facts == (org, layer, code, guarded, denied)


def test_a_derived_fact_without_a_place() -> None:
    """Where no fact it rests on stands in the paste, a derived fact has no place either."""
    conclusions = session(CHAINED).conclude(facts([("org", "yes"), ("layer", "scp")]))
    assert conclusions.derived[0].source == Source("derived", "scp/1", -1, -1)


def test_what_was_given_is_not_derived() -> None:
    """A fact that was given keeps its source, and reasons on it end there."""
    code, denied = pasted("code", "403", 1, 4), pasted("denied", "yes", 7, 9)
    given = Facts([code, denied, pasted("org", "yes"), pasted("layer", "scp"), pasted("guarded", "yes")])
    conclusions = session(CHAINED).conclude(given)
    assert conclusions.derived == ()
    assert conclusions.findings[0].because[0].facts == (denied, code, pasted("guarded", "yes"))


def test_the_shallowest_derivation_is_kept() -> None:
    """A fact that can be derived in one step rests on that step, though a longer way is written first."""
    rules = ruleset(
        a=[
            ({"b": "1"}, {"c": "1"}),
            ({"a": "1"}, {"b": "1"}),
            ({"a": "1"}, {"c": "1"}),
            ({"a": "1", "z": "1"}, {"c": "1"}),
            ({"c": "1"}, "likely"),
        ]
    )
    conclusions = session(rules).conclude(facts([("z", "1"), ("a", "1")]))
    assert {fact.name: fact.source.detail for fact in conclusions.derived} == {"b": "a/2", "c": "a/3"}


def test_circles_have_a_root() -> None:
    """Rules that derive each other's conditions never support themselves."""
    rules = ruleset(
        a=[({"x": "1"}, {"y": "1"}), ({"y": "1"}, {"x": "1"}), ({"g": "1"}, {"y": "1"}), ({"x": "1"}, "likely")]
    )
    conclusions = session(rules).conclude(facts([("g", "1")]))
    names = [fact.name for fact in conclusions.findings[0].because[0].facts]
    assert names == ["g", "y", "x"]


def test_facts_are_not_remembered() -> None:
    """The second person with the same facts sees the places in their own paste."""
    rules = ruleset(scp=[({"layer": "scp"}, "confirmed")])
    memo = Memo()
    here = session(rules, memo=memo)
    here.conclude(Facts([pasted("layer", "scp", 1, 5)]))
    again = here.conclude(Facts([pasted("layer", "scp", 30, 35)]))
    assert again.findings[0].because[0].facts == (pasted("layer", "scp", 30, 35),)
    assert len(memo) == 1


class Lying:
    """A network that gives a fixed answer."""

    name = "lying"

    def __init__(self, *rule_ids: str) -> None:
        self.answer = frozenset(rule_ids)
        self.asked = self.discarded = 0

    def fire(self, atoms: frozenset[str]) -> frozenset[str]:
        self.asked += 1
        return self.answer

    def discard(self) -> None:
        self.discarded += 1


@pytest.mark.parametrize("answer", [(), ("scp/1", "scp/2")])
def test_a_wrong_network_is_noticed(answer: tuple[str, ...]) -> None:
    """A conclusion lost or made up is an error, the engine is thrown away, and neither answer is used or remembered."""
    rules = ruleset(scp=[({"a": "x"}, "likely"), ({"b": "x"}, "confirmed")])
    network = Lying(*answer)
    here = Session(rules, network)
    for turn in (1, 2):
        with pytest.raises(NetworkError, match="the network `lying` and the count differ on 1 rules"):
            here.conclude(facts([("a", "x")]))
        assert (network.asked, network.discarded) == (turn, turn)


def test_a_made_up_conclusion_cannot_be_explained() -> None:
    """Even without the count, a rule whose conditions are not met is no conclusion."""
    rules = ruleset(scp=[({"a": "x"}, "likely"), ({"b": "x"}, "confirmed")])
    with pytest.raises(NetworkError, match="the rule `scp/2` fired, but its conditions are not met"):
        Session(rules, Lying("scp/1", "scp/2"), check=False).conclude(facts([("a", "x")]))


def test_a_network_is_asked_once_for_a_set() -> None:
    """Facts that no rule knows, and their order, make no difference to what is asked."""
    rules = ruleset(scp=[({"a": "x"}, "likely"), ({"b": "x"}, "confirmed")])
    network = Lying("scp/1", "scp/2")
    here = Session(rules, network)
    for pairs in ([("a", "x"), ("b", "x")], [("b", "x"), ("other", "x"), ("a", "x")]):
        here.conclude(facts(pairs))
    assert network.asked == 1


def test_the_memory_forgets_what_was_used_least_recently() -> None:
    """Beyond its entries the memory drops the oldest, and reading keeps an entry young."""
    memo = Memo(entries=2)
    memo.put(("c1",), ("r1",))
    memo.put(("c2",), ())
    assert memo.get(("c1",)) == ("r1",)
    memo.put(("c3",), ())
    assert memo.get(("c2",)) is None
    assert memo.get(("c1",)) == ("r1",)
    assert memo.get(("c3",)) == ()


def test_the_memory_is_bounded_by_what_its_entries_hold() -> None:
    """A few large entries push out many small ones, and one beyond the bound is not kept at all."""
    memo = Memo(entries=100, names=10)
    for number in range(8):
        memo.put((f"c{number}",), ())
    memo.put(("a", "b", "c"), ("r1", "r2"))
    assert len(memo) == 6
    memo.put(tuple(f"c{number}" for number in range(11)), ())
    assert len(memo) == 0
    memo.put(("c1",), ("r1",))
    memo.put(("c1",), ("r1",))
    assert memo.get(("c1",)) == ("r1",)


@settings(max_examples=60, deadline=None)
@given(causes(), st.integers(0, 2**32))
def test_conclusions_hold_on_generated_rules(matter: list[Cause], seed: int) -> None:
    """On any rules: all that follows is derived, each reason's given facts alone lead to it, and shares add up."""
    rules = compile_rules(matter)
    here = session(rules)
    random = Random(seed)
    for _ in range(5):
        pairs = random.sample(GIVEN, random.randint(0, 14))
        fired, known = chain(matter, pairs)
        conclusions = here.conclude(facts(pairs))
        assert {(fact.name, fact.value) for fact in conclusions.derived} == known - set(pairs)
        assert len({finding.cause for finding in conclusions.findings}) == len(conclusions.findings)
        for finding in conclusions.findings:
            for reason in finding.because:
                assert reason.rule in fired
                roots = [(f.name, f.value) for f in reason.facts if (f.name, f.value) in pairs]
                assert reason.rule in chain(matter, roots)[0]
                assert len(set(reason.facts)) == len(reason.facts)
        left = [finding.probability for finding in conclusions.findings if finding.certainty != "ruled-out"]
        assert not left or sum(left) == pytest.approx(1.0)
