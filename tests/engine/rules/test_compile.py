"""Compiling rules: what is accepted, what becomes an atom, and what an author is told."""

from typing import Any

import pytest

from whydenied.engine.errors import ContentError
from whydenied.engine.rules import Condition, Derived, Rule, Verdict, compile_rules
from whydenied.engine.rules.compile import NAMESPACE_SIZE


def rule(when: Any = None, then: Any = "likely", because: Any = "it is so", **more: Any) -> dict[str, Any]:
    return {"when": {"layer": "scp"} if when is None else when, "then": then, "because": because, **more}


def cause(*rules: Any, **fields: Any) -> dict[str, Any]:
    return {"id": "scp-deny", "prior": 0.1, "rules": list(rules), **fields}


def test_rules_are_numbered_within_their_cause() -> None:
    """A rule without an id gets its cause's id and its place; an id given is kept."""
    ruleset = compile_rules([cause(rule(), rule(id="mine"), rule(then={"gate": "scp"}))])
    assert list(ruleset.rules) == ["scp-deny/1", "mine", "scp-deny/3"]
    layer = Condition("layer", frozenset({"scp"}))
    assert ruleset.rules["mine"] == Rule("mine", (layer,), Verdict("scp-deny", "likely"), "it is so")
    assert ruleset.rules["scp-deny/3"].conclusion == Derived("gate", "scp")
    assert ruleset.priors == {"scp-deny": 0.1}


def test_equal_conditions_share_an_atom() -> None:
    """The same fact with the same values is one atom, however the values are written."""
    ruleset = compile_rules([cause(rule({"a": ["x", "y"]}), rule({"a": ("y", "x")}), rule({"a": "x"}))])
    assert ruleset.needs == {"scp-deny/1": ("c0",), "scp-deny/2": ("c0",), "scp-deny/3": ("c1",)}
    assert ruleset.conditions["c0"] == Condition("a", frozenset({"x", "y"}))


def test_a_fact_meets_every_condition_that_lists_its_value() -> None:
    """A fact has the atoms of all conditions it meets, and none where no rule asks."""
    ruleset = compile_rules([cause(rule({"a": ["x", "y"]}), rule({"a": "x"}))])
    assert ruleset.atoms_for("a", "x") == ("c0", "c1")
    assert ruleset.atoms_for("a", "y") == ("c0",)
    assert ruleset.atoms_for("a", "z") == ruleset.atoms_for("b", "x") == ()


def test_values_are_compared_as_text() -> None:
    """Values that another language would call equal are different facts."""
    ruleset = compile_rules([cause(rule({"a": "1"}))])
    assert ruleset.atoms_for("a", "1.0") == ruleset.atoms_for("a", "true") == ruleset.atoms_for("A", "1") == ()


def test_a_derived_fact_yields_the_atoms_it_meets() -> None:
    """What a rule derives is known as atoms beforehand; facts nobody asks for yield none."""
    ruleset = compile_rules([cause(rule(then={"b": "x"}), rule(then={"c": "x"}), rule({"b": ["x", "y"]}))])
    assert ruleset.yields == {"scp-deny/1": ("c1",)}


def test_a_rule_may_be_its_own_support() -> None:
    """Rules only add, so a rule that derives what it tests is harmless."""
    assert compile_rules([cause(rule({"a": "x"}, then={"a": "x"}))]).yields == {"scp-deny/1": ("c0",)}


def test_namespaces_are_small_enough() -> None:
    """No more atoms share a namespace than a network can compare at one level."""
    ruleset = compile_rules([cause(*(rule({"a": f"v{number}"}) for number in range(1_001)))])
    sizes = [0, 0, 0]
    for atom in ruleset.conditions:
        sizes[ruleset.namespace(atom)] += 1
    assert sizes == [NAMESPACE_SIZE, NAMESPACE_SIZE, 1]


def test_other_fields_of_a_cause_are_ignored() -> None:
    """A cause's front matter can be given whole, and a cause without rules is no error."""
    assert compile_rules([{"id": "a", "prior": 1, "gate": "scp", "fix": "Do it."}]).rules == {}


