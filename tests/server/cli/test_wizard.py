"""`whydenied wizard`: the same questions, words and outcome as the pages."""

import json

import pytest
from click.testing import CliRunner, Result

from tests.server.conftest import S3_NAMED, SCP_DENIAL
from whydenied.server.cli.wizard import wizard
from whydenied.server.service import Service


def run(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(wizard, list(arguments), input=answers)


@pytest.fixture(autouse=True)
def _cache(real: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the content that the pages are tried on."""
    monkeypatch.delenv("WHYDENIED_CONTENT", raising=False)


def test_answers_by_number_or_by_word_lead_to_the_cause_and_the_note() -> None:
    result = run("--fact", "reader.sees=resource", "--fact", "message.names=none", answers="s3\nmissing\nq\n")
    assert result.exit_code == 0
    assert "3. What fails?" in result.output
    assert "It separates “" in result.output
    assert "The S3 object does not exist" in result.output
    assert "A note to send on:" in result.output
    assert "Who is denied: <fill in>" in result.output


def test_help_output_back_and_nonsense_keep_the_question() -> None:
    facts = ["--fact", "failing=s3", "--fact", "message.names=none"]
    result = run(*facts, answers='?\nwhat\np\nhello\n.\n3\nb\np\n{"Payer": "Requester"}\n.\n')
    assert "whom to ask:" in result.output
    assert "a number, ? how to find out" in result.output
    assert "! this is no output that can be read" in result.output
    assert result.output.count("What does the policy simulator answer") == 2
    assert "bucket.requester-pays = yes" in result.output
    assert "Requester Pays" in result.output


def test_the_end_of_the_input_shows_the_causes() -> None:
    result = run(answers="")
    assert result.exit_code == 0
    assert "to find out:" in result.output
    assert "A note to send on:" in result.output


def test_a_message_fills_the_commands_and_the_note() -> None:
    result = run(SCP_DENIAL, "--note", "markdown")
    assert "The message itself says which kind of policy refused" in result.output
    assert "- Who is denied: `arn:aws:sts::111122223333:assumed-role/deploy/ci`" in result.output


def test_one_step_as_json_is_that_of_the_api() -> None:
    answer = json.loads(run("--json", "--fact", "reader.sees=both", S3_NAMED).output)
    assert set(answer) == {"findings", "question", "contradictions", "passed_over"}
    assert "role/Reader" in answer["question"]["command"]


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (["--fact", "fail=s3"], "there is no question `fail`", 2),
        (["--fact", "failing=everything"], "`everything` is no answer to `failing`: use one of s3, call", 2),
        (["hello there"], "no denial was found in the message", 3),
    ],
)
def test_mistakes_are_told(arguments: list[str], says: str, code: int) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert says in result.output
