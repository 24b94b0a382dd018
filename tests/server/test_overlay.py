"""A company lays its own articles over ours: its messages, causes, owners and links work like ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from whydenied.checks.run import run_checks
from whydenied.kb.catalogue import default_roots, load_catalogue
from whydenied.server.app import create_app
from whydenied.server.articles.diagrams import DIAGRAMS
from whydenied.server.service import Service, load_service

OVERLAY = Path(__file__).parent / "overlay"
REFUSED = "acme-gate: deployment of shop to prod is not approved"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """Ours with theirs over it, as WHYDENIED_CONTENT names it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYDENIED_CONTENT", str(OVERLAY))
        yield load_service()


@pytest.fixture(scope="module")
def client(service: Service) -> FlaskClient:
    """The site over both."""
    return create_app(service).test_client()


@pytest.mark.slow
def test_their_message_has_their_cause(service: Service) -> None:
    """A pattern and a rule of theirs, over a fact that they made up."""
    main = service.diagnose(REFUSED).main
    assert main is not None
    assert [(finding.cause, finding.certainty) for finding in main.findings][:1] == [("acme-gate-closed", "confirmed")]


@pytest.mark.slow
def test_their_owner_and_links_are_shown(client: FlaskClient) -> None:
    """Their article names their owner, links into ours, and is found by search and paste."""
    page = client.get("/articles/acme-gate-closed").text
    assert "Release management, #release-help" in page
    assert 'href="/articles/trust-policy-denies"' in page
    assert "https://wiki.acme.example/deployment-gate" in page
    assert "The change has no approval" in client.post("/diagnose", data={"text": REFUSED, "as": "error"}).text
    assert 'href="/articles/acme-gate-closed' in client.get("/search?q=acme+gate").text


def test_their_page_replaces_ours_and_the_rest_stays(client: FlaskClient) -> None:
    """The same kind and id: theirs is shown, and links to it lead there."""
    assert "Who am I at Acme?" in client.get("/articles/who-am-i").text
    assert client.get("/articles/kms-key").status_code == 200


@pytest.mark.slow
def test_what_they_wrote_is_checked_like_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """`whydenied check` runs over both; our articles go on to hold."""
    monkeypatch.setenv("WHYDENIED_CONTENT", str(OVERLAY))
    roots = default_roots()
    assert roots[-1] == OVERLAY
    assert [str(problem) for problem in run_checks(load_catalogue(roots), roots, DIAGRAMS).failed()] == []
