"""What stands on the first screen after a paste: who, what, why, and the statement or the first question."""

import gzip
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.case_files import cases_in
from tests.server.browser.conftest import SCP_DENIAL, OpenPage, paste

PASTES: list[dict[str, Any]] = cases_in(Path(__file__).parent / "pastes.yaml")
KB = 1024
# The lowest edge of what must be seen; null where a part is missing.
LOWEST = """() => {
  const parts = [
    document.querySelector('.diagnosis h1'),
    document.querySelector('.why'),
    document.querySelector('.statement, .asked .choices li, .change > p'),
  ];
  return parts.every(Boolean) ? Math.max(...parts.map((part) => part.getBoundingClientRect().bottom)) : null;
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)])
def test_the_answer_stands_on_the_first_screen(open_page: OpenPage, width: int, height: int) -> None:
    """For all but two of them, without those whose names are too long for a phone."""
    wanted = [one for one in PASTES if width > 1000 or not one.get("long")]
    assert len(PASTES) > 30
    below = []
    with open_page() as page:
        page.set_viewport_size({"width": width, "height": height})
        for one in wanted:
            page.goto("/")
            paste(page, one["text"])
            lowest = page.evaluate(LOWEST)
            if lowest is None or lowest > height:
                below.append((one["id"], lowest))
    assert len(below) <= 2, below


def test_a_diagnosis_is_at_most_fifteen_kilobytes(address: str) -> None:
    heavy = {}
    for one in PASTES:
        data = urllib.parse.urlencode({"text": one["text"], "as": "error"}).encode()
        with urllib.request.urlopen(f"{address}/diagnose", data) as answer:
            size = len(gzip.compress(answer.read()))
        if size > 15 * KB:
            heavy[one["id"]] = size
    assert heavy == {}


def tabs_to(page: Page, selector: str, most: int) -> int:
    """Press Tab until this has the focus; return how often."""
    for number in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return number
    raise AssertionError(f"{selector} is not reached with {most} stops")


@pytest.mark.parametrize(("name", "action"), [("cli-identity", ".change button.copy"), ("s3-bare", ".asked button.go")])
def test_the_first_action_is_twelve_stops_from_the_top_at_most(open_page: OpenPage, name: str, action: str) -> None:
    text = next(one["text"] for one in PASTES if one["id"] == name)
    with open_page() as page:
        paste(page, text)
        page.wait_for_load_state()
        assert tabs_to(page, action, 12) <= 12


def test_back_leads_to_the_answer_again(open_page: OpenPage) -> None:
    with open_page() as page:
        paste(page, SCP_DENIAL)
        page.get_by_role("link", name="the article").click()
        expect(page.get_by_role("navigation", name="Breadcrumbs")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_contain_text("deploy may not ec2:RunInstances")


def test_copy_buttons_say_what_they_copy(open_page: OpenPage) -> None:
    with open_page() as page:
        paste(page, SCP_DENIAL)
        expect(page.get_by_role("button", name="Copy the statement")).to_be_visible()
        names = page.eval_on_selector_all("button.copy", "(all) => all.map((one) => one.getAttribute('aria-label'))")
        assert len(names) == len(set(names))


def test_the_paste_stays_at_hand_and_can_be_changed(open_page: OpenPage) -> None:
    with open_page() as page:
        paste(page, SCP_DENIAL)
        page.get_by_text("Your paste: change it").click()
        expect(page.get_by_label("Paste the error")).to_have_value(SCP_DENIAL)
