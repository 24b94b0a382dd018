"""The JSON API gives what the pages give."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import SCP_DENIAL
from whydenied.server.data.findings import report_data
from whydenied.server.service import Service


def test_a_diagnosis_is_the_report_as_data(client: FlaskClient, service: Service) -> None:
    answer = client.post("/api/v1/diagnose", json={"text": SCP_DENIAL})
    assert answer.status_code == 200
    assert answer.get_json() == report_data(service.report(SCP_DENIAL))


def test_a_search_gives_articles_and_facets(client: FlaskClient) -> None:
    data = client.get("/api/v1/search?q=guardrail").get_json()
    assert data["answered_by"] == "fields"
    assert data["results"][0]["id"] == "scp-deny"
    assert data["facets"]["gates"] == {"scp": 1}


@pytest.mark.parametrize("query", ["", "arn:aws:iam::111122223333:role/deploy", SCP_DENIAL])
def test_a_search_for_a_paste_is_sent_elsewhere(client: FlaskClient, query: str) -> None:
    answer = client.get("/api/v1/search", query_string={"q": query})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert "111122223333" not in answer.text


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"text": 1}', b'{"text": " "}', b'{"text": "a", "more": 1}', b"\xff\xfe", b"[" * 100_000],
)
def test_a_body_that_is_not_as_asked_for_is_refused_with_the_form_it_should_have(
    client: FlaskClient, body: bytes
) -> None:
    answer = client.post("/api/v1/diagnose", data=body, content_type="application/json")
    assert answer.status_code == 400
    problem: dict[str, Any] = answer.get_json(force=True)
    assert problem["status"] == 400
    assert "text" in problem["detail"]


def test_another_kind_of_body_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/diagnose", data="text", content_type="text/plain").status_code == 415
