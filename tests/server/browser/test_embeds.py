"""Frames on other sites: whole under every sandbox, readable in every scheme, narrow enough for a phone."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Frame, Page
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from whydenied.server.service import load_service

SANDBOXES = [
    None,
    "",
    "allow-scripts",
    "allow-scripts allow-same-origin",
    "allow-scripts allow-popups allow-same-origin",
    "allow-forms",
]
ARTICLE, WIZARD = "/embed/articles/scp-explicit-deny", "/embed/wizard"
# The least contrast of any text in a document with the ground it stands on; a ground that is not opaque counts as none.
CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor);
    if (c[3] === 255) return c; } return null; };
  let least = 99;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest("script, style") || !e.getClientRects().length) continue;
    const under = ground(e);
    if (!under) return 0;
    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(under)].sort((x, y) => y - x);
    least = Math.min(least, (a + 0.05) / (b + 0.05));
  }
  return least;
}"""


class Wiki(NamedTuple):
    """Somebody else's site: one page, of what is put into it; allowed to frame ours by one of its two names."""

    page: list[str]
    port: int

    @property
    def allowed(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stranger(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """Serve an application on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def wiki() -> Iterator[Wiki]:
    page = [""]

    @Request.application
    def app(request: Request) -> Response:
        return Response(f"<!doctype html><title>Wiki</title>{page[0]}", content_type="text/html")

    with serving(app) as port:
        yield Wiki(page, port)


@pytest.fixture(scope="module")
def site(wiki: Wiki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site that lets that one frame it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYDENIED_CACHE", str(tmp_path_factory.mktemp("cache")))
        with serving(create_app(load_service(), Settings(frame_ancestors=f"'self' {wiki.allowed}"))) as port:
            yield f"http://127.0.0.1:{port}"


OpenHost = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def host_page(browser: Browser, wiki: Wiki) -> OpenHost:
    """Open the other site's page with this in it."""

    @contextmanager
    def open_(html: str, width: int = 800, scheme: str = "light", allowed: bool = True) -> Iterator[Page]:
        wiki.page[0] = html
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(wiki.allowed if allowed else wiki.stranger)
        yield page
        context.close()

    return open_


def framed(page: Page) -> Frame:
    """Return the frame, loaded."""
    frame = page.frames[1]
    frame.wait_for_load_state()
    return frame


def iframe(address: str, sandbox: str | None = None, style: str = "width:100%;height:3000px;border:0") -> str:
    """Write a frame."""
    attribute = "" if sandbox is None else f' sandbox="{sandbox}"'
    return f'<iframe src="{address}" style="{style}"{attribute}></iframe>'


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_an_article_is_whole_and_its_links_work_under_every_sandbox(
    host_page: OpenHost, site: str, sandbox: str | None
) -> None:
    with host_page(iframe(site + ARTICLE, sandbox)) as page:
        frame = framed(page)
        titles = [heading.strip() for heading in frame.locator("h2").all_inner_texts()]
        assert titles[:4] == ["In short", "What it means", "How to be sure", "Fix"]
        assert "DenyLambdaOutsideApprovedRegions" in frame.locator("body").inner_text()
        assert frame.locator("main").evaluate("e => getComputedStyle(e).borderTopLeftRadius") != "0px"
        frame.locator("#related a").first.click()
        frame.wait_for_url(lambda url: ARTICLE not in url)
        assert frame.url.startswith(f"{site}/embed/articles/")
        assert frame.locator("h2").count() > 3


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_the_wizard_is_walked_to_its_end_by_links_under_every_sandbox(
    host_page: OpenHost, site: str, sandbox: str | None
) -> None:
    with host_page(iframe(site + WIZARD, sandbox)) as page:
        frame = framed(page)
        for _ in range(20):
            if not frame.locator(".choices a").count():
                break
            before = frame.url
            frame.locator(".choices a").first.click()
            frame.wait_for_url(lambda url, before=before: url != before)
        assert frame.locator("h2", has_text="Fix").count() == 1
        frame.get_by_role("link", name="Start again").click()
        frame.wait_for_url(f"{site}{WIZARD}")
        assert frame.locator(".choices a").count() > 3


def test_a_fragment_shows_one_section_without_a_script(host_page: OpenHost, site: str) -> None:
    with host_page(iframe(f"{site}{ARTICLE}#traps", "")) as page:
        frame = framed(page)
        shown = [h for h in frame.locator("h2").all() if h.is_visible()]
        assert [h.inner_text() for h in shown] == ["Traps"]
        frame.get_by_role("link", name="Show the whole article").click()
        assert frame.get_by_role("heading", name="What it means").is_visible()


@pytest.mark.parametrize("address", [ARTICLE, f"{ARTICLE}?section=fix", "/embed/articles/rcp-explicit-deny", WIZARD])
def test_nothing_scrolls_sideways_at_320_pixels(host_page: OpenHost, site: str, address: str) -> None:
    with host_page(f"<body style='margin:0'>{iframe(site + address)}", width=320) as page:
        size = framed(page).evaluate("() => [document.scrollingElement.scrollWidth, innerWidth]")
        assert size[0] <= size[1] == 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("host", ["light", "dark"])
@pytest.mark.parametrize("address", [ARTICLE, WIZARD])
def test_text_is_readable_whatever_the_schemes_of_host_and_reader(
    host_page: OpenHost, site: str, host: str, scheme: str, address: str
) -> None:
    ground = {"light": "#fff", "dark": "#111"}[host]
    html = f"<html style='color-scheme:{host};background:{ground}'><body>{iframe(site + address)}"
    with host_page(html, scheme=scheme) as page:
        assert framed(page).evaluate(CONTRAST) >= 4.5
        clear = framed(page).evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        assert clear == "rgba(0, 0, 0, 0)"


def test_a_host_that_is_not_allowed_sees_nothing_of_it(host_page: OpenHost, site: str) -> None:
    with host_page(iframe(site + ARTICLE), allowed=False) as page:
        page.wait_for_timeout(500)
        assert "In short" not in page.frames[1].locator("body").inner_text()


def test_the_element_shows_the_article_as_tall_as_it_is_and_hides_its_link(host_page: OpenHost, site: str) -> None:
    html = (
        f"<script src='{site}/embed.js'></script>"
        "<why-denied article='scp-explicit-deny' section='fix'><a href='/own'>Our link</a></why-denied>"
    )
    with host_page(html) as page:
        page.wait_for_function("() => document.querySelector('why-denied iframe').clientHeight > 300")
        frame = framed(page)
        assert frame.locator("h2").all_inner_texts() == ["Fix"]
        inner = frame.evaluate("() => document.scrollingElement.scrollHeight - innerHeight")
        assert inner <= 0
        assert page.locator("why-denied a").is_hidden()


def test_the_element_leaves_its_link_where_it_may_not_be_framed(host_page: OpenHost, site: str) -> None:
    html = f"<script src='{site}/embed.js'></script><why-denied article='scp-explicit-deny'></why-denied>"
    with host_page(html, allowed=False) as page:
        page.wait_for_function("() => !document.querySelector('why-denied iframe')", timeout=20_000)
        link = page.locator("why-denied a")
        assert link.is_visible()
        assert link.get_attribute("href") == f"{site}/articles/scp-explicit-deny"


def test_it_is_light() -> None:
    client = create_app(load_service()).test_client()
    assert len(gzip.compress(client.get("/embed.js").data, 9)) <= 2_048
    articles = load_service().catalogue.articles.values()
    sizes = {a.id: len(gzip.compress(client.get(f"/embed/articles/{a.id}").data, 9)) for a in articles}
    assert max(sizes.values()) <= 20_480, max(sizes, key=lambda name: sizes[name])
    assert len(gzip.compress(client.get(f"{WIZARD}?{urlencode({'failing': 's3'})}").data, 9)) <= 20_480
