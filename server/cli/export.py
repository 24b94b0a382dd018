"""`whydenied export`: the site as files, for any web server."""

from pathlib import Path

import click

from whydenied.engine.errors import InputError
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.terminal import say
from whydenied.server.http.settings import settings_from

__all__ = ["export"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--url", default="", metavar="URL", help="Where the files will be reached: for the feed and the map.")
@click.option("--live", default="", metavar="URL", help="A running site, for what no file can be.")
def export(folder: Path, url: str, live: str) -> None:
    """Write the site into FOLDER as files.

    Any web server or pages host can serve them, at the top of an address. The search runs in the browser: what is
    pasted is sent nowhere.
    """
    try:
        # Whoever may set what a running site is called has the same rules here.
        settings = settings_from({"WHYDENIED_PUBLIC_URL": url})
        live = settings_from({"WHYDENIED_PUBLIC_URL": live}).public_url
    except ValueError as error:
        raise click.UsageError(str(error).partition(": ")[2]) from None
    # Here and not above: only who exports needs the application.
    from whydenied.server.app import create_app
    from whydenied.server.export.site import export_site

    try:
        done = export_site(create_app(settings=settings), folder, live)
    except InputError as error:
        raise Unreadable(str(error)) from None
    say(f"{done.files} files, {done.pages} of them pages, {done.size / 1e6:.1f} MB, in `{folder}`")
    if done.lead_on and not live:
        say(f"{done.lead_on} links need a running site: name one with --live", dim=True)
