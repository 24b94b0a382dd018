"""What a browser gives away: no ARN, account or key in any address or Referer, nothing to any other site."""

from urllib.parse import unquote

from playwright.sync_api import Request, expect

from tests.server.browser.conftest import SCP_DENIAL, TWO_DENIALS, OpenPage, paste

SECRETS = ("arn:", "111122223333", "444455556666", "deploy", "wJalrXUtn", "AKIA")


def told(requests: list[Request]) -> str:
    """Everything of the requests that others may see: addresses and Referers."""
    return " ".join(unquote(r.url) + " " + unquote(r.headers.get("referer", "")) for r in requests)


def test_a_paste_is_in_no_address_and_no_referer(open_page: OpenPage) -> None:
    requests: list[Request] = []
    with open_page(requests=requests) as page:
        paste(page, TWO_DENIALS)
        page.get_by_role("link", name="the article").first.click()
        expect(page.get_by_role("navigation", name="Breadcrumbs")).to_be_visible()
        page.go_back()
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert len(requests) > 5
    assert not [secret for secret in SECRETS if secret in told(requests)]


def test_a_paste_in_the_search_field_asks_for_no_suggestion_and_has_no_address(open_page: OpenPage) -> None:
    requests: list[Request] = []
    with open_page("/about", requests=requests) as page:
        field = page.get_by_role("combobox", name="Search")
        field.fill("arn:aws:iam::111122223333:role/deploy")
        field.press("End")
        field.press_sequentially("x")
        # A suggestion for words shows that one for the ARN would have come by now.
        field.fill("service contr")
        field.press_sequentially("o")
        expect(page.get_by_role("listbox")).to_be_visible()
        field.fill("arn:aws:iam::111122223333:role/deploy")
        field.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        field = page.get_by_label("Search", exact=True).first
    assert not [secret for secret in SECRETS if secret in told(requests)]


def test_the_examples_are_sent_in_the_body_too(open_page: OpenPage) -> None:
    requests: list[Request] = []
    with open_page(requests=requests) as page:
        page.get_by_role("button", name="an SCP denial").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("may not")
    assert "111122223333" not in told(requests)
    assert SCP_DENIAL not in told(requests)
