"""`whydenied diagnose` on a terminal, in a pipe and as JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.server.conftest import TWO_OF_ONE_CALLER
from whydenied.server.cli import main

MESSAGE = (
    "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
    "arn:aws:sqs:eu-west-1:111122223333:orders because no permissions boundary allows the sqs:SendMessage action"
)
BARE = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"


@pytest.fixture
def runner() -> CliRunner:
    """Return a runner of commands."""
    return CliRunner()


def test_a_message_as_an_argument_gives_cause_reason_fix_and_owner(runner: CliRunner) -> None:
    """All that a person needs is on the screen, with the names of the message in the commands."""
    result = runner.invoke(main, ["diagnose", MESSAGE])
    assert result.exit_code == 0
    for needed in (
        "confirmed",
        "because:",
        "Add this statement to the permissions boundary of user ana:",
        '"Action": "sqs:SendMessage"',
        "verify:",
        "who can change it:",
        "whydenied article boundary-no-allow",
    ):
        assert needed in result.output
    assert "--user-name ana" in result.output


def test_a_file_and_standard_input_give_the_same_as_an_argument(runner: CliRunner, tmp_path: Path) -> None:
    """However the text arrives, it is the same text."""
    path = tmp_path / "error.txt"
    path.write_text(MESSAGE)
    as_argument = runner.invoke(main, ["diagnose", MESSAGE]).output
    assert runner.invoke(main, ["diagnose", str(path)]).output == as_argument
    assert runner.invoke(main, ["diagnose", "-"], input=MESSAGE).output == as_argument


def test_json_holds_the_fields_the_findings_and_the_articles(runner: CliRunner) -> None:
    """The JSON form is that of the documented contract."""
    data = json.loads(runner.invoke(main, ["diagnose", "--json", MESSAGE]).output)
    assert data["recognised"] is True
    assert data["error"]["action"] == "sqs:SendMessage"
    assert (data["error"]["policy_type"], data["error"]["effect"]) == ("boundary", "implicit")
    finding = data["findings"][0]
    assert (finding["cause"], finding["certainty"]) == ("boundary-no-allow", "confirmed")
    assert finding["because"][0]["facts"]
    assert data["articles"][0]["url"] == "/articles/boundary-no-allow"


def test_several_denials_are_all_in_the_json(runner: CliRunner) -> None:
    """Two different denials give two entries; the top shows the one that tells most."""
    other = "An error occurred (ExpiredToken) when calling the ListBuckets operation: The provided token has expired."
    data = json.loads(runner.invoke(main, ["diagnose", "--json", f"{MESSAGE}\n{other}"]).output)
    assert [denial["findings"][0]["cause"] for denial in data["denials"]] == [
        "boundary-no-allow",
        "credentials-expired",
    ]
    assert data["error"]["action"] == "sqs:SendMessage"


def test_jsonl_answers_every_line_in_order(runner: CliRunner) -> None:
    """A line that cannot be read gets an answer that says so; the others are not lost."""
    lines = [json.dumps({"id": "a", "text": MESSAGE}), "{not json", json.dumps({"id": 3, "text": "hello"})]
    result = runner.invoke(main, ["diagnose", "--jsonl"], input="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", None, 3]
    assert answers[0]["recognised"] is True
    assert "not a JSON object" in answers[1]["error"]
    (step,) = answers[2].pop("next_steps")
    assert step["kind"] == "stop"
    assert answers[2] | {"denials": []} == {
        "id": 3, "recognised": False, "error": None, "findings": [], "articles": [], "secrets": [], "denials": [],
        "answered_by": "text", "left_out": 0, "changes": [],
    }  # fmt: skip


def test_what_is_no_denial_is_said_to_be_none(runner: CliRunner) -> None:
    """An honest no has exit code 1 and says what to do next."""
    result = runner.invoke(main, ["diagnose", "the weather is nice"])
    assert result.exit_code == 1
    assert "does not look like an AWS error" in result.output
    assert "whydenied article debugging-checklist" in result.output


def test_a_secret_is_masked_and_its_rotation_advised(runner: CliRunner) -> None:
    """The secret is nowhere in the output."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    for form in ([], ["--json"]):
        result = runner.invoke(main, ["diagnose", *form, f"aws_secret_access_key = {secret}\n{MESSAGE}"])
        assert secret not in result.output
        assert "secret access key" in result.output


@pytest.mark.parametrize(
    ("data", "said"), [(b"a" * 1_000_001, "more than 1000000 bytes"), (b"PK\x03\x04\0\0\0\0", "not text")]
)
def test_input_that_cannot_be_read_is_refused_with_what_to_do(runner: CliRunner, data: bytes, said: str) -> None:
    """Too much and binary input have exit code 3."""
    result = runner.invoke(main, ["diagnose", "-"], input=data)
    assert result.exit_code == 3
    assert said in result.output


def test_invalid_utf8_is_read_as_far_as_it_goes(runner: CliRunner) -> None:
    """A stray byte does not hide the message."""
    result = runner.invoke(main, ["diagnose", "--json", "-"], input=b"\xff\xfe " + MESSAGE.encode())
    assert json.loads(result.output)["findings"][0]["cause"] == "boundary-no-allow"


def test_jsonl_goes_with_nothing_else(runner: CliRunner) -> None:
    """A wrong combination is refused as wrong usage."""
    assert runner.invoke(main, ["diagnose", "--jsonl", MESSAGE]).exit_code == 2


