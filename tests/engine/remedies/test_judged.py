"""No advice that anybody would regret: every remedy of many random denials is judged by rules written down."""

from typing import Any

import pytest

from tests.engine.remedies.denials import denials
from tests.engine.remedies.judge import by_tag, dangers
from tests.engine.remedies.proofs import decide_with
from whydenied.engine.evaluation import read_case
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.policy.conditions.condition import compile_conditions
from whydenied.engine.policy.context import read_context
from whydenied.engine.policy.names import Names
from whydenied.engine.remedies import plan, plan_text


def _judge(case: dict[str, Any]) -> None:
    found = plan(read_case(case))
    assert not dangers(case, found), f"{dangers(case, found)}\n{plan_text(found)}\n{case}"
    for remedy in (found.remedy, *found.alternatives):
        if remedy is not None:
            # Of an endpoint it may not be known what kind it is; then nothing else is open.
            proved = "Unknown" if "kind of the VPC endpoint" in remedy.left_open else "Allowed"
            assert decide_with(case, remedy) == remedy.after == proved, f"{plan_text(found)}\n{case}"
    assert found.remedy is not None or found.refusals


@pytest.mark.parametrize("case", list(denials(150)), ids=lambda _: "")
def test_some_random_denials(case: dict[str, Any]) -> None:
    """A slice, before every commit."""
    _judge(case)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_many_random_denials(seed: int) -> None:
    """3,000 in all."""
    for case in denials(150, seed=1000 + seed):
        _judge(case)


_WHO = ("aws:principalarn", "aws:principalorgid")
# A tag opens more than the request: where others must set it, it comes last (test_tags_and_claims.py).
_TAGS = ("aws:resourcetag/", "aws:principaltag/", "s3:existingobjecttag/", "ec2:resourcetag/")


def _may_be_met(key: str, request: dict[str, Any]) -> bool:
    """Tell whether the caller may meet a condition on a key as who he is.

    To be somebody else is advice; everything else of the request would be another's too."""
    caller = str(request["principal"])
    if key in _WHO or key.startswith(_TAGS) or not Names().carries(request["action"], key):
        return False
    return not key.startswith("aws:multifactorauth") or (
        ":user/" in caller or ":root" in caller or (":assumed-role/" in caller and "/AWS" not in caller)
    )


def _failing(case: dict[str, Any]) -> list[str]:
    """List the gates that block because an Allow's conditions fail, by looking at the raw statements alone."""
    evaluation = read_case(case)
    context = read_context(case["request"]["context"])
    found = []
    for answer in evaluation.blocking:
        gate = find_gate(answer.gate)
        if answer.decision == "explicit-deny" or gate.judges:
            continue
        for document in evaluation.policies.documents(answer.gate):
            for statement in document.candidates(evaluation.request.key)[1]:
                named = not gate.with_principal or statement.grade(evaluation.request.caller, False)
                covered = statement.covers_resource(evaluation.request.resource, evaluation.request.context)
                conditions = compile_conditions(statement.raw.get("Condition"), True) or ()
                failing = [one for one in conditions if not one.evaluate(context)]
                asked = [one.key.lower() for one in failing]
                if named and covered and asked and all(_may_be_met(one, case["request"]) for one in asked):
                    found.append(answer.gate)
    return list(dict.fromkeys(found))


def _met_first(case: dict[str, Any]) -> int:
    """Assert that whoever fails a condition is told to meet it before anything goes round it; return how many gates."""
    gates = _failing(case)
    found = plan(read_case(case))
    if found.remedy is None:
        return 0
    for gate in gates:
        added = [change.kind for change in found.remedy.changes if change.gate == gate]
        assert not {"allow", "trust"} & set(added), plan_text(found)
    for remedy in found.alternatives:
        for change in remedy.changes:
            if change.gate in gates and change.kind in ("allow", "trust"):
                assert "goes round a condition" in change.guardrail, plan_text(found)
    weakening = [bool(remedy.weakens) for remedy in (found.remedy, *found.alternatives) if not by_tag(remedy)]
    assert weakening == sorted(weakening), "what goes round a condition comes last"
    return len(gates)


def test_failing_conditions_are_met_first() -> None:
    """A slice of them, before every commit."""
    assert sum(map(_met_first, denials(700, seed=77))) >= 20


@pytest.mark.slow
def test_many_failing_conditions_are_met_first() -> None:
    """At least 500 gates."""
    assert sum(map(_met_first, denials(16_000, seed=78))) >= 500
