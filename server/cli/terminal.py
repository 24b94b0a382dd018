"""Printing to a terminal, in one place: what was read from a log or a paste must not steer it.

Names of objects are chosen by whoever was refused; a terminal obeys what stands in them (titles, links, the
clipboard). So every control character but line end and tab is made visible, save the colours that we set ourselves.
"""

import re
import sys
from typing import Any

import click
import msgspec

from whydenied.server.diagnosis.marks import json_escaped, visible

__all__ = ["cleaned", "json_line", "say", "say_exactly", "say_json"]

# Bold, dim, the eight colours and the way back, as click writes them: the most that a hostile text can do is be red.
_OURS = re.compile(r"(\x1b\[(?:0|1|2|3[0-7])m)")


def cleaned(text: str) -> str:
    """Return a text that a terminal prints and does not obey."""
    return "".join(piece if number % 2 else visible(piece) for number, piece in enumerate(_OURS.split(text)))


def say(text: str = "", *, err: bool = False, nl: bool = True, **style: Any) -> None:
    """Print a text, cleaned. err: to standard error. style: as for `click.style`."""
    click.echo(click.style(cleaned(text), **style) if style else cleaned(text), err=err, nl=nl)


def say_exactly(text: str) -> None:
    """Print a text to a pipe or file as it is, for the program that reads it; to a terminal cleaned."""
    click.echo(cleaned(text) if sys.stdout.isatty() else text.encode(), nl=False)


def json_line(data: object) -> bytes:
    """Return data as one line of JSON that no terminal obeys."""
    return json_escaped(msgspec.json.encode(data).decode()).encode()


def say_json(data: object) -> None:
    """Print data as JSON over several lines."""
    click.echo(json_escaped(msgspec.json.format(msgspec.json.encode(data)).decode()))
