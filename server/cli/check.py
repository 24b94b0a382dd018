"""`whydenied check`: check the content, and run what the articles claim."""

import sys
from pathlib import Path

import click

from kb.catalogue import default_roots, load_catalogue
from kb.check import check as check_content
from kb.problems import Problem

__all__ = ["check"]


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--release", is_flag=True, help="Fail on warnings too: an overdue review, a part to be written.")
def check(folders: tuple[Path, ...], release: bool) -> None:
    """Check the content: schema, links, and that every example gives what its article says.

    FOLDERS are content folders (default: ours and those of WHYDENIED_CONTENT); later ones lie over earlier ones.
    """
    roots = list(folders) or default_roots()
    problems = check_content(roots)
    if all(problem.severity == "warning" for problem in problems):
        problems += claims(roots)
    for problem in problems:
        click.echo(str(problem))
    failed = [problem for problem in problems if release or problem.severity == "error"]
    articles = len(load_catalogue(roots).articles)
    click.echo(f"{articles} articles, {len(failed)} problems, {len(problems) - len(failed)} warnings", err=True)
    sys.exit(1 if failed else 0)


def claims(roots: list[Path]) -> list[Problem]:
    """Return a problem for each example that is not read, or not explained, as its article says."""
    from engine.errors import ContentError
    from server.claims import unkept

    catalogue = load_catalogue(roots)
    try:
        return unkept(catalogue)
    except ContentError as error:
        return [Problem("content", None, "", str(error), "see docs/architecture.md, Content")]
