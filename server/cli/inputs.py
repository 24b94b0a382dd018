"""Reading what the command line is given: an argument, a file, or standard input; bounded, and as text."""

import sys
from pathlib import Path

import click

__all__ = ["MAX_PASTE", "Unreadable", "read_text"]

# Bytes of one paste. What is longer holds the message near its start; people are told to cut it.
MAX_PASTE = 1_000_000


class Unreadable(click.ClickException):
    """Input that cannot be read; exit code 3."""

    exit_code = 3


def read_text(given: str | None) -> str:
    """Return the text of an argument: `-` or nothing is standard input, the path of a file is the file, else itself.

    Raises Unreadable for more than MAX_PASTE bytes and for what is not text.
    """
    if given is None or given == "-":
        data = sys.stdin.buffer.read(MAX_PASTE + 1)
    elif "\n" not in given and len(given) < 400 and Path(given).is_file():
        with Path(given).open("rb") as file:
            data = file.read(MAX_PASTE + 1)
    else:
        data = given.encode("utf-8", "surrogateescape")
    if len(data) > MAX_PASTE:
        raise Unreadable(f"the input has more than {MAX_PASTE} bytes: give only the part with the error")
    if b"\0" in data[:4096]:
        raise Unreadable("the input is not text: copy the error message itself")
    return data.decode("utf-8", "replace")
