"""`whydenied article`: print an article."""

import click

from whydenied.kb.problems import did_you_mean
from whydenied.server.cli.terminal import say, say_json
from whydenied.server.content import load_content

__all__ = ["article"]


@click.command()
@click.argument("article_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print front matter and body as JSON.")
def article(article_id: str, as_json: bool) -> None:
    """Print the article ID (Markdown, as it is written)."""
    catalogue = load_content()
    found = catalogue.find(article_id)
    if found is None:
        hint = did_you_mean(article_id, [known for _, known in catalogue.articles])
        raise click.UsageError(f"there is no article `{article_id}`" + (f": {hint}" if hint else ""))
    if as_json:
        data = {"id": found.id, "kind": found.kind, **found.meta, "body": found.body}
        say_json(data)
    else:
        say(f"# {found.title}\n\n{found.summary}\n\n{found.body.strip()}")
