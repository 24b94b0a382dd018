"""`whydenied check`: check the content, and run what the articles claim."""

import sys
import time
from pathlib import Path

import click

from whydenied.kb.catalogue import Catalogue, content_state, default_roots
from whydenied.kb.problems import Problem, did_you_mean
from whydenied.server.articles.content import load_content
from whydenied.server.cli.terminal import say

__all__ = ["check"]

# Seconds between looks at the files under --watch.
_PAUSE = 0.5


@click.command()
@click.argument("what", nargs=-1)
@click.option("--release", is_flag=True, help="Fail on warnings too: an overdue review, a part to be written.")
@click.option("--table", "show_table", is_flag=True, help="Print what was run, by kind and check.")
@click.option("--articles", "each", is_flag=True, help="With --table: a line for each article as well.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until stopped.")
def check(what: tuple[str, ...], release: bool, show_table: bool, each: bool, watch: bool) -> None:
    """Check the content, and run what it claims: messages, decisions, policies, commands.

    WHAT are ids of articles to check (default: all), and content folders (default: ours and those of
    WHYDENIED_CONTENT); later ones lie over earlier ones.
    """
    folders = [Path(one) for one in what if Path(one).is_dir()]
    only = tuple(Path(one).name.removesuffix(".md") for one in what if not Path(one).is_dir())
    roots = folders or default_roots()
    failed = _check_once(roots, only, release=release, show_table=show_table or each, each=each)
    if watch:
        _watch(roots, only, release)
    sys.exit(1 if failed else 0)


def _check_once(
    roots: list[Path], only: tuple[str, ...], *, release: bool, show_table: bool = False, each: bool = False
) -> bool:
    """Check everything, or the articles with these ids, and print what was found; return whether anything fails."""
    # Here and not above: the rule libraries and the linter are loaded only by what checks.
    from whydenied.checks.run import run_checks, table
    from whydenied.engine.errors import ContentError
    from whydenied.server.articles.diagrams import DIAGRAMS

    catalogue = load_content(roots)
    for id_ in only:
        if not _is_there(catalogue, id_):
            hint = did_you_mean(id_, [article.id for article in catalogue.articles.values()])
            raise click.UsageError(f"there is no article and no folder `{id_}`{hint and f'; {hint}'}")
    try:
        outcome = run_checks(catalogue, roots, DIAGRAMS, only)
    except ContentError as error:
        say(str(Problem("content", None, "", str(error), "see docs/architecture.md, Content")))
        return True
    for _, problem in outcome.problems:
        say(str(problem))
    if show_table:
        say(table(outcome, every_article=each))
    failed = outcome.failed(warnings=release)
    rest = len(outcome.problems) - len(failed)
    say(f"{len(outcome.counts)} articles, {len(failed)} problems, {rest} warnings", err=True)
    return bool(failed)


def _is_there(catalogue: Catalogue, id_: str) -> bool:
    """Tell whether an article has this id; one that cannot be read is there too."""
    named = any(article.id == id_ for article in catalogue.articles.values())
    return named or any(Path(problem.file).stem == id_ for problem in catalogue.problems)


def _watch(roots: list[Path], only: tuple[str, ...], release: bool) -> None:
    """Check again whenever a content file is saved, added or removed."""
    seen = content_state(roots)
    while True:
        time.sleep(_PAUSE)
        now = content_state(roots)
        if now != seen:
            seen = now
            say(f"\n{time.strftime('%H:%M:%S')} changed; checking", err=True)
            _check_once(roots, only, release=release)
