"""The exported site in a browser, from a web server that knows nothing of us: found without a request, accessible."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.case_files import cases_in
from tests.server.running.recorded import DENIED
from whydenied.server.export.site import Exported
from whydenied.server.service import load_service

pytestmark = pytest.mark.slow

_PASTES = cases_in(Path(__file__).parent / "pastes.yaml")
# Of the pastes, those whose cause another article explains first; the list only shrinks.
MISSED = frozenset({"aws-kms-create-key", "node-sdk-v3", "root", "scp", "sns-cross"})


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def served(exported: tuple[Path, Exported]) -> Iterator[str]:
    """The address of the exported site."""
    folder, _ = exported
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    """A page whose every request is known."""
    context = browser.new_context(base_url=served)
    yield context.new_page()
    context.close()


def _found(page: Page, text: str) -> str:
    page.evaluate("document.getElementById('found')?.remove()")
    page.get_by_label("Paste the error").fill(text)
    page.get_by_role("button", name="Find the cause").click()
    link = page.locator("#found a").first
    link.wait_for()
    return (link.get_attribute("href") or "").strip("/").rpartition("/")[2]


def test_pastes_find_their_cause_and_are_sent_nowhere(page: Page, served: str) -> None:
    """As the live site has it: its first cause stands first. Once the index is there, nothing is asked for any more."""
    service = load_service()
    texts = {one["id"]: one["text"] for one in _PASTES}
    texts |= {
        one["run"]: "".join(text for part in one["plays"] for text in part.values()).replace("␛", "\x1b")
        for one in DENIED
        if not any("tty" in part for part in one["plays"])
    }
    page.goto("/")
    _found(page, "Access Denied")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    missed = set()
    for name, text in texts.items():
        main = service.diagnose(text).main
        if main is None or not main.is_explained:
            continue
        if _found(page, text) != main.findings[0].cause:
            missed.add(name)
    assert asked == []
    assert missed == MISSED, len(texts)


@pytest.mark.parametrize("path", ["/", "/articles/scp-explicit-deny/", "/wizard/", "/wizard/map/", "/needs-a-site/"])
def test_pages_are_accessible(page: Page, path: str) -> None:
    """Found articles too."""
    page.goto(path)
    if path == "/":
        _found(page, "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied")
    assert Axe().run(page).response["violations"] == []


def test_words_find_articles_from_any_page(page: Page) -> None:
    """The box at the top."""
    page.goto("/articles/kms-key/")
    page.locator("#top-find").fill("permissions boundary")
    page.locator("#top-find").press("Enter")
    page.locator("#found a").first.click()
    page.wait_for_url("**/articles/**boundary**")


def test_the_wizard_goes_on_for_three_answers(page: Page) -> None:
    """Every step is a file."""
    page.goto("/wizard/")
    for _ in range(3):
        page.locator('main a[href^="/wizard/"][href*="="]').first.click()
        assert page.locator("h1").count() == 1
        assert "/needs-a-site/" not in page.url
