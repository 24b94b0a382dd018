"""Every template, wide and narrow, light and dark: usable by everybody (axe), nothing sticks out sideways."""

from itertools import product
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.server.browser.conftest import NO_ERROR, SCP_DENIAL, TWO_DENIALS, OpenPage, paste

PATHS = {
    "home": "/",
    "cause": "/articles/identity-no-allow",
    "pattern": "/articles/scp-explicit",
    "question": "/articles/boundary.attached",
    "scenario": "/articles/cross-account-s3",
    "articles": "/articles/",
    "codes": "/codes/",
    "services": "/services/",
    "service": "/services/s3",
    "gates": "/gates/",
    "gate": "/gates/scp",
    "about": "/about",
    "search": "/search?q=kms+decrypt",
    "empty search": "/search",
    "nothing found": "/search?q=zzzzqqqq",
    "refused": "/search?q=arn:aws:iam::111122223333:role/deploy",
    "error": "/nope",
}
PASTES = {"diagnosis": SCP_DENIAL, "two denials": TWO_DENIALS, "not recognised": NO_ERROR, "nothing pasted": " "}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The corner of a table with headings on two sides is rightly empty.
OPTIONS = {"runOnly": RULES, "rules": {"empty-table-header": {"enabled": False}}}


def show(page: Page, name: str) -> None:
    """Bring up the template, with everything unfolded."""
    if name in PASTES:
        paste(page, PASTES[name])
    else:
        page.goto(PATHS[name])
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize("name", [*PATHS, *PASTES])
def test_axe_finds_nothing_and_nothing_sticks_out(open_page: OpenPage, name: str) -> None:
    with open_page() as page:
        show(page, name)
        check_looks(page)


def check_looks(page: Page) -> None:
    """Fail where axe finds something on the page that is shown, or something sticks out of it."""
    for scheme, width in product(SCHEMES, (320, 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options=OPTIONS).response["violations"]
        shown = [(v["id"], [node["target"] for node in v["nodes"][:3]]) for v in found]
        assert shown == [], f"{scheme}, {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{scheme}, {width} px"
