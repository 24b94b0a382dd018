"""POST /api/v1/wizard: the steps of the pages, as data."""

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import S3_BARE, S3_NAMED, SCP_DENIAL


def test_a_step_has_findings_and_the_next_question(reader: FlaskClient) -> None:
    answer = reader.post("/api/v1/wizard", json={"text": S3_BARE, "facts": {}}).json
    assert answer is not None
    assert set(answer) == {"findings", "question", "contradictions", "passed_over"}
    question = answer["question"]
    assert set(question) == {"id", "text", "why", "values", "instead", "beside", "command", "cost"}
    assert question["values"][-1] == {"value": "unknown", "label": "I don't know"}
    assert {"cause", "certainty", "probability", "because"} <= set(answer["findings"][0])


def test_that_iam_cannot_be_looked_at_is_said_in_place_of_an_answer(reader: FlaskClient) -> None:
    step = reader.post("/api/v1/wizard", json={"text": S3_BARE, "facts": {}}).json
    assert step is not None
    assert [(one["id"], one["value"]) for one in step["question"]["instead"]] == [("reader.sees", "resource")]
    beside = step["question"]["beside"]
    assert (beside["id"], beside["values"][-1]["value"]) == ("permission.granted", "unknown")
    assert beside["text"] == "Was the identity ever given the permission that was refused?"
    assert beside["values"][0]["label"].startswith("No")
    facts = {beside["id"]: "unknown"}
    following = reader.post("/api/v1/wizard", json={"text": S3_BARE, "facts": facts}).json
    assert following is not None
    assert following["question"]["id"] != step["question"]["id"]
    assert following["question"]["instead"] == []
    assert following["question"]["beside"] is None


def test_answers_lead_to_an_end(reader: FlaskClient) -> None:
    """The same client loop as in the reference: answer until there is no question."""
    facts: dict[str, str] = {}
    for _ in range(8):
        answer = reader.post("/api/v1/wizard", json={"text": S3_BARE, "facts": facts}).json
        assert answer is not None
        if answer["question"] is None:
            break
        assert answer["question"]["id"] not in facts
        facts[answer["question"]["id"]] = "unknown"
    assert answer["question"] is None
    assert len(facts) <= 7


def test_commands_carry_the_names_of_the_message(reader: FlaskClient) -> None:
    facts = {"reader.sees": "both"}
    answer = reader.post("/api/v1/wizard", json={"text": S3_NAMED, "facts": facts}).json
    assert answer is not None
    assert "role/Reader" in answer["question"]["command"]


def test_a_message_that_states_its_layer_is_asked_nothing(reader: FlaskClient) -> None:
    answer = reader.post("/api/v1/wizard", json={"text": SCP_DENIAL}).json
    assert answer is not None
    assert answer["question"] is None
    assert answer["findings"][0]["cause"] == "scp-explicit-deny"


def test_it_starts_from_nothing(reader: FlaskClient) -> None:
    answer = reader.post("/api/v1/wizard", json={}).json
    assert answer is not None
    assert answer["question"]["id"] == "failing"


def test_a_question_that_is_no_more_is_told_and_does_not_matter(reader: FlaskClient) -> None:
    """An id may be from older content; what is no id at all may be anything, and is not sent back."""
    body = {"facts": {"failing": "s3", "gone.question": "yes", "message.kind": "denial", "My Secret 1234": "x"}}
    step = reader.post("/api/v1/wizard", json=body).get_json()
    assert step.pop("passed_over") == ["gone.question"]
    known = reader.post("/api/v1/wizard", json={"facts": {"failing": "s3", "message.kind": "denial"}}).get_json()
    assert known.pop("passed_over") == []
    assert step == known


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"facts": {"failing": "everything"}}, "`failing` has no such value: use one of s3, call"),
        ({"facts": ["failing"]}, "The body must be JSON"),
        ({"fact": {}}, "The body must be JSON"),
    ],
)
def test_mistakes_are_told(reader: FlaskClient, body: object, says: str) -> None:
    answer = reader.post("/api/v1/wizard", json=body)
    assert answer.status_code == 400
    assert answer.json is not None
    assert says in answer.json["detail"]
