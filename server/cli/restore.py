"""`whydenied restore`: put the hidden names back into a text about a redacted snapshot."""

from pathlib import Path
from typing import IO

import click

from whydenied.engine.collectors.redaction import read_key
from whydenied.engine.collectors.redaction import restore as put_back
from whydenied.engine.errors import InputError
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.terminal import say

__all__ = ["restore"]


@click.command()
@click.argument("key_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("file", type=click.File("r"), default="-")
def restore(key_file: Path, file: IO[str]) -> None:
    """Put the names back into FILE (default: standard input), with the key of `whydenied collect --redact`.

    It works on a snapshot, and on what `diagnose` said about one.
    """
    try:
        key = read_key(key_file.read_bytes())
    except InputError as error:
        raise Unreadable(f"`{key_file}`: {error}") from None
    for line in file:
        say(put_back(line, key), nl=False)
