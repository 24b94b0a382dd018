"""POST /api/v1/evaluate: the case in, the evaluation as data out."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

_CASE: dict[str, Any] = {
    "id": "one",
    "request": {
        "principal": "arn:aws:iam::111122223333:user/ana",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
        "resource_account": "111122223333",
    },
    "identity_policies": [{"Statement": {"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}}],
}


def test_a_denial_with_its_gates_its_remedy_and_the_problems(client: FlaskClient) -> None:
    answer = client.post("/api/v1/evaluate", json=_CASE)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.get_json()
    assert (found["id"], found["decision"], found["blocked_by"]) == ("one", "ImplicitlyDenied", ["identity"])
    assert len(found["explanation"]["gates"]) == 8
    [change] = found["plan"]["remedy"]["changes"]
    assert change["gate"] == "identity"
    assert found["plan"]["remedy"]["after"] == "Allowed"
    [policy] = found["problems"]
    assert policy["problems"][0]["hint"][0] == "s3:GetObject"
    assert policy["lines"][0]["text"] == '"Action": "s3:GetObjct",'


def test_what_is_not_known_is_asked_for(client: FlaskClient) -> None:
    case = {**_CASE, "identity_policies": [], "unknown": ["identity"]}
    found = client.post("/api/v1/evaluate", json=case).get_json()
    assert found["decision"] == "Unknown"
    assert [need["gate"] for need in found["explanation"]["needs"]] == ["identity"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "nothing is here"),
        (b"[]", "must be an object"),
        (b"{}", "`request` is missing"),
        (b'{"request": {\n "action" 1}}', "Line 2, column 11: a colon is missing"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"request": {"principal": "\\ud800", "action": "a:b"}}', "half a character"),
        (json.dumps({**_CASE, "identity_policies": 1}).encode(), "must be a list"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_that_says_why(client: FlaskClient, body: bytes, words: str) -> None:
    answer = client.post("/api/v1/evaluate", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert words in answer.get_json(force=True)["detail"]


def test_another_kind_of_body_and_too_large_a_one_are_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/evaluate", data="{}", content_type="text/plain").status_code == 415
    large = client.post("/api/v1/evaluate", data=b" " * 10_000_000, content_type="application/json")
    assert large.status_code == 413
    assert "4 MB" in large.get_json(force=True)["detail"]
