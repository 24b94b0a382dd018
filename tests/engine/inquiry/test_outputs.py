"""Pasted command output sets the right answers; what cannot be read gets a clear error that says what to do."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.inquiry.world import fronts
from whydenied.engine.errors import InputError
from whydenied.engine.inquiry.outputs import Outputs
from whydenied.engine.inquiry.paste import MAX_OUTPUT
from whydenied.engine.inquiry.policies import Known

PASTES = yaml.safe_load(Path(__file__).with_name("pastes.yaml").read_text(encoding="utf-8"))
CASES = json.loads(Path(__file__).with_name("outputs.json").read_text(encoding="utf-8"))
KNOWN = Known("arn:aws:sts::111122223333:assumed-role/Developer/ana@example.com", "s3:GetObject", "arn:aws:s3:::b/k")
OUTPUTS = Outputs(fronts()[1])


def read(text: str, asked: str = "", known: Known | None = None) -> tuple[dict[str, str], str]:
    """Read an output into facts and notes."""
    found = OUTPUTS.read(text, asked, known)
    return {fact.name: fact.value for fact in found.facts}, " ".join(found.notes)


@pytest.mark.parametrize("case", CASES, ids=[case["command"] for case in CASES])
def test_an_output_sets_its_answers(case: dict[str, Any]) -> None:
    """Outputs in the shapes that the CLI prints set exactly the facts they tell."""
    text = case.get("text") or json.dumps(case["output"], indent=4)
    facts, notes = read(text, case.get("asked", ""), KNOWN if case.get("known") else None)
    assert facts == case["facts"]
    assert case.get("note", "") in notes


def test_every_call_with_readings_has_an_example_here() -> None:
    """No question's readers go untried."""
    tried = {name for case in CASES for name in case["facts"]}
    untried = [question["id"] for question in fronts()[1] if question["reads"] and question["id"] not in tried]
    assert untried == []


def test_a_prompt_and_the_command_may_be_copied_along() -> None:
    facts, _ = read('$ aws s3api get-bucket-request-payment --bucket b\n{\n    "Payer": "BucketOwner"\n}\n$ ')
    assert facts == {"bucket.requester-pays": "no"}


def test_a_refused_diagnostic_call_leaves_the_answer_unknown_and_says_so() -> None:
    text = "An error occurred (AccessDenied) when calling the GetBucketPolicy operation: Access Denied"
    facts, notes = read(text, "bucket.policy-says")
    assert facts == {"bucket.policy-says": "unknown"}
    assert "You may not call GetBucketPolicy either" in notes
    assert "says nothing about the call that was refused first" in notes


def test_a_policy_without_the_message_asks_for_it() -> None:
    """Nobody can say what a policy means for a request that was not told."""
    facts, notes = read(json.dumps({"Policy": '{"Statement": [{"Effect": "Deny", "Principal": "*"}]}'}))
    assert facts == {"bucket.policy": "yes"}
    assert "only with the message" in notes


def test_an_output_under_the_wrong_question_still_counts_where_it_belongs() -> None:
    facts, _ = read('{"Payer": "Requester"}', "boundary.attached")
    assert facts == {"bucket.requester-pays": "yes"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing was pasted"),
        ("hello world", "no output that can be read: run the command again with `--output json`"),
        ('{"Role": {"RoleName": "a", "Arn": "b"', "the JSON breaks off before its end"),
        ('{"Policy": "{\\"Version', "the JSON breaks off before its end"),
        ('{"Role": {"RoleName": "a",}}', "not valid JSON near line 1"),
        ("Role: &a\n  Arn: x\n  Path: *a\n", "this is YAML: run the command again with `--output json`"),
        ("-----------\n|  GetRole  |\n+---------+--+", "this is a table"),
        ("ROLE\tarn:aws:iam::1:role/a\t2026", "the CLI's text form"),
        ('["a", "b"]', "a JSON list, not an object: leave `--query` out"),
        ('{"Foo": 1, "Bar": 2}', "not the output of `aws iam get-role`: it has `Foo`, `Bar`"),
        ("Unable to locate credentials. You can configure credentials", "found no credentials"),
        (
            "An error occurred (ValidationError) when calling the GetRole operation: bad",
            "failed with `ValidationError`",
        ),
        (
            "An error occurred (Throttling) when calling the FooBar operation: x",
            "error `Throttling` of another command",
        ),
        ("[" * 100_000, "nested too deeply"),
        ("x" * (MAX_OUTPUT + 1), "more than 4,000,000 characters"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(text: str, says: str) -> None:
    asked = "boundary.attached" if "FooBar" not in text else ""
    with pytest.raises(InputError) as error:
        read(text, asked)
    assert says in str(error.value)


@pytest.mark.parametrize("case", PASTES["pastes"], ids=[case["name"] for case in PASTES["pastes"]])
def test_what_people_paste_is_read_or_refused_for_the_right_reason(case: dict[str, Any]) -> None:
    """Also that nothing is answered that was not in it, and that what is about something else is noticed."""
    known = Known(**PASTES["messages"][case["message"]]) if case["message"] else None
    if "says" in case:
        with pytest.raises(InputError) as error:
            read(case["paste"], case["asked"], known)
        assert case["says"] in str(error.value)
        return
    facts, notes = read(case["paste"], case["asked"], known)
    assert facts == case["facts"]
    assert case.get("note", "") in notes
