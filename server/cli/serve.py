"""`whydenied serve`: serve the help site."""

import errno
import os
import socket

import click

from whydenied.server.cli.outputs import Unwritable

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
    from whydenied.server.http.settings import settings_from
    from whydenied.server.serving.run import serve as run

    try:
        settings = settings_from(os.environ)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    _try_to_bind(host, port)
    run(host, port, workers=workers, threads=threads, settings=settings)


def _try_to_bind(host: str, port: int) -> None:
    """Raise Unwritable where nothing can be served on an address, before anything says that it is."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = places[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        what = "somebody else serves there: take another --port" if error.errno == errno.EADDRINUSE else error.strerror
        raise Unwritable(f"`{host}:{port}` cannot be served on: {what}") from None
