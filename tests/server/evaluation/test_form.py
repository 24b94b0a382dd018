"""The form makes a case of its fields, and keeps what cannot be read."""

import json
from typing import Any

import pytest

from whydenied.server.evaluation.form import BOXES, read_form

_REQUEST = {"principal": "arn:aws:iam::111122223333:role/app", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
_POLICY = '{"Version": "2012-10-17", "Statement": []}'


def case(**fields: str) -> dict[str, Any]:
    form = read_form({**_REQUEST, **fields})
    assert form.mistakes == {}
    assert form.case is not None
    return form.case


def test_what_is_left_empty_is_unknown_and_what_does_not_exist_is_none() -> None:
    made = case(**{"identity_policies": _POLICY, "scps.none": "on"})
    assert set(made["unknown"]) == {box.gate for box in BOXES} - {"identity", "scp"}
    assert {"boundary", "rcp", "resource", "session", "vpce"} <= set(made["unknown"])
    assert made["scps"] is None
    assert made["identity_policies"] == [json.loads(_POLICY)]


def test_a_user_has_no_session_policy_to_be_asked_for() -> None:
    assert "session" not in case(principal="arn:aws:iam::111122223333:user/ana")["unknown"]


def test_account_details_leave_it_to_the_engine_what_is_unknown() -> None:
    made = case(details='{"UserDetailList": []}')
    assert made["account_authorization_details"] == {"UserDetailList": []}
    assert made["unknown"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ('{"aws:SourceIp": "203.0.113.7"}', {"aws:SourceIp": "203.0.113.7"}),
        ("aws:SourceIp = 203.0.113.7\n\naws:x=a=b", {"aws:SourceIp": "203.0.113.7", "aws:x": "a=b"}),
        ('aws:TagKeys = "a"\r\naws:TagKeys = b\r\naws:TagKeys = c', {"aws:TagKeys": ["a", "b", "c"]}),
    ],
)
def test_the_context_is_json_or_lines(text: str, expected: dict[str, Any]) -> None:
    assert case(context=text)["request"]["context"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lambda.amazonaws.com", "lambda.amazonaws.com"),
        ("token.actions.githubusercontent.com", {"federated": "token.actions.githubusercontent.com"}),
        ('{"service": "ec2.amazonaws.com"}', {"service": "ec2.amazonaws.com"}),
        ("anonymous", "anonymous"),
    ],
)
def test_callers_of_every_kind(text: str, expected: Any) -> None:
    assert case(principal=text)["request"]["principal"] == expected


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("principal", "", "who calls is missing"),
        ("principal", "ana", "`ana` is not an ARN"),
        ("action", "", "the action is missing"),
        ("action", "GetObject", "`GetObject` is no action"),
        ("action", "s3:*", "a wildcard"),
        ("resource_account", "12", "`12` is no account"),
        ("context", "aws:SourceIp 203.0.113.7", "line 1, column 1: no `key = value`"),
        ("context", '{"a": {"b": 1}}', "context key `a`"),
        ("identity_policies", "{", "line 1, column 2"),
        ("scps", "{}\n---\n[", "line 3"),
        ("case", "[]", "one JSON object"),
        ("details", "{} {}", "several"),
    ],
)
def test_a_mistake_stands_at_its_field_and_nothing_is_lost(field: str, text: str, words: str) -> None:
    form = read_form({**_REQUEST, "rcps": _POLICY, field: text})
    assert list(form.mistakes) == [field]
    assert words in form.mistakes[field].text
    assert form.case is None
    assert form.values.get(field, "") == text
    assert form.values["rcps"] == _POLICY


def test_every_box_is_read_by_the_evaluator() -> None:
    """A name that the evaluator does not know would be passed over in silence."""
    from whydenied.engine.evaluation import read_policies

    for box in BOXES:
        compiled = read_policies({box.name: [[{}]] if box.levels else [{}]})
        assert len(compiled.documents(box.gate)) == 1
