"""Searching, and what never becomes an address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import SCP_DENIAL

ROLE = "arn:aws:iam::111122223333:role/deploy"


def test_words_sent_with_the_form_become_an_address_with_their_filters(client: FlaskClient) -> None:
    answer = client.post("/search", data={"q": " policy ", "kind": "cause", "gate": "", "service": "made-up"})
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"q": ["policy"], "kind": ["cause"]}


def test_results_say_what_answered_and_lead_to_articles(client: FlaskClient) -> None:
    answer = client.get("/search?q=guardrail")
    assert 'href="/articles/scp-deny' in answer.text
    assert "an exact name (fields)" in answer.text
    assert "full text" in client.get("/search?q=attached+caller").text


def test_filters_narrow_and_stay_chosen(client: FlaskClient) -> None:
    answer = client.get("/search?q=policy&gate=scp")
    assert 'href="/articles/scp-deny' in answer.text
    assert 'href="/articles/identity-gap' not in answer.text
    assert '<option value="scp" selected>' in answer.text


def test_a_slip_of_the_finger_is_understood(client: FlaskClient) -> None:
    assert "guardrail" in client.get("/search?q=guardrial").text


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    assert "Try fewer words" in client.get("/search?q=zzzzqqqq").text


@pytest.mark.parametrize("text", [ROLE, "in 111122223333", "AKIAIOSFODNN7EXAMPLE", "1234abcd-12ab"])
def test_identifiers_are_searched_for_without_an_address(client: FlaskClient, text: str) -> None:
    answer = client.post("/search", data={"q": text})
    assert answer.status_code == 200
    assert "Location" not in answer.headers


def test_an_error_pasted_into_the_search_field_is_diagnosed(client: FlaskClient) -> None:
    answer = client.post("/search", data={"q": SCP_DENIAL})
    assert answer.status_code == 200
    assert "may not" in answer.text


@pytest.mark.parametrize("text", [ROLE, SCP_DENIAL])
def test_a_paste_in_an_address_is_refused_with_the_form_filled_in(client: FlaskClient, text: str) -> None:
    answer = client.get("/search", query_string={"q": text})
    assert answer.status_code == 400
    assert 'method="post" action="/diagnose"' in answer.text
    assert text in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_suggestions_come_while_somebody_types(client: FlaskClient) -> None:
    offers = client.get("/suggest?q=serv").get_json()
    assert {"url": "/articles/scp-deny", "kind": "cause", "title": "A service control policy denies it"} in offers


@pytest.mark.parametrize("text", ["", "a", ROLE, SCP_DENIAL])
def test_nothing_is_suggested_for_what_is_no_query(client: FlaskClient, text: str) -> None:
    assert client.get("/suggest", query_string={"q": text}).get_json() == []
