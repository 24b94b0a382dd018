"""The content of these tests: small, made up, and never in the user's cache."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whydenied.kb.catalogue import Catalogue, load_catalogue

CONTENT = Path(__file__).parent / "content"
OVERLAY = Path(__file__).parent / "overlay"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYDENIED_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("WHYDENIED_CONTENT", raising=False)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The fixture articles."""
    return load_catalogue([CONTENT])


@pytest.fixture
def guide(tmp_path: Path) -> Callable[..., Path]:
    """Write a guide with this body and these further front-matter lines; return its content folder."""

    def write(body: str = "", extra: str = "", name: str = "page") -> Path:
        root = tmp_path / "content"
        (root / "guides").mkdir(parents=True, exist_ok=True)
        head = "title: T\nsummary: S\nsources: [{title: X}]\nreviewed_on: 2026-01-10\nreview_in: 1000\n"
        (root / "guides" / f"{name}.md").write_text(f"---\n{head}{extra}---\n{body}", encoding="utf-8")
        return root

    return write
