"""Every answer forbids what it does not need."""

import re

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import SCP_DENIAL
from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service


@pytest.mark.parametrize("path", ["/", "/articles/scp-deny", "/nope", "/healthz", "/api/v1/nope", "/favicon.ico"])
def test_every_answer_carries_them(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_who_may_frame_a_page_is_the_operators_choice(service: Service) -> None:
    app = create_app(service, Settings(frame_ancestors="https://wiki.example.com"))
    assert "frame-ancestors https://wiki.example.com" in app.test_client().get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/articles/scp-deny", "/search?q=policy"])
def test_a_page_needs_nothing_that_the_policy_forbids(client: FlaskClient, path: str) -> None:
    html = client.get(path).text + client.post("/diagnose", data={"text": SCP_DENIAL}).text
    assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son[a-z]+=", html)
    assert not re.search(r'(?:src|action)="(?:https?:)?//', html)
