"""Answers that cannot be true together are found, said why, and nothing is sure as long as they stand."""

import pytest

from tests.engine.inquiry.world import COLD, fronts, inquiry, step, told_by

SCP = told_by(
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k "
    "with an explicit deny in a service control policy"
)
CROSS = told_by(
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:444455556666:jobs"
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("simulation.result", "allowed"), ("identity.allows", "no")),
        (("simulation.result", "allowed"), ("identity.denies", "yes")),
        (("simulation.result", "no-allow"), ("identity.allows", "yes")),
        (("simulation.result", "denies"), ("identity.denies", "no")),
        (("simulation.result", "boundary"), ("boundary.attached", "no")),
        (("simulation.result", "organization"), ("organization.member", "no")),
        (("organization.member", "no"), ("message.names", "scp")),
        (("organization.member", "no"), ("rcp.in-force", "yes")),
        (("organization.management", "yes"), ("scp.allows", "denies")),
        (("boundary.attached", "no"), ("boundary.allows", "no")),
        (("boundary.attached", "no"), ("boundary.allows", "denies")),
        (("boundary.attached", "no"), ("message.names", "boundary")),
        (("resource.account", "same"), ("scope", "account")),
        (("who-else", "only-me"), ("scope", "nobody")),
        (("works-elsewhere", "no"), ("scope", "outside")),
        (("bucket.policy", "no"), ("bucket.policy-says", "denies")),
        (("bucket.policy-says", "none"), ("bucket.policy-allows", "yes")),
        (("object.exists", "no"), ("object.state", "plain")),
        (("object.owner", "bucket-owner"), ("object.state", "other-owner")),
        (("bucket.ownership", "enforced"), ("object.owner", "other")),
        (("vpce.in-path", "no"), ("vpce.policy-allows", "denies")),
        (("permission.granted", "seen-deny"), ("identity.denies", "no")),
        (("permission.granted", "seen-none"), ("identity.allows", "yes")),
        (("permission.granted", "seen"), ("allow.misses", "none")),
        (("role.exists", "no"), ("trust.names-caller", "account")),
        (("instance-profile.attached", "no"), ("instance-profile.role", "yes")),
        (("kms.key-state", "missing"), ("kms.key-policy-names-caller", "yes")),
    ],
)
def test_two_answers_that_cannot_both_be_true_are_found(one: tuple[str, str], other: tuple[str, str]) -> None:
    torn = step(COLD, tuple(sorted((one, other))))
    assert (one, other) in [(found.one, found.other) for found in torn.contradictions]
    assert torn.findings[0].certainty == "possible"
    assert {finding.certainty for finding in torn.findings} <= {"possible", "ruled-out"}
    alone = step(COLD, (one,))
    assert alone.contradictions == ()


@pytest.mark.parametrize(
    ("told", "answer", "fact"),
    [
        (SCP, ("organization.member", "no"), ("message.layer", "scp")),
        (CROSS, ("resource.account", "same"), ("accounts", "cross")),
    ],
)
def test_an_answer_that_contradicts_the_message_is_found(
    told: tuple[tuple[str, str], ...], answer: tuple[str, str], fact: tuple[str, str]
) -> None:
    [found] = step(told, (answer,)).contradictions
    assert (found.one, found.other) == (answer, fact)
    assert found.because.endswith(".")


def test_unknown_contradicts_nothing() -> None:
    for question in fronts()[1]:
        for rule in question["incompatible"]:
            for name in rule["beside"]:
                assert step(COLD, tuple(sorted({(question["id"], "unknown"), (name, "unknown")}))).contradictions == ()


def test_what_one_output_answers_is_no_contradiction() -> None:
    """The simulator's answers of one call agree, whatever it says."""
    assert step(COLD, (("identity.allows", "yes"), ("simulation.result", "allowed"))).contradictions == ()
    assert all(rule.beside for one in inquiry().model.questions.values() for rule in one.incompatible)
