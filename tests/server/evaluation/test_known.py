"""Facts of an evaluation become answers to the questions of the knowledge base, of values that these have."""

from pathlib import Path
from typing import Any

import pytest

from engine.remedies import report
from kb.catalogue import load_catalogue
from server.evaluation.known import _ANSWERS, _RESOURCE, known_facts

_ROOT = Path(__file__).parents[3] / "content"
_ALLOW = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
_DENY = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
_OTHER = {"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}


def answers(action: str = "ec2:RunInstances", **case: Any) -> dict[str, str]:
    request = {
        "principal": "arn:aws:sts::111122223333:assumed-role/deploy/ci",
        "action": action,
        "resource": "arn:aws:ec2:eu-west-3:111122223333:instance/*",
        "resource_account": "111122223333",
    }
    found = report({"request": request, **case})
    return {fact.name: fact.value for fact in known_facts(found.facts, action) if not fact.name.startswith("blocks.")}


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"identity_policies": [_ALLOW]}, {"identity.allows": "yes", "identity.denies": "no", "scp.allows": "yes"}),
        ({"identity_policies": [_OTHER]}, {"identity.allows": "no", "boundary.attached": "no", "session.policy": "no"}),
        ({"identity_policies": [_DENY]}, {"identity.denies": "yes"}),
        ({"scps": [[_OTHER]]}, {"scp.allows": "no", "gate.scp": "implicit-deny"}),
        ({"scps": [[_ALLOW, _DENY]]}, {"scp.allows": "denies", "gate.scp": "explicit-deny"}),
        ({"permissions_boundaries": [_OTHER]}, {"boundary.allows": "no"}),
        ({"vpc_endpoint_policies": [_OTHER]}, {"vpce.policy-allows": "no"}),
    ],
)
def test_a_gate_that_answered_answers_its_question(case: dict[str, Any], expected: dict[str, str]) -> None:
    said = answers(**case)
    assert {name: said.get(name) for name in expected} == expected


def test_what_is_not_known_is_not_answered() -> None:
    said = answers(identity_policies=[_ALLOW], unknown=["scp", "vpce", "boundary", "session"])
    assert not {"scp.allows", "vpce.policy-allows", "vpce.in-path", "boundary.attached", "session.policy"} & said.keys()


def test_every_answer_is_one_that_its_question_has() -> None:
    catalogue = load_catalogue([_ROOT])
    pairs = [*_ANSWERS.values(), *(pair for by_decision in _RESOURCE.values() for pair in by_decision.values())]
    for question, value in (one for several in pairs for one in several):
        article = catalogue.get("question", question)
        assert article is not None, question
        assert value in [choice["value"] for choice in article.meta["values"]], (question, value)
