"""Reading what the command line is given: an argument, a file, or standard input; bounded, and as text."""

import re
import sys
from pathlib import Path

import click

__all__ = ["MAX_PASTE", "Unreadable", "read_text"]

# Bytes of one paste. What is longer holds the message near its start; people are told to cut it.
MAX_PASTE = 1_000_000
_EXTENSION = re.compile(r"\.(?:txt|log|json|out|err|md|jsonl|yaml|yml|gz)\Z")


class Unreadable(click.ClickException):
    """Input that cannot be read; exit code 3."""

    exit_code = 3


def read_text(given: str | None) -> str:
    """Return the text of an argument: `-` or nothing is standard input, the path of a file is the file, else itself.

    Raises Unreadable for more than MAX_PASTE bytes, for what is not text, for nothing at all, and for what looks like
    a file that is not there.
    """
    if given is not None and _names_a_file(given):
        raise Unreadable(f"there is no file `{given}`: give its path, or the error's text itself in quotes")
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
    text = data.decode("utf-8", "replace")
    if not text.strip():
        raise Unreadable("nothing was given: paste the error's text, name a file with it, or pipe it in")
    return text


def _names_a_file(given: str) -> bool:
    """Tell whether one word is meant as a file that cannot be read: a folder, a path, or a name with an extension.

    An ARN, an address and an error code with its dots (`Client.UnauthorizedOperation`) are none."""
    if given in ("", "-") or len(given) > 400 or len(given.split()) != 1 or ":" in given or Path(given).is_file():
        return False
    return Path(given).is_dir() or given.startswith(("/", "./", "../", "~")) or bool(_EXTENSION.search(given))