@pytest.mark.parametrize("count", [1, 16])
def test_one_to_sixteen_conditions(count: int) -> None:
    """A rule may have one condition and sixteen."""
    compile_rules([cause(rule({f"fact{number}": "x" for number in range(count)}))])


BAD: dict[str, tuple[Any, str]] = {
    "no id": (cause(id=""), "a cause has the id ``: write a non-empty string"),
    "prior zero": (cause(prior=0), "cause `scp-deny`, prior: `0` is no share: write a number above 0 and up to 1"),
    "prior above one": (cause(prior=1.5), "prior: `1.5` is no share"),
    "prior not a number": (cause(prior=float("nan")), "prior: `nan` is no share"),
    "prior a boolean": (cause(prior=True), "prior: `True` is no share"),
    "prior missing": ({"id": "a", "rules": []}, "cause `a`, prior: `None` is no share"),
    "rules no list": (cause() | {"rules": {"when": {}}}, "cause `scp-deny`, rules: write a list of rules"),
    "rule no mapping": (cause("when"), "cause `scp-deny`, rules[1]: write a rule with `when`"),
    "unknown field": (cause(rule(unless={})), "rules[1]: the field `unless` is not known"),
    "no conditions": (cause(rule({})), "rules[1].when: write 1 to 16 conditions"),
    "17 conditions": (cause(rule({f"f{n}": "x" for n in range(17)})), "rules[1].when: write 1 to 16 conditions"),
    "when no mapping": (cause(rule(["layer"])), "rules[1].when: write 1 to 16 conditions"),
    "name empty": (cause(rule({" ": "x"})), "rules[1].when: ` ` is no name of a fact"),
    "value boolean": (cause(rule({"a": True})), "rules[1].when.a: `True` is no value of a fact"),
    "value empty": (cause(rule({"a": ["x", ""]})), "rules[1].when.a: `` is no value of a fact"),
    "no values": (cause(rule({"a": []})), "rules[1].when.a: the list is empty: write at least one value"),
    "value twice": (cause(rule({"a": ["x", "x"]})), "rules[1].when.a: a value is listed twice: write each value once"),
    "certainty unknown": (cause(rule(then="sure")), "rules[1].then: `sure` is no conclusion: write one of confirmed"),
    "certainty a list": (cause(rule(then=["likely"])), "rules[1].then: `['likely']` is no conclusion"),
    "two facts": (
        cause(rule(then={"a": "x", "b": "y"})),
        "is not one fact: write one, and a rule for each further one",
    ),
    "derived no text": (cause(rule(then={"a": 1})), "rules[1].then: `a: 1` is no fact"),
    "no because": (cause(rule(because=None)), "rules[1].because: `None` is no text: write a non-empty string"),
    "id no text": (cause(rule(id=7)), "rules[1].id: `7` is no text"),
    "id taken": (cause(rule(id="scp-deny/2"), rule()), "the id `scp-deny/2` is taken: give the rule an id of its own"),
}


@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD)
def test_unusable_content_is_refused(bad: dict[str, Any], message: str) -> None:
    """The author is told the cause, the field, and what to write instead."""
    with pytest.raises(ContentError) as error:
        compile_rules([bad])
    assert message in str(error.value)


def test_a_cause_id_is_used_once() -> None:
    """Two causes with one id are refused."""
    with pytest.raises(ContentError, match="cause `scp-deny`: the id is given twice"):
        compile_rules([cause(), cause()])


def test_at_most_250_rules_share_a_condition() -> None:
    """The 251st rule on a condition is refused, and its author told how to do without."""
    compile_rules([cause(*[rule()] * 250)])
    with pytest.raises(
        ContentError, match=r"rule `scp-deny/251`, when: more than 250 rules test that `layer` is `scp`"
    ):
        compile_rules([cause(*[rule()] * 251)])


def test_at_most_4000_rules() -> None:
    """More rules than the engines were measured with are refused."""
    many = [rule({f"fact{number % 40}": "x"}) for number in range(4_001)]
    compile_rules([cause(*many[:4_000])])
    with pytest.raises(ContentError, match="4,001 rules are too many for one network: write 4,000 at most"):
        compile_rules([cause(*many)])
