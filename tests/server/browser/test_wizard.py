"""The wizard in Chromium: by keyboard alone, without JavaScript, usable by everybody, and light."""

import gzip

import pytest
from playwright.sync_api import Page, Request, expect

from tests.server.browser.conftest import OpenPage
from tests.server.browser.test_every_template import check_looks

S3_DENIAL = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User: "
    "arn:aws:sts::111122223333:assumed-role/Reader/ana is not authorized to perform: s3:GetObject on resource: "
    '"arn:aws:s3:::reports-prod/2026/q3.csv"'
)
SECOND = "Which kind of policy does the end of the message name?"
BARE = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
PATHS = {
    "start": "/wizard",
    "question": "/wizard?action.service=s3&message.kind=denial&reader.sees=both",
    "contradiction": "/wizard?failing=call&simulation.result=allowed&identity.allows=no",
    "to change": "/wizard?ask=failing&failing=s3&scope=object",
    "from a scenario": "/wizard?from=cross-account-s3",
    "outcome": "/wizard?failing=s3&object.state=missing&object.exists=no",
    "unsure outcome": "/wizard/result?failing=s3",
    "maps": "/wizard/map",
    "map": "/wizard/map/kms",
}
ANSWERS = (
    "No policy allows it",
    "No policy of the caller names the action at all",
    "Yes, that is the user or role I meant",
)
NO_SCRIPT = {"java_script_enabled": False}


@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing_and_nothing_sticks_out(open_page: OpenPage, name: str) -> None:
    with open_page(PATHS[name]) as page:
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        check_looks(page)


def tab_to(page: Page, words: str, most: int = 120) -> None:
    """Press Tab until what has the focus holds these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(() => { const e = document.activeElement; return (e.innerText || '') + ' ' +"
            " (e.labels && e.labels[0] ? e.labels[0].innerText : '') + ' ' + (e.getAttribute('aria-label') || ''); })()"
        )
        if words in focused:
            return
    raise AssertionError(f"Tab never reached `{words}`")


def press(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_by_keyboard_alone_from_a_paste_to_the_note(open_page: OpenPage, script: bool) -> None:
    """Paste, questions, an answer changed, the outcome with the reader's own names in the note."""
    with open_page("/", java_script_enabled=script) as page:
        if not script:
            journey_without_script(page)
            return
        expect(page.get_by_label("Paste the error")).to_be_focused()
        page.keyboard.insert_text(S3_DENIAL)
        tab_to(page, "Find the cause")
        press(page)
        tab_to(page, "Settle it with a few questions")
        press(page)
        assert "/wizard?" in page.url
        assert "Reader" not in page.url
        for answer in ("It is allowed", "Change", *ANSWERS):
            tab_to(page, answer)
            press(page)
        finish(page)


def journey_without_script(page: Page) -> None:
    """The same, with clicks in place of Tab: without a script the page cannot tell what has the focus."""
    page.get_by_label("Paste the error").fill(S3_DENIAL)
    page.get_by_role("button", name="Find the cause").click()
    page.get_by_role("button", name="Settle it with a few questions").click()
    for answer in ANSWERS:
        page.get_by_role("button", name=answer).click()
    finish(page)


def finish(page: Page) -> None:
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).inner_text() == "Why it was denied"
    note = page.locator("pre.note").first.inner_text()
    assert "arn:aws:sts::111122223333:assumed-role/Reader/ana" in note
    assert "How to verify" in note
    assert "111122223333" not in page.url


def test_back_and_forward_and_a_fresh_window_show_the_same_step(open_page: OpenPage) -> None:
    with open_page("/wizard") as page:
        page.get_by_role("link", name="Reading from or writing to an S3 bucket").click()
        page.get_by_role("link", name="permissions boundary").click()
        third, address = page.get_by_role("heading", level=1).inner_text(), page.url
        page.go_back()
        assert page.get_by_role("heading", level=1).inner_text() == SECOND
        page.go_forward()
        assert page.get_by_role("heading", level=1).inner_text() == third
    with open_page(address[address.index("/wizard") :]) as fresh:
        assert fresh.get_by_role("heading", level=1).inner_text() == third


def test_output_is_pasted_and_read_without_a_script(open_page: OpenPage) -> None:
    with open_page("/wizard?ask=boundary.attached&failing=s3", java_script_enabled=False) as page:
        page.get_by_label("Paste what the command printed").fill("Role: &a\n  Arn: *a\n  Path: /")
        page.get_by_role("button", name="Read the output").click()
        assert "this is YAML" in page.get_by_role("alert").inner_text()
        page.get_by_label("Paste what the command printed").fill(
            '{"Role": {"RoleName": "R", "Arn": "arn:aws:iam::1:role/R"}}'
        )
        page.get_by_role("button", name="Read the output").click()
        page.wait_for_load_state()
        assert page.url.endswith("/wizard?failing=s3&boundary.attached=no&seen=boundary.attached")


def test_a_question_page_weighs_little_and_needs_no_script(open_page: OpenPage) -> None:
    """At most 15 KB gzipped for the page, and the same choices with and without JavaScript."""
    sizes: list[int] = []
    labels: list[list[str]] = []
    for options in ({}, NO_SCRIPT):
        asked: list[Request] = []
        with open_page("/wizard?failing=s3", requests=asked, **options) as page:
            labels.append(page.locator(".choices .go").all_inner_texts())
            body = next(one for one in asked if "/wizard" in one.url).response()
            assert body is not None
            sizes.append(len(gzip.compress(body.body(), 6)))
    assert labels[0] == labels[1]
    assert max(sizes) <= 15_000
