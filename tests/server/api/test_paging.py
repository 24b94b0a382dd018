"""Results come in pages, a filter that there is not is told, and errors have a kind that stays."""

import pytest
from flask.testing import FlaskClient


def test_the_pages_of_a_search_are_its_results_in_order(client: FlaskClient) -> None:
    """The header Link leads from page to page until all have been seen."""
    whole = client.get("/api/v1/search?q=policy&limit=100").get_json()
    path, seen = "/api/v1/search?q=policy&limit=2", []
    while path:
        answer = client.get(path)
        seen += [hit["id"] for hit in answer.get_json()["results"]]
        link = answer.headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0]
    assert whole["total"] > 2
    assert seen == [hit["id"] for hit in whole["results"]]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=0", "`limit` must be a number from 1 to 100"),
        ("limit=many", "`limit` must be a number"),
        ("offset=-1", "`offset` must be a number from 0 to 1000"),
        ("kind=bogus", "`kind` is none of those there are: "),
        ("gate=bogus", "`gate` is none of those there are: "),
    ],
)
def test_what_cannot_be_meant_is_told(client: FlaskClient, query: str, says: str) -> None:
    """Nothing is quietly left out of what was asked."""
    answer = client.get(f"/api/v1/search?q=policy&{query}")
    assert answer.status_code == 400
    assert answer.get_json()["detail"].startswith(says)
    assert answer.get_json()["type"] == "urn:whydenied:not-readable"


def test_the_list_of_articles_takes_the_same_filters(client: FlaskClient) -> None:
    assert client.get("/api/v1/articles?kind=bogus").status_code == 400
    causes = client.get("/api/v1/articles?kind=cause").get_json()["articles"]
    assert {article["kind"] for article in causes} == {"cause"}


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/api/v1/articles/nosuch", "not-found"),
        ("DELETE", "/api/v1/articles", "wrong-method"),
        ("POST", "/api/v1/diagnose", "not-json"),
    ],
)
def test_an_error_has_a_kind_of_its_own(client: FlaskClient, method: str, path: str, kind: str) -> None:
    """A program tells errors apart without reading English."""
    assert client.open(path, method=method).get_json()["type"] == f"urn:whydenied:{kind}"
