"""`whydenied build`: compile the content and build the search index, so that nothing waits for it later."""

import time
from pathlib import Path

import click

from whydenied.kb.cache import cache_folder
from whydenied.server.articles.content import ship_content
from whydenied.server.cli.terminal import say
from whydenied.server.service import load_service

__all__ = ["build"]


@click.command()
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Ship our own content compiled here.")
def build(into: Path | None) -> None:
    """Compile the content and build the search index."""
    started = time.perf_counter()
    if into:
        from whydenied.kb.index import build_index

        build_index(ship_content(into), into / "index")
        say(f"compiled into {into} in {time.perf_counter() - started:.1f} s")
        return
    service = load_service()
    for problem in service.catalogue.problems:
        say(str(problem), err=True)
    service.warm_up()
    kinds = ("cause", "pattern", "question", "scenario", "guide")
    counts = ", ".join(f"{len(service.catalogue.of(kind))} {kind}s" for kind in kinds)
    say(f"{counts}: built in {time.perf_counter() - started:.1f} s, kept in {cache_folder() or 'memory only'}")
