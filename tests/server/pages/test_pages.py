"""The pages that are the same for everybody: front page, articles, lists, about."""

import json
import re

import pytest
from flask.testing import FlaskClient

PAGES = [
    "/",
    "/about",
    "/articles/",
    "/articles/scp-deny",
    "/articles/sentence",
    "/articles/boundary.attached",
    "/articles/two-accounts",
    "/articles/checklist",
    "/codes/",
    "/services/",
    "/services/s3",
    "/gates/",
    "/gates/scp",
    "/managed/",
    "/managed/ReadOnlyAccess",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_has_one_heading_and_a_title(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert re.search(r"<title>[^<]*Why Denied", answer.text)
    assert answer.text.rstrip().endswith("</html>")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_inside_the_site_leads_somewhere(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    for href in set(re.findall(r'(?:href|src|action)="(/[^"]*)"', text)):
        target, _, anchor = href.partition("#")
        answer = client.get(target)
        assert answer.status_code in (200, 303, 405), href
        if anchor:
            assert f'id="{anchor}"' in answer.text, href
    for anchor in set(re.findall(r'href="#([^"]+)"', text)):
        assert f'id="{anchor}"' in text, anchor


def test_the_front_page_leads_in_by_gate_service_and_kind(client: FlaskClient) -> None:
    text = client.get("/").text
    for href in ("/gates/scp", "/services/s3", "/articles/#cause", "/articles/#scenario"):
        assert f'href="{href}"' in text
    assert 'method="post" action="/diagnose"' in text


def test_an_article_shows_its_fix_commands_sources_and_review(client: FlaskClient) -> None:
    text = client.get("/articles/scp-deny").text
    assert "Ask for an exception to <code>Deny</code> for this role." in text
    assert "&lt;role-name&gt;" in text
    assert "https://docs.aws.amazon.com/IAM/latest/UserGuide/" in text
    assert "2026-11-24" in text
    assert 'aria-label="Breadcrumbs"' in text
    assert 'href="#how-to-be-sure"' in text
    assert 'href="/articles/identity-gap"' in text
    assert "due for review" not in text


def test_an_overdue_article_says_so(client: FlaskClient) -> None:
    text = client.get("/articles/identity-gap").text
    assert "due for review" in text
    assert "Look first at: “Nothing says yes” (true on 2020-01-01)." in text


def test_an_article_is_there_as_markdown_and_as_json(client: FlaskClient) -> None:
    markdown = client.get("/articles/scp-deny.md")
    assert markdown.content_type == "text/markdown; charset=utf-8"
    assert markdown.text.startswith("# A service control policy denies it\n")
    assert "Ask for an exception" in markdown.text
    data = json.loads(client.get("/articles/scp-deny.json").data)
    assert (data["id"], data["kind"], data["gate"]) == ("scp-deny", "cause", "scp")
    assert data["review_due"] == "2027-05-23"
    assert "<h2" in data["html"]


@pytest.mark.parametrize("suffix", ["", ".md", ".json"])
def test_a_former_id_leads_to_the_article(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/articles/old-scp-deny{suffix}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/articles/scp-deny{suffix}"


@pytest.mark.parametrize("path", ["/articles/nope", "/articles/nope.md", "/gates/nope", "/services/nope", "/nope"])
def test_what_is_not_there_is_said_to_be_not_there(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'href="/articles/"' in answer.text


def test_the_process_says_that_it_lives_and_that_it_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
