"""`whydenied new`: write the skeleton of a new article."""

from datetime import date
from pathlib import Path

import click

from whydenied.kb.catalogue import default_roots
from whydenied.kb.errors import NewArticleError
from whydenied.kb.skeleton import new_article
from whydenied.server.cli.terminal import say

__all__ = ["new"]


def _own_content() -> Path:
    """Return the last folder of WHYDENIED_CONTENT, or that of the checkout; an installed package is not written to."""
    folder = default_roots()[-1]
    if "site-packages" in folder.parts:
        raise click.UsageError("say where with --into, or name your own content folder in WHYDENIED_CONTENT")
    return folder


@click.command()
@click.argument("kind", type=click.Choice(["pattern", "cause", "question", "scenario", "guide"]))
@click.argument("article_id", metavar="ID")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The content folder to write to.")
def new(kind: str, article_id: str, into: Path | None) -> None:
    """Write the skeleton of a new article: KIND is what it is, ID its name in links."""
    try:
        path = new_article(kind, article_id, into or _own_content(), date.today())
    except NewArticleError as error:
        raise click.UsageError(str(error)) from None
    say(f"{path}: fill in what is marked, then run `whydenied check`")
