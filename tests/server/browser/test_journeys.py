"""From a paste to what to do, as people go: with scripts and without, with a mouse and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.server.browser.conftest import NO_ERROR, SCP_DENIAL, TWO_DENIALS, OpenPage, paste


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_paste_to_the_article(open_page: OpenPage, scripts: bool) -> None:
    with open_page(java_script_enabled=scripts) as page:
        paste(page, SCP_DENIAL)
        expect(page.get_by_role("heading", level=1)).to_contain_text("deploy may not ec2:RunInstances")
        expect(page.locator(".change pre", has_text="role/deploy").first).to_be_visible()
        page.locator(".why a").click()
        expect(page.locator("mark:target")).to_be_visible()
        page.get_by_role("link", name="the article").click()
        expect(page.get_by_role("navigation", name="Breadcrumbs")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_search_and_its_filters(open_page: OpenPage, scripts: bool) -> None:
    with open_page("/search", java_script_enabled=scripts) as page:
        page.get_by_label("Search the articles").fill("service control policy")
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".hits > li").first).to_be_visible()
        page.get_by_label("Gate").select_option("scp")
        page.get_by_role("button", name="Filter").click()
        page.wait_for_url("**gate=scp")
        expect(page.locator(".hits > li").first).to_be_visible()


def test_with_the_keyboard_alone(open_page: OpenPage) -> None:
    with open_page() as page:
        expect(page.get_by_label("Paste the error")).to_be_focused()
        page.keyboard.insert_text(SCP_DENIAL)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("deploy may not ec2:RunInstances")
        tab_to(page, page.locator(".why a").first.get_attribute("href"))
        page.keyboard.press("Enter")
        expect(page.locator("mark:target")).to_be_visible()
        tab_to(page, page.get_by_role("link", name="the article").first.get_attribute("href"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("navigation", name="Breadcrumbs")).to_be_visible()


def tab_to(page: Page, href: str | None) -> None:
    """Press Tab until the link with this address has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == href:
            return
    raise AssertionError(f"no link to {href} is reached with the Tab key")


def test_two_denials_are_told_apart(open_page: OpenPage) -> None:
    with open_page() as page:
        paste(page, TWO_DENIALS)
        expect(page.locator(".result")).to_have_count(2)
        expect(page.get_by_role("alert")).to_contain_text("rotate it")
        expect(page.locator("body")).not_to_contain_text("wJalrXUtnFEMI")


def test_what_is_no_error_is_said_to_be_none(open_page: OpenPage) -> None:
    with open_page() as page:
        paste(page, NO_ERROR)
        expect(page.get_by_role("heading", level=1)).to_have_text("This does not look like an AWS error")
        expect(page.get_by_label("Paste the error")).to_have_value(NO_ERROR)


def test_too_long_a_paste_gets_a_page_and_is_not_lost(open_page: OpenPage) -> None:
    with open_page() as page:
        paste(page, "x" * 2_000_000)
        expect(page.get_by_role("heading", level=1)).to_have_text("That is more than can be read at once")
        page.go_back()
        assert len(page.get_by_label("Paste the error").input_value()) == 2_000_000


def test_a_command_is_copied_with_one_click(open_page: OpenPage) -> None:
    with open_page(permissions=["clipboard-read", "clipboard-write"]) as page:
        paste(page, SCP_DENIAL)
        block = page.locator(".change .copyable").first
        command = block.locator("code").inner_text()
        block.get_by_role("button", name="Copy").click()
        expect(block.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == command


def test_a_suggestion_is_chosen_with_the_keyboard(open_page: OpenPage) -> None:
    with open_page("/about") as page:
        field = page.get_by_role("combobox", name="Search")
        field.press_sequentially("service contr")
        expect(page.get_by_role("option").first).to_be_visible()
        field.press("ArrowDown")
        expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
        field.press("Enter")
        page.wait_for_url("**/articles/**")


def test_what_was_asked_for_before_a_choice_does_not_undo_it(open_page: OpenPage) -> None:
    """The answer to the last letters comes when the choice from the list before it is made."""
    with open_page("/about") as page:
        field = page.get_by_role("combobox", name="Search")
        field.press_sequentially("service contr")
        expect(page.get_by_role("option").first).to_be_visible()
        page.route("**/suggest?*", lambda route: (page.wait_for_timeout(300), route.continue_()))
        for key in "o", "ArrowDown":
            field.press(key)
        page.wait_for_timeout(600)
        expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")


def test_suggestions_go_away_with_escape(open_page: OpenPage) -> None:
    with open_page("/about") as page:
        field = page.get_by_role("combobox", name="Search")
        field.press_sequentially("service")
        expect(page.get_by_role("listbox")).to_be_visible()
        field.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
