"""The answer in one line, and which denials are answered together."""

import pytest

from tests.server.conftest import TWO_OF_ONE_CALLER
from whydenied.engine.drafts.forms import forms_of
from whydenied.engine.drafts.record import FORMS
from whydenied.server.diagnosis.answer import Answer, answers_of, change_words, short_name
from whydenied.server.diagnosis.marks import stretches
from whydenied.server.service import Service, load_service

DENIED = (
    "User: arn:aws:sts::111122223333:assumed-role/ci/{session} is not authorized to perform: {action} on resource: "
    "arn:aws:dynamodb:eu-west-1:111122223333:table/locks because no identity-based policy allows the {action} action"
)


@pytest.fixture(scope="module")
def real() -> Service:
    """The service over the installed content."""
    return load_service()


def answers(real: Service, text: str) -> tuple[Answer, ...]:
    return answers_of(real.report(text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            DENIED.format(session="run", action="dynamodb:GetItem"),
            "`ci` may not `dynamodb:GetItem` on `table/locks`: no identity policy allows it",
        ),
        (
            "User: arn:aws:iam::123456789012:user/test is not authorized to perform: ec2:DescribeInstances",
            "`test` may not `ec2:DescribeInstances`: most likely no identity policy allows it",
        ),
        (
            "An error occurred (ExpiredToken) when calling the ListBuckets operation: The provided token has expired.",
            "The credentials have expired",
        ),
        (
            "dial tcp: lookup sts.eu-wset-1.amazonaws.com on 10.0.0.2:53: no such host",
            "The Region in the name of the host does not exist",
        ),
        (
            "An error occurred (VcpuLimitExceeded) when calling the RunInstances operation: You have requested more "
            "vCPU capacity than your current vCPU limit of 32 allows",
            "A quota or capacity is used up",
        ),
        (
            "NotAuthorizedException: Unauthenticated access is not supported for this identity pool.",
            "The identity pool refuses the login, or a guest",
        ),
        (
            "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:iam::111122223333:"
            'user/ana is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::reports/q3.csv" with an '
            "explicit deny in a resource-based policy",
            "`ana` may not `s3:GetObject` on `reports/q3.csv`: a Deny in the resource's policy matches",
        ),
    ],
)
def test_the_title_is_the_answer_with_the_readers_own_names(real: Service, text: str, title: str) -> None:
    [answer] = answers(real, text)
    assert answer.title == title


def test_what_one_change_mends_is_one_answer(real: Service) -> None:
    """The two calls of a state lock: one statement with two actions, and a title that names both."""
    text = "\n".join(DENIED.format(session="run", action=f"dynamodb:{verb}Item") for verb in ("Get", "Put"))
    [answer] = answers(real, text)
    assert answer.title.startswith("`ci` may not `dynamodb:GetItem` and `dynamodb:PutItem` on `table/locks`: ")
    assert answer.change is not None
    [statement] = answer.change.statements
    assert statement["Action"] == ["dynamodb:GetItem", "dynamodb:PutItem"]


def test_thirty_sessions_are_one_answer_with_their_number_and_times(real: Service) -> None:
    lines = [
        f"2026-11-20T14:{2 + number:02}:00Z {DENIED.format(session=f'i-{number}', action='dynamodb:GetItem')}"
        for number in range(30)
    ]
    [answer] = answers(real, "\n".join(lines))
    assert answer.repeated == "30 times, 30 sessions, 14:02 to 14:31"


def test_the_same_line_again_and_again_has_its_first_and_last_time(real: Service) -> None:
    line = DENIED.format(session="run", action="dynamodb:GetItem")
    [answer] = answers(real, "\n".join(f"2026-11-20 09:{minute}:00 {line}" for minute in (10, 25, 59)))
    assert answer.repeated == "3 times, 09:10 to 09:59"


def test_what_other_people_must_change_is_an_answer_of_its_own(real: Service) -> None:
    other = (
        "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
        "arn:aws:sqs:eu-west-1:111122223333:orders because no permissions boundary allows the sqs:SendMessage action"
    )
    assert len(answers(real, f"{DENIED.format(session='run', action='dynamodb:GetItem')}\n{other}")) == 2


def test_the_change_says_into_which_policy_it_goes(real: Service) -> None:
    [answer] = answers(real, DENIED.format(session="run", action="dynamodb:GetItem"))
    assert answer.change is not None
    assert change_words(answer.change) == "Add this statement to a policy of role `ci`"
    assert list(forms_of(answer.change)) == list(FORMS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("arn:aws:sts::111122223333:assumed-role/ci/run", "ci"),
        ("arn:aws:iam::111122223333:root", "root of 111122223333"),
        ("arn:aws:s3:::exports/2026/q1.csv", "exports/2026/q1.csv"),
        ("*", ""),
        ("lambda.amazonaws.com", "lambda.amazonaws.com"),
        ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:" + "x" * 100, "secret:" + "x" * 24 + "…" + "x" * 32),
    ],
)
def test_a_name_is_what_people_know_the_thing_by(text: str, name: str) -> None:
    assert short_name(text) == name


def test_a_log_is_shown_from_its_error_on(real: Service) -> None:
    """What stands above is cut, and said to be."""
    log = "\n".join(f"step {number} done, nothing to see" for number in range(60))
    report = real.report(f"{log}\n{DENIED.format(session='run', action='dynamodb:GetItem')}")
    first, second = report.paste[:2]
    assert first.left_out > 1_000
    assert second.text.count("\n") == 2
    assert stretches("short\n", []) == [stretches("short\n", [])[0]]


def test_a_change_that_mends_two_answers_belongs_to_the_first(real: Service) -> None:
    """A reader who sees the same statements twice makes them twice."""
    first, second = answers(real, TWO_OF_ONE_CALLER)
    assert first.change is second.change
    assert (first.mended_by, second.mended_by) == (0, 1)
