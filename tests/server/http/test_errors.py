"""All errors take one shape: a page for people, a problem (RFC 9457) for programs."""

from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service

PASTE = "secret-text-of-the-paste"


@pytest.fixture(scope="module")
def failing(service: Service) -> Flask:
    """A site with a page for every error, one of them an error of ours."""
    app = create_app(service, Settings(max_paste=1_000, max_body=2_000))

    def refuse(status: int) -> Callable[[], str]:
        return lambda: abort(status)

    for status in (400, 404, 405, 413, 414, 415, 429, 500, 503):
        app.add_url_rule(f"/fail/{status}", f"fail{status}", refuse(status))
    app.add_url_rule("/fail/break", "break", lambda: 1 // 0)
    return app


@pytest.mark.parametrize("status", [400, 404, 405, 413, 414, 415, 429, 500, 503])
def test_an_error_is_a_page_or_a_problem_by_what_is_accepted(failing: Flask, status: int) -> None:
    client = failing.test_client()
    page = client.get(f"/fail/{status}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert f"Error {status}" in page.text
    problem = client.get(f"/fail/{status}", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.content_type) == (status, "application/problem+json")
    data = problem.get_json(force=True)
    assert set(data) == {"type", "title", "status", "detail"}
    assert data["status"] == status


def test_a_mistake_of_ours_is_answered_and_told_nobody(failing: Flask) -> None:
    answer = failing.test_client().get("/fail/break")
    assert answer.status_code == 500
    assert "division" not in answer.text
    assert "Traceback" not in answer.text


def test_the_api_answers_with_a_problem_whatever_is_accepted(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nope", headers={"Accept": "text/html"})
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("size", [1_001, 5_000, 10_000_000])
def test_too_much_text_is_refused_with_the_limit_and_what_to_do(failing: Flask, size: int) -> None:
    answer = failing.test_client().post("/diagnose", data={"text": "x" * size})
    assert answer.status_code == 413
    assert "0 KB" in answer.text
    assert "Nothing is lost" in answer.text


def test_a_wrong_method_says_which_is_right(client: FlaskClient) -> None:
    answer = client.get("/api/v1/diagnose")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_long_address_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = client.get("/search?q=" + "x" * 3_000)
    assert answer.status_code == 414
    assert "xxx" not in answer.text


def test_errors_do_not_repeat_what_was_sent(client: FlaskClient) -> None:
    for path in (f"/{PASTE}", f"/articles/{PASTE}", f"/gates/{PASTE}"):
        assert PASTE not in client.get(path).text
