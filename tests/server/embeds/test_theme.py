"""A frame in the theme of the page around it, whatever the reader's system has."""

import re

import pytest
from flask.testing import FlaskClient

from whydenied.server.app import create_app
from whydenied.server.service import load_service


@pytest.fixture(scope="module")
def live() -> FlaskClient:
    """The site over the installed content."""
    return create_app(load_service()).test_client()


@pytest.mark.parametrize("path", ["/embed/articles/scp-explicit-deny", "/embed/wizard", "/embed/wizard?failing=s3"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_kept_from_page_to_page(live: FlaskClient, path: str, theme: str) -> None:
    """In the document, and in every link that stays in the frame."""
    page = live.get(f"{path}{'&' if '?' in path else '?'}theme={theme}").get_data(as_text=True)
    assert f'<html lang="en" data-theme="{theme}">' in page
    assert f'<meta name="color-scheme" content="{theme}">' in page
    links = re.findall(r'href="(/embed/[^"]*)"', page)
    assert links
    assert all(re.search(rf"[?;]theme={theme}(#|$)", link) for link in links)
    assert live.get(links[0].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("theme", ["", "auto", "pink", '"><script>'])
def test_any_other_theme_is_the_readers_own(live: FlaskClient, theme: str) -> None:
    """And stands nowhere in the page."""
    plain = live.get("/embed/articles/scp-explicit-deny").get_data(as_text=True)
    page = live.get("/embed/articles/scp-explicit-deny", query_string={"theme": theme}).get_data(as_text=True)
    assert page == plain
    assert 'content="light dark"' in page


def test_a_former_name_keeps_the_theme(live: FlaskClient) -> None:
    """When it leads to the article's own."""
    catalogue = load_service().catalogue
    former = next((alias for one in catalogue.articles.values() for alias in one.meta["aliases"]), None)
    if former is None:
        pytest.skip("no article was ever called otherwise")
    assert live.get(f"/embed/articles/{former}?theme=dark").headers["Location"].endswith("theme=dark")
