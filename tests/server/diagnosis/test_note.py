"""The note: the message, who, what, the change and its proof, for one owner; a doubt asks to look only."""

import pytest

from whydenied.server.diagnosis.answer import answers_of
from whydenied.server.diagnosis.note import FORMS, notes_by_owner, write_notes
from whydenied.server.service import Service, load_service

LINE = (
    "2026-11-20T14:02:11Z User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: "
    "sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows "
    "the sqs:SendMessage action"
)
BARE = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"


@pytest.fixture(scope="module")
def real() -> Service:
    """The service over the installed content."""
    return load_service()


def notes(real: Service, text: str, form: str = "plain") -> list[str]:
    report = real.report(text)
    found = notes_by_owner(answers_of(report), report, "https://help.example.com")
    return [write_notes(each, form) for _, each in found]


@pytest.mark.parametrize("form", [name for name, _ in FORMS])
def test_every_form_has_all_that_one_needs_to_act(real: Service, form: str) -> None:
    [note] = notes(real, LINE, form)
    for part in (
        LINE,
        "arn:aws:sts::111122223333:assumed-role/ci/run",
        '"Action": "sqs:SendMessage"',
        "unless an SCP",
        "How to verify",
        "the IAM administrator of account 111122223333",
        "https://help.example.com/articles/identity-no-allow",
    ):
        assert part in note, part


def test_below_likely_it_asks_to_look_and_to_change_nothing(real: Service) -> None:
    text = "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden"
    for each in notes(real, text) + notes(real, BARE):
        if "possible, not yet certain" in each:
            assert "Please look whether this is so, before anything is changed" in each
            assert "Add " not in each.partition("What is asked:")[2].partition("How to verify")[0]


def test_each_owner_gets_one_note_with_all_that_is_asked_of_him(real: Service) -> None:
    """Two roles of one account are one administrator's; what the organization must change is another's."""
    other = LINE.replace("role/ci", "role/batch")
    scp = LINE.replace("because no identity-based policy allows", "because no service control policy allows")
    found = notes(real, f"{LINE}\n{other}\n{scp}")
    assert len(found) == 2
    assert "assumed-role/ci/run" in found[0]
    assert "assumed-role/batch/run" in found[0]


def test_what_is_no_denial_is_nobodys_to_change(real: Service) -> None:
    assert notes(real, "dial tcp: lookup sts.eu-wset-1.amazonaws.com on 10.0.0.2:53: no such host") == []


def test_who_makes_the_change_is_told_what_it_opens_and_rests_on(real: Service) -> None:
    """The owner of a bucket sees neither the page nor the terminal: all that stands beside the change goes along."""
    text = (
        "User: arn:aws:iam::111122223333:user/etl is not authorized to perform: s3:GetObject on resource: "
        "arn:aws:s3:::partner-drop/in/a.csv because no resource-based policy allows the s3:GetObject action"
    )
    for form, _ in FORMS:
        [note] = notes(real, text, form)
        assert "bucket policy of" in note
        assert "Taken for granted: another account owns the resource" in note
        assert "This opens the resource to account 111122223333" in note


def test_the_cause_of_a_note_is_that_of_its_case(real: Service) -> None:
    text = "AccessDeniedException: 'arn:aws:iam::111122223333:role/steps' is not authorized to create managed-rule."
    [note] = notes(real, text)
    assert "Cause: The machine's role may not make its rule in EventBridge (certain)" in note
    assert "states:CreateStateMachine" not in note
