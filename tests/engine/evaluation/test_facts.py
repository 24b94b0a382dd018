"""What an evaluation tells the rules."""

from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.facts import evaluation_facts
from whydenied.engine.facts import Facts


def test_each_gate_becomes_a_fact() -> None:
    """A value for every gate, from the evaluation, and no name of anything."""
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    facts = Facts(evaluation_facts(read_case(expand({"scps": [[deny]], "unknown": ["vpce"]}))))
    assert ("gate.scp", "explicit-deny") in facts
    assert ("gate.identity", "implicit-deny") in facts
    assert ("gate.vpce", "unknown") in facts
    assert ("gate.rcp", "not-applicable") in facts
    assert ("blocks.identity", "yes") in facts
    assert ("blocks.vpce", "unknown") in facts
    assert ("evaluation.decision", "explicitly-denied") in facts
    assert {fact.source.origin for fact in facts} == {"evaluation"}
    assert not any("ana" in fact.value for fact in facts)
