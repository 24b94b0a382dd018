"""What is to be done next: the statement, or its owner, or a question; and then no more."""

import pytest

from whydenied.server.data.steps import next_steps
from whydenied.server.service import Service, load_service

_WHO = "User: arn:aws:sts::111122223333:assumed-role/build/ana is not authorized to perform: "
_QUEUE = f"{_WHO}sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:orders "


@pytest.fixture(scope="module")
def service() -> Service:
    """The content that is installed."""
    return load_service()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (_QUEUE + "because no identity-based policy allows the sqs:SendMessage action", "apply ask_owner stop"),
        (_QUEUE + "because no permissions boundary allows the sqs:SendMessage action", "ask_owner stop"),
        (_QUEUE + "with an explicit deny in a service control policy", "ask_owner stop"),
        (_QUEUE + "with an explicit deny in an identity-based policy", "ask_owner stop"),
        (
            "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied",
            "answer_question ask_owner stop",
        ),
        (
            "An error occurred (ExpiredToken) when calling the ListBuckets operation: The provided token has expired.",
            "stop",
        ),
        ("npm error 403 Forbidden", "stop"),
    ],
)
def test_the_steps_of_a_message(service: Service, text: str, kinds: str) -> None:
    """Guardrails are their owner's, and what is no denial changes nothing."""
    assert [step["kind"] for step in next_steps(service.report(text))] == kinds.split()


def test_what_is_applied_is_the_change_and_nothing_wider(service: Service) -> None:
    """One action, one resource."""
    report = service.report(_QUEUE + "because no identity-based policy allows the sqs:SendMessage action")
    step = next_steps(report)[0]
    assert step["statements"] == list(report.changes[0].statements)
    assert "*" not in str(step["statements"])
    assert step["denials"] == [1]


def test_a_statement_that_opens_to_others_is_not_applied_by_a_program(service: Service) -> None:
    """A danger, or a blank to fill in, is for a person."""
    for article in service.catalogue.of("cause"):
        report = service.report(article.meta["example"]["text"])
        risky = [one.statements for one in report.changes if one.dangers or one.blanks]
        applied = [step["statements"] for step in next_steps(report) if step["kind"] == "apply"]
        assert not [one for one in applied if tuple(one) in risky], article.id
