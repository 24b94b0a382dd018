"""Printing to a terminal, in one place: what was read from a log or a paste must not steer it.

Names of objects are chosen by whoever was refused; a terminal obeys what stands in them (titles, links, the
clipboard). So every control character but line end and tab is made visible, save the colours that we set ourselves.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
import msgspec

from whydenied.server.diagnosis.marks import json_escaped, visible

__all__ = ["cleaned", "json_line", "json_parts", "say", "say_exactly", "say_in_parts", "say_json"]

# Bold, dim, the eight colours and the way back, as click writes them: the most that a hostile text can do is be red.
_OURS = re.compile(r"(\x1b\[(?:0|1|2|3[0-7])m)")
# Characters that are printed at once of a long text.
_PART = 65_536


def cleaned(text: str) -> str:
    """Return a text that a terminal prints and does not obey."""
    return "".join(piece if number % 2 else visible(piece) for number, piece in enumerate(_OURS.split(text)))


def say(text: str = "", *, err: bool = False, nl: bool = True, **style: Any) -> None:
    """Print a text, cleaned. err: to standard error. style: as for `click.style`."""
    click.echo(click.style(cleaned(text), **style) if style else cleaned(text), err=err, nl=nl)


def say_exactly(text: str) -> None:
    """Print a text to a pipe or file as it is, for the program that reads it; to a terminal cleaned."""
    click.echo(cleaned(text) if sys.stdout.isatty() else text.encode(), nl=False)


def say_in_parts(parts: Iterable[str], *, exactly: bool = False) -> None:
    """Print a long text as its parts come. exactly: as `say_exactly` does, else cleaned."""
    held: list[str] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size > _PART:
            (say_exactly if exactly else _say_on)("".join(held))
            held, size = [], 0
    (say_exactly if exactly else _say_on)("".join(held))


def _say_on(text: str) -> None:
    say(text, nl=False)


def json_parts(data: object, indent: str = "\n") -> Iterator[str]:
    """Yield data as JSON over several lines, as `say_json` prints it; iterators in it are read as they are written."""
    if isinstance(data, Mapping) and any(map(_streams, data.values())):
        yield from _enclosed("{}", ((f"{json_line(name).decode()}: ", value) for name, value in data.items()), indent)
    elif _streams(data):
        yield from _enclosed("[]", (("", value) for value in data), indent)  # type: ignore[attr-defined]
    else:
        yield json_escaped(msgspec.json.format(msgspec.json.encode(data)).decode()).replace("\n", indent)
    if indent == "\n":
        yield indent


def _enclosed(signs: str, items: Iterable[tuple[str, object]], indent: str) -> Iterator[str]:
    before = f"{signs[0]}{indent}  "
    for name, value in items:
        yield before + name
        yield from json_parts(value, f"{indent}  ")
        before = f",{indent}  "
    yield signs if before[0] != "," else f"{indent}{signs[1]}"


def _streams(data: object) -> bool:
    """Tell whether an iterator is in it."""
    if isinstance(data, Mapping):
        return any(map(_streams, data.values()))
    return isinstance(data, Iterator) or (isinstance(data, list) and any(map(_streams, data)))


def json_line(data: object) -> bytes:
    """Return data as one line of JSON that no terminal obeys."""
    return json_escaped(msgspec.json.encode(data).decode()).encode()


def say_json(data: object) -> None:
    """Print data as JSON over several lines."""
    click.echo(json_escaped(msgspec.json.format(msgspec.json.encode(data)).decode()))
