"""Chromium against the real site: the installed content, the real engine and index, served by threads."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright
from werkzeug.serving import make_server

from whydenied.server.app import create_app
from whydenied.server.service import load_service

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SCP_DENIAL = """$ aws ec2 run-instances --image-id ami-0abcdef --instance-type t3.micro

An error occurred (AccessDenied) when calling the RunInstances operation: User: arn:aws:sts::111122223333:\
assumed-role/deploy/ci is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:eu-west-3:111122223333:\
instance/* with an explicit deny in a service control policy"""
TWO_DENIALS = f"""{SCP_DENIAL}

aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
AccessDeniedException: User: arn:aws:iam::444455556666:user/ana is not authorized to perform: \
secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:444455556666:secret:db-Ab12Cd because no \
identity-based policy allows the secretsmanager:GetSecretValue action"""
NO_ERROR = "Traceback (most recent call last):\n  File app.py, line 3\nKeyError: 'bucket policy'"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, so that `-m 'not browser'` leaves it out."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running site."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHYDENIED_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("WHYDENIED_CONTENT", raising=False)
        service = load_service()
        service.warm_up()
        server = make_server("127.0.0.1", 0, create_app(service), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it these tests fail, unless somebody says that there is no browser here."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("WHYDENIED_NO_BROWSER") == "1":
            pytest.skip("WHYDENIED_NO_BROWSER=1")
        pytest.fail("chromium is missing: install Debian's `chromium`, or set WHYDENIED_NO_BROWSER=1 to go without")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


OpenPage = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def open_page(browser: Browser, address: str) -> OpenPage:
    """Open a page of the site: `with open_page("/about", width=320, color_scheme="dark") as page`.

    Whatever it asks of another site fails the test. requests: a list that collects what it asks for.
    """

    @contextmanager
    def open_(
        path: str = "/", width: int = 1280, requests: list[Request] | None = None, **options: Any
    ) -> Iterator[Page]:
        elsewhere: list[str] = []

        def refuse(route: Route) -> None:
            elsewhere.append(route.request.url)
            route.abort()

        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        context.route(lambda url: not url.startswith((address, "data:")), refuse)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if requests is not None:
            page.on("request", lambda request: requests.append(request))
        page.goto(path)
        yield page
        context.close()
        assert elsewhere == []

    return open_


def paste(page: Page, text: str) -> None:
    """Put a text into the box and send it."""
    page.get_by_label("Paste the error").fill(text)
    page.get_by_role("button", name="Find the cause").click()
    page.wait_for_load_state()
