"""What a page costs to load."""

import pytest
from playwright.sync_api import Page, Response

from tests.server.browser.conftest import SCP_DENIAL, OpenPage, paste

KB = 1024


def load(page: Page, path: str) -> list[Response]:
    """Load a page anew and return everything that came with it."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    return answers


@pytest.mark.parametrize(
    "path", ["/articles/identity-no-allow", "/articles/cross-account-s3", "/articles/scp-explicit", "/"]
)
def test_a_page_is_at_most_thirty_kilobytes_and_five_requests(open_page: OpenPage, path: str) -> None:
    with open_page("/robots.txt") as page:
        answers = load(page, path)
        sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    assert len(sizes) <= 5, sizes
    assert sum(sizes.values()) <= 30 * KB, sizes


def test_every_article_fits(open_page: OpenPage, address: str) -> None:
    """The page alone, gzipped; the style sheet and the scripts are the same for all."""
    with open_page("/articles/") as page:
        paths = page.eval_on_selector_all("main a[href^='/articles/']", "(links) => links.map((each) => each.pathname)")
        shared = sum(
            answer.request.sizes()["responseBodySize"] for answer in load(page, "/about") if "/static/" in answer.url
        )
        assert len(paths) > 50
        heavy = {}
        for path in set(paths):
            size = int(page.request.get(path, headers={"Accept-Encoding": "gzip"}).headers["content-length"])
            if size + shared > 30 * KB:
                heavy[path] = size
    assert heavy == {}


def test_the_style_sheet_is_small(open_page: OpenPage) -> None:
    with open_page("/robots.txt") as page:
        [sheet] = [answer for answer in load(page, "/about") if answer.url.endswith(".css")]
        assert sheet.request.sizes()["responseBodySize"] <= 12 * KB


def test_a_diagnosis_loads_no_more_than_an_article(open_page: OpenPage) -> None:
    with open_page() as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        paste(page, SCP_DENIAL)
        page.wait_for_load_state("networkidle")
        assert len(answers) <= 5
