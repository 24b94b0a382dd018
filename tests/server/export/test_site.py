"""The exported site: every link leads to a file, every page says what the live one says, and nothing is sent."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from whydenied.engine.errors import InputError
from whydenied.server.export.places import file_of
from whydenied.server.export.site import Exported, export_site

pytestmark = pytest.mark.slow


class _Page(HTMLParser):
    """What a page links to, the ids it has, and its text."""

    def __init__(self, data: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text: list[str] = []
        self.feed(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.ids.add(found.get("id") or "")
        self.links += [value for name in ("href", "src", "action") if (value := found.get(name))]

    def handle_data(self, data: str) -> None:
        self.text += data.split()


def _pages(folder: Path) -> dict[str, _Page]:
    return {
        path.relative_to(folder).as_posix(): _Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")
    }


def test_no_link_is_broken(exported: tuple[Path, Exported]) -> None:
    """To a file, and to a place in it."""
    folder, _ = exported
    pages = _pages(folder)
    broken = set()
    for name, page in pages.items():
        for link in page.links:
            if not link.startswith(("/", "#")):
                continue
            path, _, fragment = link.partition("#")
            file = (unquote(path).lstrip("/") + ("index.html" if path.endswith("/") else "")) if path else name
            if not (folder / file).is_file() or (fragment and file in pages and fragment not in pages[file].ids):
                broken.add((name, link))
    assert not broken


def test_every_page_says_what_the_live_one_says(exported: tuple[Path, Exported], live_app: Flask) -> None:
    """Letter for letter, articles, lists, maps and frames."""
    folder, _ = exported
    client = live_app.test_client()
    addresses = [f"/articles/{path.name}" for path in (folder / "articles").iterdir() if path.is_dir()]
    addresses += [f"/embed{address}" for address in addresses[::10]]
    addresses += [
        "/",
        "/about",
        "/codes/",
        "/services/",
        "/gates/",
        "/articles/",
        "/wizard",
        "/wizard/map",
        "/embed/wizard",
    ]
    for address in addresses:
        alone = (folder / file_of(address)).read_text(encoding="utf-8")
        assert _Page(alone).text == _Page(client.get(address).get_data(as_text=True)).text, address


def test_pages_allow_no_form_and_name_no_other_site(exported: tuple[Path, Exported]) -> None:
    """The policy stands in each page, before anything it holds for."""
    folder, _ = exported
    for path in folder.rglob("index.html"):
        page = path.read_text(encoding="utf-8")
        assert "form-action &#x27;none&#x27;" in page.partition("<title>")[0], path
        assert not re.search(r'<form(?! method="dialog")', page), path
        assert not re.search(r'<(?:script|link rel="stylesheet"|img|iframe)[^>]*(?:src|href)="https?:', page), path


def test_the_index_is_small(exported: tuple[Path, Exported]) -> None:
    """At most 250 KB as it is sent."""
    folder, _ = exported
    assert len(gzip.compress((folder / "static/finding.json").read_bytes())) < 250_000


def test_a_folder_that_holds_something_is_left_alone(live_app: Flask, tmp_path: Path) -> None:
    """Nobody's files are mixed with ours."""
    (tmp_path / "mine").write_text("x")
    with pytest.raises(InputError, match="is not empty"):
        export_site(live_app, tmp_path)
