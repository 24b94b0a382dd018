"""A diagnosis joined with the articles: what page, API and command line show."""

from tests.server.conftest import IDENTITY_DENIAL, SCP_DENIAL
from whydenied.server.data.findings import report_data
from whydenied.server.diagnosis.answer import answers_of
from whydenied.server.diagnosis.note import notes_by_owner, write_notes
from whydenied.server.diagnosis.report import Report
from whydenied.server.service import Service


def marked(report: Report) -> dict[str, str]:
    return {stretch.label: stretch.text for stretch in report.paste if stretch.fields}


def test_the_cause_comes_with_its_article_and_certainty(service: Service) -> None:
    [result] = service.report(SCP_DENIAL).results
    assert [(cause.id, cause.certainty) for cause in result.causes] == [("scp-deny", "confirmed")]
    assert [cause.id for cause in result.ruled_out] == ["identity-gap"]


def test_what_was_read_is_marked_in_the_paste(service: Service) -> None:
    marks = marked(service.report(SCP_DENIAL))
    assert marks["who"] == "arn:aws:sts::111122223333:assumed-role/deploy/ci"
    assert marks["action"] == "ec2:RunInstances"
    assert marks["error code"] == "AccessDenied"
    assert marks["which policy, allow or deny"] == "with an explicit deny in a service control policy"


def test_a_reason_quotes_the_words_it_rests_on_and_leads_to_their_mark(service: Service) -> None:
    report = service.report(SCP_DENIAL)
    [reason] = report.results[0].causes[0].because
    [evidence] = reason.evidence
    assert evidence.words == "with an explicit deny in a service control policy"
    [mark] = [stretch for stretch in report.paste if f"read-{stretch.start}" == evidence.mark]
    assert mark.text == evidence.words


def test_commands_carry_the_readers_names_and_leave_the_rest_blank(service: Service) -> None:
    commands = [command.run for command in service.report(SCP_DENIAL).results[0].causes[0].commands]
    assert commands == [
        "aws iam get-role --role-name deploy --query 'Role.{Arn:Arn}'",
        "aws organizations describe-policy --policy-id <policy-arn>",
    ]


def test_the_note_says_who_what_and_whom_it_is_for_and_nothing_unknown(service: Service) -> None:
    report = service.report(IDENTITY_DENIAL)
    [(owner, notes)] = notes_by_owner(answers_of(report), report, "https://help.example.com")
    note = write_notes(notes)
    assert note.startswith("ana may not s3:GetObject: ")
    assert IDENTITY_DENIAL in note
    assert "arn:aws:iam::444455556666:user/ana" in note
    assert owner == "the IAM administrator of account 444455556666"
    assert f"Who can change it: {owner}" in note
    assert '"Action": "s3:GetObject"' in note
    assert "unless an SCP" in note
    assert "https://help.example.com/articles/identity-gap" in note
    assert "Region" not in note
    assert "None" not in note


def test_several_denials_give_several_results(service: Service) -> None:
    report = service.report(f"{SCP_DENIAL}\n\n{IDENTITY_DENIAL}")
    assert [result.causes[0].id for result in report.results] == ["scp-deny", "identity-gap"]


def test_the_way_names_the_gate_of_each_cause_and_no_gate_that_nothing_points_to(service: Service) -> None:
    states = {state.gate.id: state.certainty for state in service.report(SCP_DENIAL).results[0].gates}
    assert states["scp"] == "confirmed"
    assert states["boundary"] is None
    assert "kms" not in states


def test_secrets_are_masked_and_named(service: Service) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    report = service.report(f"aws_secret_access_key = {secret}\n{SCP_DENIAL}")
    assert report.secrets == ("secret access key",)
    assert secret not in report.text
    assert secret not in "".join(stretch.text for stretch in report.paste)


def test_it_says_how_it_was_answered(service: Service) -> None:
    assert service.report(SCP_DENIAL).answered_by == "fingerprint"
    assert service.report("nothing of the kind").answered_by == "text"


def test_as_data_it_holds_the_same_and_not_the_paste(service: Service) -> None:
    data = report_data(service.report(SCP_DENIAL))
    [denial] = data["denials"]
    assert denial["error"]["action"] == "ec2:RunInstances"
    assert [(finding["cause"], finding["certainty"]) for finding in denial["findings"]] == [
        ("scp-deny", "confirmed"),
        ("identity-gap", "ruled-out"),
    ]
    assert denial["findings"][0]["because"][0]["words"] == ["with an explicit deny in a service control policy"]
    assert denial["articles"][0] == {
        "id": "scp-deny",
        "kind": "cause",
        "title": "A service control policy denies it",
        "url": "/articles/scp-deny",
    }
    assert "text" not in data
