"""Files are read whole or refused with a reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whydenied.kb.article import Article
from whydenied.kb.loader import MAX_BYTES, read_article
from whydenied.kb.problems import Problem


def _read(root: Path, name: str = "page.md") -> Article | Problem:
    article, problems = read_article(root, "guide", name)
    if article is not None:
        assert not problems
        return article
    (problem,) = problems
    return problem


@pytest.mark.parametrize("change", [lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.replace(b"\n", b"\r\n")])
def test_editors_habits_do_not_matter(guide: Callable[..., Path], change: Callable[[bytes], bytes]) -> None:
    """A byte order mark and Windows line ends are read over."""
    root = guide("## A\n\ntext\n")
    file = root / "guides" / "page.md"
    plain = _read(root)
    file.write_bytes(change(file.read_bytes()))
    assert _read(root) == plain


def test_a_large_file_is_refused(guide: Callable[..., Path]) -> None:
    """A file beyond the bound is not read into memory."""
    problem = _read(guide("x" * MAX_BYTES))
    assert isinstance(problem, Problem)
    assert "larger than 256 KB" in problem.message


def test_invalid_utf8_is_refused_with_its_line(guide: Callable[..., Path]) -> None:
    """The line with the first bad byte is named."""
    root = guide()
    file = root / "guides" / "page.md"
    file.write_bytes(file.read_bytes() + b"ok\ncaf\xe9\n")
    problem = _read(root)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.instead) == (9, "save the file as UTF-8")


def test_a_file_that_cannot_be_read_is_a_problem(guide: Callable[..., Path]) -> None:
    """A missing file or a folder in its place is data, not an exception."""
    root = guide()
    assert isinstance(_read(root, "other.md"), Problem)
    (root / "guides" / "folder.md").mkdir()
    assert isinstance(_read(root, "folder.md"), Problem)


@pytest.mark.parametrize("name", ["Upper", "with space", "dots.are.for-questions", "-x", "umlaut-ä"])
def test_ids_are_slugs(guide: Callable[..., Path], name: str) -> None:
    """An id stands in addresses, so that only simple file names are ids."""
    problem = _read(guide(name=name), f"{name}.md")
    assert isinstance(problem, Problem)
    assert problem.message == f"`{name}` is not an id"


def test_the_body_keeps_its_place_in_the_file(guide: Callable[..., Path]) -> None:
    """Problems in the body are counted from the start of the file."""
    root = guide("## A\n")
    article = _read(root)
    assert isinstance(article, Article)
    lines = (root / article.path).read_text(encoding="utf-8").split("\n")
    assert lines[article.body_line - 1] == "## A"
