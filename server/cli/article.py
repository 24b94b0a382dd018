"""`whydenied article`: print an article."""

import re

import click

from whydenied.kb.problems import did_you_mean
from whydenied.server.articles.content import load_content
from whydenied.server.cli.terminal import say, say_json

__all__ = ["article"]

# A link to another article leads nowhere in a terminal; its id does.
_LINK = re.compile(r"\[([^\]\n]+)\]\((?:\.\./)?(?:\w+/)?([\w.-]+)\.md(?:#[\w-]*)?\)")


@click.command()
@click.argument("article_id", metavar="ID", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print front matter and body as JSON.")
@click.option("--list", "listed", is_flag=True, help="List the ids of all articles, with their titles.")
def article(article_id: str | None, as_json: bool, listed: bool) -> None:
    """Print the article ID (Markdown, as it is written)."""
    catalogue = load_content()
    if listed:
        for one in sorted(catalogue.articles.values(), key=lambda one: (one.kind, one.id)):
            say(f"{one.kind:9} {one.id:48} {one.title}")
        return
    if article_id is None:
        raise click.UsageError("give the id of an article; `whydenied article --list` has them all")
    found = catalogue.find(article_id)
    if found is None:
        hint = did_you_mean(article_id, [known for _, known in catalogue.articles])
        raise click.UsageError(f"there is no article `{article_id}`" + (f": {hint}" if hint else ""))
    text = _filled(found.body)
    if as_json:
        data = {"id": found.id, "kind": found.kind, **found.meta, "body": text}
        say_json(data)
    else:
        body = _LINK.sub(r"\1 (`whydenied article \2`)", text.strip())
        say(f"# {found.title}\n\n{found.summary}\n\n{body}")


def _filled(body: str) -> str:
    if "```diagram " not in body:
        return body
    # Here and not above: the diagrams show the engine's gates, and most articles need no engine.
    from whydenied.server.articles.diagrams import fill_diagrams

    return fill_diagrams(body)
