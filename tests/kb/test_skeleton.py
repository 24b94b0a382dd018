"""A new article is valid but for the words that its author has to write."""

import datetime
from pathlib import Path

import pytest

from whydenied.kb.article import FOLDERS
from whydenied.kb.check import check
from whydenied.kb.errors import NewArticleError
from whydenied.kb.skeleton import new_article

TODAY = datetime.date(2026, 6, 1)


@pytest.mark.parametrize("kind", sorted(FOLDERS))
def test_a_skeleton_lacks_words_only(tmp_path: Path, kind: str) -> None:
    """The check complains of `write me`, and once that is written of nothing."""
    root = tmp_path / "content"
    path = new_article(kind, "new-thing", root, TODAY)
    assert path == root / FOLDERS[kind] / "new-thing.md"
    assert {problem.message for problem in check([root], TODAY)} == {"still says `write me`"}
    path.write_text(path.read_text(encoding="utf-8").replace("write me", "some words"), encoding="utf-8")
    assert check([root], TODAY) == []


def test_a_question_is_named_after_its_fact(tmp_path: Path) -> None:
    """Question ids may hold dots; other ids may not."""
    assert new_article("question", "boundary.attached", tmp_path, TODAY).name == "boundary.attached.md"
    with pytest.raises(NewArticleError, match="is not an id"):
        new_article("cause", "boundary.attached", tmp_path, TODAY)


@pytest.mark.parametrize("article_id", ["", "../x", "a/b", "A", ".x", "a..b"])
def test_a_bad_id_writes_nothing(tmp_path: Path, article_id: str) -> None:
    """An id cannot lead out of the content folder."""
    with pytest.raises(NewArticleError):
        new_article("question", article_id, tmp_path, TODAY)
    assert list(tmp_path.rglob("*")) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """An id that any kind has is taken."""
    path = new_article("guide", "thing", tmp_path, TODAY)
    before = path.read_bytes()
    with pytest.raises(NewArticleError, match="taken by the guide"):
        new_article("cause", "thing", tmp_path, TODAY)
    assert path.read_bytes() == before


def test_an_unknown_kind_gets_a_hint(tmp_path: Path) -> None:
    """The nearest kind is offered."""
    with pytest.raises(NewArticleError, match="did you mean `cause`"):
        new_article("case", "thing", tmp_path, TODAY)
