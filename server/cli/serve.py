"""`whydenied serve`: serve the help site."""

import os

import click

__all__ = ["serve"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the help site.

    Settings are read from WHYDENIED_... variables: docs/operations.md lists them. SIGHUP takes up changed content.
    """
    from whydenied.server.serving.run import serve as run
    from whydenied.server.settings import settings_from

    try:
        settings = settings_from(os.environ)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    run(host, port, workers=workers, threads=threads, settings=settings)
