"""The evaluator's gates and those that articles and pages name are the same ones."""

from whydenied.engine.evaluation.gates import GATES, gate_called
from whydenied.kb.facts import FACTS
from whydenied.kb.gates import GATES as WORDS
from whydenied.kb.gates import GATES_BY_ID


def test_pages_know_each_gate_of_the_evaluator_and_no_other() -> None:
    """A gate that policies decide has words for its diagram, and for its box where it has policies of its own."""
    assert {words.id for words in WORDS if words.is_decided} == {gate.name for gate in GATES}
    for gate in GATES:
        words = GATES_BY_ID[gate.name]
        assert bool(words.question) == bool(words.refusal)
        assert bool(words.box) == bool(gate.field)


def test_a_name_beside_a_gates_own_is_one_that_articles_use() -> None:
    """What the evaluator takes for a gate (`trust`) is a gate of articles; what it decides is nobody else's name."""
    for gate in GATES:
        for name in gate.also:
            assert not GATES_BY_ID[name].is_decided
            assert gate_called(name) is gate


def test_facts_of_each_gate() -> None:
    """Rules can speak of every gate's answer, and of no other's."""
    for prefix in ("gate.", "blocks."):
        assert {name.removeprefix(prefix) for name in FACTS if name.startswith(prefix)} == {gate.name for gate in GATES}
