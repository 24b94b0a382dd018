"""The other commands: search, article, check, build, new, and the group itself."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from whydenied.server.cli import main


def run(*arguments: str) -> tuple[int, str]:
    """Run a command and return its exit code and output."""
    result = CliRunner().invoke(main, list(arguments))
    return result.exit_code, result.output


def test_help_lists_every_command_and_the_exit_codes() -> None:
    """Each listed command exists."""
    code, output = run("--help")
    assert code == 0
    assert "Exit codes" in output
    names = main.list_commands(None)  # type: ignore[arg-type]
    for name in names:
        assert name in output
        assert run(name, "--help")[0] == 0


@pytest.mark.slow
def test_search_finds_an_article_by_an_action() -> None:
    """`iam:PassRole` is answered by the article about it."""
    code, output = run("search", "iam:PassRole", "--json")
    assert code == 0
    assert "pass-role-missing" in [hit["id"] for hit in json.loads(output)["results"][:3]]


def test_search_that_finds_nothing_says_what_to_try() -> None:
    """An honest no has exit code 1."""
    code, output = run("search", "qqqqqzzzzz")
    assert code == 1
    assert "nothing found" in output


def test_an_article_is_printed_as_written() -> None:
    """Title, summary and the headings that every cause has."""
    code, output = run("article", "scp-explicit-deny")
    assert code == 0
    assert output.startswith("# ")
    assert "## How to be sure" in output


def test_a_misspelt_article_is_answered_with_the_nearest() -> None:
    """The person's own word is quoted."""
    code, output = run("article", "scp-explict-deny")
    assert code == 2
    assert "`scp-explict-deny`" in output
    assert "did you mean `scp-explicit-deny`" in output


@pytest.mark.slow
def test_some_articles_keep_their_claims() -> None:
    """Those that are named, by id or by file; that all do is tried elsewhere (tests/content)."""
    code, output = run("check", "kms-key", "content/patterns/general-key.md")
    assert (code, [line for line in output.splitlines() if ": error: " in line]) == (0, [])


def test_a_broken_article_is_named_with_what_to_write(tmp_path: Path) -> None:
    """The check names file and field, and has exit code 1."""
    folder = tmp_path / "content" / "causes"
    folder.mkdir(parents=True)
    (folder / "mine.md").write_text("---\ntitel: x\n---\n")
    code, output = run("check", str(tmp_path / "content"))
    assert code == 1
    assert "mine.md" in output
    assert "did you mean `title`" in output


@pytest.mark.parametrize("kind", ["pattern", "cause", "question", "scenario", "guide"])
def test_a_new_article_needs_only_to_be_filled_in(kind: str, tmp_path: Path) -> None:
    """The skeleton is written once, where it belongs, and not over an article that is there."""
    code, _ = run("new", kind, "my-article", "--into", str(tmp_path))
    assert code == 0
    assert (tmp_path / f"{kind}s" / "my-article.md").is_file()
    assert run("new", kind, "my-article", "--into", str(tmp_path))[0] == 2


@pytest.mark.slow
def test_build_says_what_it_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Counts by kind and the time it took."""
    monkeypatch.setenv("WHYDENIED_CACHE", str(tmp_path))
    code, output = run("build")
    assert code == 0
    assert "causes" in output
    assert any(tmp_path.rglob("*"))
