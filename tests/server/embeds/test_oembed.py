"""oEmbed as its specification says, and embeds that survive what hosts do to them."""

from html.parser import HTMLParser
from typing import Any

import nh3
import pytest
from flask.testing import FlaskClient

from whydenied.server.app import create_app
from whydenied.server.http.settings import Settings
from whydenied.server.service import Service

SITE = "https://whydenied.example"
# What WordPress leaves of the markup of a site that it does not know.
WORDPRESS = {
    "a": {"href"},
    "blockquote": set(),
    "iframe": {"src", "width", "height", "frameborder", "marginwidth", "marginheight", "scrolling", "title"},
}


@pytest.fixture(scope="module")
def public(service: Service) -> FlaskClient:
    """Somebody who asks a site that any other may frame."""
    return create_app(service, Settings(public_url=SITE, frame_ancestors="https:")).test_client()


def embed(client: FlaskClient, url: str, **more: str) -> dict[str, Any]:
    """Ask for an embed that is there."""
    answer = client.get("/oembed", query_string={"url": url, **more})
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    return dict(answer.get_json())


class _Frames(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.found.append(dict(attrs))


@pytest.mark.parametrize("path", ["/articles/scp-deny", "/embed/articles/scp-deny", "/articles/scp-deny.md"])
def test_an_article_is_rich_with_all_that_is_required(public: FlaskClient, path: str) -> None:
    data = embed(public, SITE + path)
    assert data["version"] == "1.0"
    assert data["type"] == "rich"
    assert (data["width"], data["height"]) == (640, 480)
    (frame,) = _Frames(data["html"]).found
    assert frame["src"] == f"{SITE}/embed/articles/scp-deny"
    assert public.get("/embed/articles/scp-deny").status_code == 200


def test_a_fragment_means_a_section_and_the_largest_size_is_kept(public: FlaskClient) -> None:
    data = embed(public, f"{SITE}/articles/scp-deny#fix", maxwidth="300", maxheight="200", format="json")
    (frame,) = _Frames(data["html"]).found
    assert frame["src"] == f"{SITE}/embed/articles/scp-deny?section=fix"
    assert (frame["width"], frame["height"]) == ("300", "200")
    assert (data["width"], data["height"]) == (300, 200)
    assert embed(public, f"{SITE}/articles/scp-deny#nothing", maxwidth="9000")["width"] == 640


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://[",
        "https://other.example/articles/scp-deny",
        f"{SITE}/articles/nothing",
        f"{SITE}/",
        f"{SITE}/search?q=scp",
        f"{SITE}/articles/../healthz",
        f"{SITE}/articles/" + "x" * 600,
    ],
)
def test_an_address_that_is_no_article_of_ours_is_404(public: FlaskClient, url: str) -> None:
    assert public.get("/oembed", query_string={"url": url}).status_code == 404


@pytest.mark.parametrize("ancestors", ["'self'", "'none'"])
def test_where_nobody_may_frame_it_is_401(service: Service, ancestors: str) -> None:
    client = create_app(service, Settings(public_url=SITE, frame_ancestors=ancestors)).test_client()
    assert client.get("/oembed", query_string={"url": f"{SITE}/articles/scp-deny"}).status_code == 401


def test_a_form_that_is_not_served_is_501_and_a_size_that_is_none_400(public: FlaskClient) -> None:
    asked = {"url": f"{SITE}/articles/scp-deny"}
    assert public.get("/oembed", query_string={**asked, "format": "xml"}).status_code == 501
    for size in ("0", "-1", "x", "9" * 20, "٣"):
        assert public.get("/oembed", query_string={**asked, "maxwidth": size}).status_code == 400


def test_what_wordpress_leaves_of_it_still_shows_the_article(public: FlaskClient) -> None:
    html = embed(public, f"{SITE}/articles/scp-deny#fix")["html"]
    left = nh3.clean(html, tags=set(WORDPRESS), attributes=WORDPRESS, link_rel=None)
    assert _Frames(left).found == _Frames(html).found
    assert f'<a href="{SITE}/articles/scp-deny#fix">' in left
    # It adds a secret behind the address; the fragment names no section, so all of it is shown.
    assert public.get("/embed/articles/scp-deny?section=fix#?secret=abc").status_code == 200


def test_a_frame_needs_nothing_from_elsewhere_and_forbids_all_else(public: FlaskClient) -> None:
    answer = public.get("/embed/articles/scp-deny")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors https:" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<form" not in answer.text
    assert " src=" not in answer.text
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["ETag"]


@pytest.mark.parametrize("path", ["/embed/articles/nothing", "/embed/articles/scp-deny?section=nothing"])
def test_a_frame_of_nothing_is_404(public: FlaskClient, path: str) -> None:
    assert public.get(path).status_code == 404
