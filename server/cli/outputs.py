"""Writing what the command line makes: a file is there whole or not at all, and for its owner only."""

import contextlib
import os
import tempfile
from pathlib import Path

import click

__all__ = ["Unwritable", "replace_file", "write_file"]


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


def replace_file(path: Path, data: bytes) -> None:
    """Write a file of the user's anew, whole or not at all, with the rights that it has.

    Raises Unwritable, and leaves what was there, where it cannot be written."""
    try:
        _replace(path, data, path.stat().st_mode & 0o7777)
    except OSError as error:
        raise Unwritable(f"`{path}` cannot be written: {(error.strerror or str(error)).lower()}") from None


def _replace(path: Path, data: bytes, mode: int | None = None) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with open(handle, "wb") as file:
            file.write(data)
            if mode is not None:
                os.fchmod(file.fileno(), mode)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
