"""Related articles by what they share, the question that tells a cause, and the ways through the shipped content."""

import datetime

import pytest
from flask.testing import FlaskClient

from whydenied.kb.catalogue import Catalogue, default_roots, load_catalogue
from whydenied.kb.relations import related, telling_question
from whydenied.server.app import create_app
from whydenied.server.service import load_service


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Our own content."""
    return load_catalogue(default_roots())


@pytest.fixture(scope="module")
def site(catalogue: Catalogue) -> FlaskClient:
    """The site over it."""
    return create_app(load_service(default_roots()[:1])).test_client()


def test_what_the_author_names_comes_first_and_shared_facts_add_to_it(catalogue: Catalogue) -> None:
    """The author's order stands; neither the article itself nor anything twice."""
    for article in catalogue.of("cause"):
        found = [other.id for other in related(catalogue, article)]
        assert found[: len(article.meta["related"])] == article.meta["related"]
        assert len(set(found)) == len(found)
        assert article.id not in found


def test_shared_facts_find_what_nobody_named(catalogue: Catalogue) -> None:
    """The guide and the set-up about organizations belong to the cause about SCPs, named or not."""
    scp = catalogue.get("cause", "scp-explicit-deny")
    assert scp is not None
    found = {article.id for article in related(catalogue, scp)} - set(scp.meta["related"])
    assert {"scp-region-guardrail", "organization-policies"} <= found


def test_each_cause_has_a_question_that_tells(catalogue: Catalogue) -> None:
    """Whoever asks "was this it?" is asked the next question and not for a vote."""
    for cause in catalogue.of("cause"):
        question = telling_question(catalogue, cause)
        assert question is not None, cause.id
        assert question.id in cause.meta["signs"]
    missing = catalogue.get("cause", "s3-missing-key")
    assert missing is not None
    assert (telling_question(catalogue, missing) or missing).id == "object.exists"


def test_the_page_leads_to_the_wizard(site: FlaskClient) -> None:
    """With the article that somebody comes from, and the question to ask."""
    page = site.get("/articles/s3-missing-key").text
    assert 'href="/wizard?from=s3-missing-key&amp;ask=object.exists"' in page
    assert site.get("/wizard?from=s3-missing-key&ask=object.exists", follow_redirects=True).status_code == 200


def test_every_article_is_in_an_index(site: FlaskClient, catalogue: Catalogue) -> None:
    """A to Z holds all; services, gates and codes hold what names them."""
    everything = site.get("/articles/").text
    assert all(f'href="/articles/{article.id}"' in everything for article in catalogue.articles.values())
    for address in ("/codes/", "/services/", "/gates/"):
        assert site.get(address).status_code == 200
    assert 'href="/articles/kms-key"' in site.get("/services/kms").text
    assert 'href="/articles/scp-no-allow"' in site.get("/gates/scp").text


def test_a_former_id_leads_on(site: FlaskClient, catalogue: Catalogue) -> None:
    """Every alias of the shipped content redirects, in each form of the page."""
    aliases = [(alias, article.id) for article in catalogue.articles.values() for alias in article.meta["aliases"]]
    for alias, name in aliases:
        for suffix in ("", ".md", ".json"):
            answer = site.get(f"/articles/{alias}{suffix}")
            assert (answer.status_code, answer.headers["Location"]) == (301, f"/articles/{name}{suffix}")


def test_nothing_is_overdue_on_the_day_of_its_review(catalogue: Catalogue) -> None:
    """The banner of an overdue review is tested with the pages; no shipped article starts with it."""
    for article in catalogue.articles.values():
        assert datetime.date.fromisoformat(article.meta["reviewed_on"]) <= datetime.date(2026, 12, 31)
