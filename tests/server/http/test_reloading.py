"""Live preview: what an author saves shows on the next look."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests.server.conftest import CONTENT
from whydenied.server.app import create_app
from whydenied.server.http import reloading
from whydenied.server.service import load_service


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder that may be written to."""
    monkeypatch.setenv("WHYDENIED_CACHE", str(tmp_path / "cache"))
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def previewing(folder: Path) -> Flask:
    """A site that looks at its content on every request."""
    app = create_app(load_service([folder]))
    reloading.register(app, [folder], lambda: load_service([folder]), pause=0.0)
    return app


def test_a_saved_article_shows_without_a_restart(folder: Path) -> None:
    """Changed, added, broken, mended and removed: each look shows what is there."""
    client = previewing(folder).test_client()
    article = next(iter(sorted((folder / "guides").glob("*.md"))))
    address = f"/articles/{article.stem}"
    before = client.get(address)
    assert before.status_code == 200
    text = article.read_text(encoding="utf-8")
    article.write_text(text + "\nA sentence that is new.\n", encoding="utf-8")
    assert "A sentence that is new." in client.get(address).text
    article.with_stem("added").write_text(text, encoding="utf-8")
    assert client.get("/articles/added").status_code == 200
    article.write_text("no front matter", encoding="utf-8")
    assert client.get(address).status_code == 404
    article.write_text(text, encoding="utf-8")
    assert "A sentence that is new." not in client.get(address).text


def test_unchanged_content_is_not_loaded_again(folder: Path) -> None:
    """A look costs a listing of the folders and nothing else."""
    loads = []
    app = create_app(load_service([folder]))
    reloading.register(app, [folder], lambda: loads.append(1) or load_service([folder]), pause=0.0)  # type: ignore[func-returns-value]
    client = app.test_client()
    for _ in range(3):
        assert client.get("/articles/").status_code == 200
    assert loads == []
