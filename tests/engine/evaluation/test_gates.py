"""The gates as records: nothing else lists them, and none depends on another's having been asked."""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.bench.evaluation import heavy
from whydenied.engine.evaluation import evaluate, read_policies, read_request
from whydenied.engine.evaluation.answer import Answer
from whydenied.engine.evaluation.gates import GATES, POLICY_GATES, find_gate, gate_called
from whydenied.engine.evaluation.gates.resource import weigh
from whydenied.engine.evaluation.situation import Situation, is_bounded


def test_each_module_of_the_folder_is_one_gate() -> None:
    """A module is named as its gate; names, places and fields are each used once."""
    folder = Path(__file__).parents[3] / "engine/evaluation/gates"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "gate"}
    assert {gate.name.replace("-", "_") for gate in GATES} == modules
    for what in ("name", "place", "title"):
        assert len({getattr(gate, what) for gate in GATES}) == len(GATES), what
    assert len({gate.field for gate in POLICY_GATES}) == len(POLICY_GATES)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_a_record_is_whole(gate: Any) -> None:
    """A gate has policies of its own and says how they are called, or it judges those of another gate."""
    assert bool(gate.field) != bool(gate.judges)
    assert bool(gate.field) == bool(gate.words) == bool(gate.policies)
    assert find_gate(gate.policies_of).field
    assert gate.owner.format(ours="111122223333", theirs="444455556666")
    # What gives a permission is needed for a proof; what only takes away may be taken for open.
    assert not gate.field or bool(gate.may_stay_open) != gate.grants


def test_articles_names_of_a_gate() -> None:
    """Trust policies and key policies are resource policies; a name that is no gate has none behind it."""
    behind = {name: gate.name for name in ("trust", "kms", "scp") if (gate := gate_called(name))}
    assert behind == {"trust": "resource", "kms": "resource", "scp": "scp"}
    assert gate_called("authentication") is None


def test_no_gate_waits_for_another() -> None:
    """Asked in any order, each gate answers what it answered in the evaluation."""
    case = heavy()
    request, policies = read_request(case), read_policies(case)
    expected = {answer.gate: _told(answer) for answer in evaluate(request, policies).answers}
    situation = Situation(request, policies, True, False, is_bounded(request, policies))
    for seed in range(5):
        order = random.Random(seed).sample(GATES, len(GATES))
        _, excuse = weigh(situation)
        assert {gate.name: _told(gate.answer(situation, excuse)) for gate in order} == expected


def _told(answer: Answer) -> tuple[Any, ...]:
    statements = [(document.name, statement.index) for document, statement in answer.determining]
    return answer.gate, answer.decision, answer.blocks, answer.reason, statements


def test_an_answer_stays_as_it_was_given() -> None:
    """Nobody changes an answer after it was given."""
    answer = evaluate(read_request(heavy()), read_policies(heavy())).answers[0]
    with pytest.raises(AttributeError):
        answer.reason = "another"  # type: ignore[misc]


def test_an_evaluation_says_what_is_wrong_with_its_policies() -> None:
    """A misspelt action in a Deny lets the request through, and the evaluation says so."""
    case = heavy()
    case["scps"] = [[{"Version": "2012-10-17", "Statement": _statements("s3:GetObjekt")}]]
    evaluation = evaluate(read_request(case), read_policies(case))
    assert evaluation.decision == "Allowed"
    (scp,) = [found for found in evaluation.problems if found.gate == "scp"]
    assert [problem.code for problem in scp.problems] == ["unknown-action"]
    lines = scp.lines[0]
    assert lines is not None
    assert "s3:GetObjekt" in lines.text


def _statements(denied: str) -> list[dict[str, str]]:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return [everything, {"Effect": "Deny", "Action": denied, "Resource": "*"}]
