"""`whydenied new`: write the skeleton of a new article."""

from datetime import date
from pathlib import Path

import click

from whydenied.kb.catalogue import default_roots
from whydenied.kb.errors import NewArticleError
from whydenied.kb.skeleton import new_article
from whydenied.server.cli.terminal import say

__all__ = ["new"]


@click.command()
@click.argument("kind", type=click.Choice(["pattern", "cause", "question", "scenario", "guide"]))
@click.argument("article_id", metavar="ID")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The content folder to write to.")
def new(kind: str, article_id: str, into: Path | None) -> None:
    """Write the skeleton of a new article: KIND is what it is, ID its name in links."""
    try:
        path = new_article(kind, article_id, into or default_roots()[-1], date.today())
    except NewArticleError as error:
        raise click.UsageError(str(error)) from None
    say(f"{path}: fill in what is marked, then run `whydenied check`")
