"""`whydenied search`: search the articles."""

import sys

import click

from whydenied.engine.secrets.masking import mask
from whydenied.server.cli.terminal import say, say_json
from whydenied.server.service import Filters, load_service

__all__ = ["search"]


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--kind", default="", help="Only this kind: cause, pattern, question, scenario, guide.")
@click.option("--service", default="", help="Only articles of this service (its IAM prefix, such as s3).")
@click.option("--gate", default="", help="Only causes of this gate, such as scp.")
@click.option("--limit", default=8, show_default=True, type=click.IntRange(1, 50))
def search(query: tuple[str, ...], as_json: bool, kind: str, service: str, gate: str, limit: int) -> None:
    """Search the articles by words, an error code, an action or a service."""
    found = load_service().search(mask(" ".join(query)).text, Filters(kind, service, gate), limit)
    if as_json:
        from whydenied.server.data.articles import found_data

        say_json(found_data(found))
    else:
        for hit in found.hits:
            say(click.style(hit.title, bold=True) + click.style(f"  {hit.kind} {hit.id}", dim=True))
            say("    " + "".join(click.style(t, bold=True) if is_hit else t for t, is_hit in hit.snippet))
        if found.did_you_mean:
            say(f"did you mean: {found.did_you_mean}")
        if not found.hits:
            say("nothing found: try an error code, an action such as `s3:GetObject`, or fewer words")
    sys.exit(0 if found.hits else 1)
