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


def test_the_change_has_the_shape_that_a_diagnosis_gives_it(client: FlaskClient) -> None:
    found = client.post("/api/v1/evaluate", json=_CASE).get_json()
    [change] = found["changes"]
    message = f"User: {_CASE['request']['principal']} is not authorized to perform: s3:GetObject"
    told = client.post("/api/v1/diagnose", json={"text": f"{message} on resource: arn:aws:s3:::b/k"}).get_json()
    [drafted] = told["changes"]
    assert set(change) == set(drafted)
    assert change["statement"] == drafted["statement"]
    assert set(change["forms"]) == set(drafted["forms"])
    assert (change["status"], drafted["status"]) == ("proved", "assumed")
    assert change["forms"]["cli"].splitlines() == found["plan"]["remedy"]["changes"][0]["commands"]


def test_what_needs_no_statement_is_a_change_of_another_kind(client: FlaskClient) -> None:
    asks = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    case = {**_CASE, "identity_policies": [{"Statement": asks}]}
    [meet] = client.post("/api/v1/evaluate", json=case).get_json()["changes"]
    assert (meet["kind"], meet["owner"], meet["statements"], meet["forms"]) == ("other", "the caller", [], {})
    assert "HTTPS" in meet["why"][0]
    role = {**_CASE["request"], "principal": "arn:aws:iam::111122223333:role/r", "action": "sts:GetFederationToken"}
    [none] = client.post("/api/v1/evaluate", json={**_CASE, "request": role}).get_json()["changes"]
    assert (none["kind"], none["owner"], none["statements"]) == ("other", "", [])
    allowed = {**_CASE, "identity_policies": [{"Statement": {**asks, "Condition": {}}}]}
    assert client.post("/api/v1/evaluate", json=allowed).get_json()["changes"] == []


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
