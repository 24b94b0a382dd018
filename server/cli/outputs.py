"""Writing what the command line makes: a file is there whole or not at all, and for its owner only."""

import contextlib
import os
import tempfile
from pathlib import Path

import click

__all__ = ["Unwritable", "write_file"]


class Unwritable(click.ClickException):
    """Output that cannot be written; exit code 3."""

    exit_code = 3


def write_file(path: Path, data: bytes) -> None:
    """Write a file that holds names of an account: nobody else may read it, whatever was there before.

    A device or a pipe is written to as it is. Raises Unwritable, and leaves what was there, where there is no room.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except OSError as error:
        raise Unwritable(f"`{path}` cannot be written: {(error.strerror or str(error)).lower()}") from None


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
