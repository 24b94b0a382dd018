"""`whydenied build`: compile the content and build the search index, so that nothing waits for it later."""

import time

import click

from whydenied.kb.cache import cache_folder
from whydenied.server.cli.terminal import say
from whydenied.server.service import load_service

__all__ = ["build"]


@click.command()
def build() -> None:
    """Compile the content and build the search index."""
    started = time.perf_counter()
    service = load_service()
    for problem in service.catalogue.problems:
        say(str(problem), err=True)
    service.warm_up()
    kinds = ("cause", "pattern", "question", "scenario", "guide")
    counts = ", ".join(f"{len(service.catalogue.of(kind))} {kind}s" for kind in kinds)
    say(f"{counts}: built in {time.perf_counter() - started:.1f} s, kept in {cache_folder() or 'memory only'}")