def test_output_is_plain_where_it_is_piped(runner: CliRunner) -> None:
    """No colour codes reach a file."""
    assert "\x1b[" not in runner.invoke(main, ["diagnose", MESSAGE]).output
    assert "\x1b[" in runner.invoke(main, ["diagnose", MESSAGE], color=True).output


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("cli", "aws iam put-user-policy --user-name ana"),
        ("terraform", 'resource "aws_iam_user_policy"'),
        ("cloudformation", "AWS::IAM::UserPolicy"),
        ("cdk", "new iam.PolicyStatement"),
    ],
)
def test_the_change_is_printed_in_the_form_that_is_asked_for(runner: CliRunner, form: str, words: str) -> None:
    """The answer comes first, then the change in this form alone."""
    text = MESSAGE.replace("no permissions boundary allows", "no identity-based policy allows")
    result = runner.invoke(main, ["diagnose", "--form", form, text])
    assert "ana may not sqs:SendMessage on orders: no identity policy allows it" in result.output.partition("\n")[0]
    assert words in result.output
    assert '"Effect": "Allow",\n' not in result.output


def test_all_that_is_behind_it_is_printed_only_when_asked_for(runner: CliRunner) -> None:
    """One command without it; with it all of them, what was read, and the other causes."""
    short = runner.invoke(main, ["diagnose", MESSAGE]).output
    full = runner.invoke(main, ["diagnose", "--all", MESSAGE]).output
    assert short.count("\n    # ") == 1
    assert full.count("\n    # ") > 1
    assert "who: arn:aws:iam::111122223333:user/ana" in full
    assert "who: " not in short


def test_the_changes_are_in_the_json(runner: CliRunner) -> None:
    """One list for the paste, and each denial's own."""
    data = json.loads(runner.invoke(main, ["diagnose", "--json", MESSAGE]).output)
    [change] = data["changes"]
    assert change == data["denials"][0]["changes"][0]
    assert (change["gate"], change["kind"], change["status"]) == ("boundary", "allow", "assumed")
    assert change["statement"] == {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": "arn:aws:sqs:eu-west-1:111122223333:orders",
    }
    assert "scp" in change["assumes"]
    assert change["denials"] == [1]
    assert {"json", "cli"} <= set(change["forms"])


def test_an_answer_without_a_change_loads_nothing_of_what_makes_one() -> None:
    """A cold start is most of what a command takes."""
    code = (
        "import sys; from click.testing import CliRunner; from whydenied.server.cli import main; "
        f"CliRunner().invoke(main, ['diagnose', {BARE!r}]); "
        "print(sorted(m for m in sys.modules if m.startswith('whydenied.engine.')"
        " and m.split('.')[2] in ('policy', 'evaluation', 'remedies', 'source')))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_a_text_that_does_not_tell_why_is_answered_with_the_first_question(runner: CliRunner) -> None:
    result = runner.invoke(main, ["diagnose", BARE])
    assert result.output.startswith("○ s3:GetObject is refused: the message does not say why")
    assert "?\n     1  " in result.output
    assert "whydenied wizard" in result.output
    assert "most likely" not in result.output
    # A question with a screen full of answers is for the wizard itself.
    vague = runner.invoke(main, ["diagnose", "deploy failed: AccessDeniedException: nope"]).output
    assert "?\n     1  " not in vague
    assert "answer a few questions: whydenied wizard" in vague
    # All that stands behind it is still there for who asks.
    assert "s3-opaque" in runner.invoke(main, ["diagnose", "--all", BARE]).output


def test_the_one_command_is_about_the_readers_own_names(runner: CliRunner) -> None:
    said = (
        "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: "
        "arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
    )
    commands = [line for line in runner.invoke(main, ["diagnose", said]).output.splitlines() if "    aws " in line]
    assert len(commands) == 1
    assert "user/ana" in commands[0]
    assert "sqs:SendMessage" in commands[0]
    # What the message itself asks for comes before what one would run without it.
    known = f"{said}. Call the GetRequestAuthorizationDetails API with the following authorization id: 0a1b2c3d11112222"
    assert "--authorization-id 0a1b2c3d11112222\n" in runner.invoke(main, ["diagnose", known]).output


QUEUE = (
    "Error: creating SQS Queue (dlq): operation error SQS: CreateQueue, https response error StatusCode: 403, "
    "api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: "
    "sqs:createqueue on resource: arn:aws:sqs:eu-west-1:111122223333:dlq because no identity-based policy allows "
    "the sqs:createqueue action\n\n  with aws_sqs_queue.dlq,\n  on main.tf line 14"
)


def test_what_comes_next_stands_apart_from_what_is_proved(runner: CliRunner) -> None:
    short = runner.invoke(main, ["diagnose", QUEUE]).output
    assert short.count('"Action"') == 1
    assert "--all prints one change for these as well" in short
    proved, _, expected = runner.invoke(main, ["diagnose", "--all", QUEUE]).output.partition("expected and not proved:")
    assert '"Action": "sqs:CreateQueue",' in proved
    assert '"Action": ["sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],' in expected


def test_a_change_that_mends_several_answers_is_printed_once(runner: CliRunner) -> None:
    """A reader who sees the same statements twice adds them twice."""
    out = runner.invoke(main, ["diagnose", TWO_OF_ONE_CALLER]).output
    assert out.count('"kms:Decrypt"') == 1
    assert "the change of answer 1 mends this too" in out
