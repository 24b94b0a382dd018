"""What an evaluation tells the rules: each gate's answer as a fact.

Names and values: `gate.<gate>` = allow, explicit-deny, implicit-deny, not-applicable or unknown; `blocks.<gate>` =
yes, no or unknown; `evaluation.decision` = allowed, implicitly-denied, explicitly-denied or unknown. No fact holds a
name of anything."""

from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.facts import Fact, Source

__all__ = ["evaluation_facts"]

_DECISIONS = {
    "Allowed": "allowed",
    "ImplicitlyDenied": "implicitly-denied",
    "ExplicitlyDenied": "explicitly-denied",
    "Unknown": "unknown",
}
_BLOCKS = {True: "yes", False: "no", None: "unknown"}


def evaluation_facts(evaluation: Evaluation) -> list[Fact]:
    """Return the facts of an evaluation, from the source `evaluation` and the gate as its detail."""
    facts = [Fact("evaluation.decision", _DECISIONS[evaluation.decision], Source("evaluation", "decision"))]
    for answer in evaluation.answers:
        source = Source("evaluation", answer.gate)
        facts.append(Fact(f"gate.{answer.gate}", answer.decision, source))
        facts.append(Fact(f"blocks.{answer.gate}", _BLOCKS[answer.blocks], source))
    return facts
