"""Policies pasted into the page that evaluates them: as people go, and usable by everybody."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.server.browser.conftest import SCP_DENIAL, OpenPage, paste
from tests.server.browser.test_every_template import check_looks
from tests.server.browser.test_privacy import told

ALLOW = """{
  "Version": "2012-10-17",
  "Statement": {"Sid": "<script>alert(1)</script>", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"}
}"""
NO_EC2 = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
EXAMPLES = ["three gates block", "not everything is known"]


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"#{name}").fill(text)


def show(page: Page, name: str) -> None:
    """Bring up the page in one of its states, with everything unfolded."""
    if name in EXAMPLES:
        page.get_by_role("button", name=name).click()
    elif name == "mistakes":
        fill(page, principal="ana", identity_policies='{\n  "Statement" []\n}')
        page.get_by_role("button", name="Evaluate").click()
    elif name == "problems, and the diagnosis again":
        page.goto("/")
        paste(page, SCP_DENIAL)
        page.get_by_role("button", name="have it proved").click()
        fill(page, identity_policies=ALLOW.replace("ec2:*", "ec2:RunInstanses"))
        page.get_by_role("button", name="Evaluate").click()
        expect(page.get_by_role("heading", name="The diagnosis again")).to_be_visible()
    page.wait_for_load_state()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize("name", ["form", *EXAMPLES, "mistakes", "problems, and the diagnosis again"])
def test_axe_finds_nothing_and_nothing_sticks_out(open_page: OpenPage, name: str) -> None:
    with open_page("/evaluate") as page:
        show(page, name)
        check_looks(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_message_to_the_proved_fix_and_back(open_page: OpenPage, scripts: bool) -> None:
    requests: list[Request] = []
    with open_page(java_script_enabled=scripts, requests=requests) as page:
        paste(page, SCP_DENIAL)
        page.get_by_role("button", name="Paste the policies and have it proved").click()
        expect(page.get_by_label("Who calls")).to_have_value("arn:aws:sts::111122223333:assumed-role/deploy/ci")
        expect(page.get_by_label("Action", exact=True)).to_have_value("ec2:RunInstances")
        page.get_by_role("textbox", name="Identity policies").fill(ALLOW)
        page.locator("summary", has_text="Service control policies").click()
        page.get_by_role("textbox", name="Service control policies").fill(NO_EC2)
        page.get_by_role("button", name="Evaluate").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Implicitly denied")
        expect(page.locator(".twin .blocks")).to_have_text("Service control policies: no allow, blocks")
        expect(page.get_by_role("heading", name="The smallest fix")).to_be_visible()
        expect(page.locator(".diff .plus", has_text="ec2:RunInstances")).to_be_visible()
        expect(page.locator(".proof")).to_contain_text("Evaluated again")
        again = page.locator("section", has=page.get_by_role("heading", name="The diagnosis again"))
        expect(again.locator("li").first).to_be_visible()
        # What is missing is added, and nothing that was typed is typed twice.
        expect(page.get_by_role("textbox", name="Identity policies")).to_have_value(ALLOW)
        page.locator("#scps").fill(ALLOW)
        for box in page.get_by_label("There is none").all():
            if box.is_visible():
                box.check()
        page.get_by_label("No endpoint").check()
        page.get_by_role("button", name="Evaluate").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Allowed")
    assert not [secret for secret in ("arn:", "111122223333", "RunInstances") if secret in told(requests)]


def test_the_picture_is_drawn_and_coloured_under_the_sites_policy(open_page: OpenPage) -> None:
    with open_page("/evaluate") as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.get_by_role("button", name="three gates block").click()
        picture = page.get_by_role("img", name="ExplicitlyDenied")
        expect(picture).to_be_visible()
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] > 500
        assert box["height"] > 500
        colours = picture.locator(".gate .shape").evaluate_all(
            "(all) => all.map((each) => getComputedStyle(each).color)"
        )
        assert len(set(colours)) == 3
        assert complaints == []


def test_a_mistake_has_the_focus_and_the_text_is_still_there(open_page: OpenPage) -> None:
    with open_page("/evaluate") as page:
        broken = '{\n  "Statement" []\n}'
        fill(page, principal="arn:aws:iam::111122223333:user/ana", action="s3:GetObject", identity_policies=broken)
        page.get_by_role("button", name="Evaluate").click()
        area = page.get_by_role("textbox", name="Identity policies")
        expect(area).to_be_focused()
        expect(area).to_have_value(broken)
        expect(area).to_have_accessible_description(
            "Everything attached to the user (and its groups) or the role, inline and managed. "
            'line 2, column 15: a colon is missing before this "Statement" []'
        )
        expect(page.get_by_role("alert")).to_contain_text("line 2, column 15")


def test_with_the_keyboard_alone(open_page: OpenPage) -> None:
    with open_page("/evaluate") as page:
        page.locator("#principal").focus()
        for text in ("arn:aws:iam::111122223333:user/ana", "ec2:RunInstances", "*", "111122223333"):
            page.keyboard.insert_text(text)
            page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("textbox", name="Identity policies")).to_be_focused()
        page.keyboard.insert_text(ALLOW)
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Evaluate":
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Cannot be known yet")


def test_a_command_is_copied_with_one_click(open_page: OpenPage) -> None:
    with open_page("/evaluate", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("button", name="one gate blocks").click()
        page.locator(".remedy summary", has_text="AWS CLI").first.click()
        block = page.locator(".remedy .forms .copyable").first
        block.get_by_role("button", name="Copy").click()
        expect(block.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").startswith(
            "aws iam put-role-policy --role-name reporting"
        )
