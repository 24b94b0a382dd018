"""A list of statements in some file, and how one more gets into it: in the file's own layout, nothing else touched."""

import json
import re
from typing import Literal

import msgspec

from whydenied.engine.forms.hcl import hcl_object
from whydenied.engine.forms.yaml import yaml_item
from whydenied.engine.source.edit import Splice
from whydenied.engine.source.files import SourceFile

__all__ = ["Listing", "added"]


class Listing(msgspec.Struct, frozen=True):
    """Where statements stand. language: what is written there. start, end: bytes of the whole list, brackets too, or
    of the one statement that stands without a list (alone). items: bytes of each statement. actions: the actions that
    are named in it, as far as they are plain texts. template: `${` begins an expression there, and is doubled to stand
    for itself."""

    file: SourceFile
    language: Literal["hcl", "json", "yaml"]
    start: int
    end: int
    items: tuple[tuple[int, int], ...]
    alone: bool = False
    actions: tuple[str, ...] = ()
    template: bool = False

    @property
    def services(self) -> frozenset[str]:
        """The services whose actions are named in it."""
        return frozenset(action.partition(":")[0].lower() for action in self.actions)


def added(listing: Listing, statement: dict[str, object]) -> tuple[Splice, ...]:
    """Return the splices that put a statement at the end of the list."""
    if listing.language == "yaml":
        return (_yaml(listing, statement),)
    if listing.alone:
        text = _object(listing, statement, _margin(listing, listing.start))
        return (
            Splice(listing.file.path, listing.start, listing.start, "["),
            *_closing_line(listing, listing.end),
            Splice(listing.file.path, listing.end, listing.end, f", {text}]"),
        )
    if not listing.items:
        return (_only(listing, statement),)
    return _last(listing, statement)


def _last(listing: Listing, statement: dict[str, object]) -> tuple[Splice, ...]:
    """Put it behind the last one: on lines of its own where each begins a line, else in the same line."""
    data, path = listing.file.data, listing.file.path
    begin, end = listing.items[-1]
    comma = data.find(b",", end, listing.end)
    trailing = comma >= 0 and not data[end:comma].strip()
    own_line = not data[_line_start(data, begin) : begin].strip()
    # What begins behind a bracket, as in `}, {`, has the margin of the line that ends it.
    margin = _margin(listing, begin if own_line else end - 1)
    several_lines = b"\n" in data[begin:end]
    new = _object(listing, statement, margin, one_line=not several_lines)
    if own_line:
        text = f"\n{margin}{new}{',' if trailing else ''}"
        behind = _behind_comment(data, comma + 1 if trailing else end)
        place = Splice(path, behind, behind, text)
        return (place,) if trailing else (Splice(path, end, end, ","), place)
    if trailing:
        return (*_closing_line(listing, end), Splice(path, comma + 1, comma + 1, f" {new},"))
    return (*_closing_line(listing, end), Splice(path, end, end, f", {new}"))


def _closing_line(listing: Listing, end: int) -> tuple[Splice, ...]:
    """Indent the line with `}, {` by one step more, where `terraform fmt` wants it: it began as `[{`."""
    data = listing.file.data
    start = _line_start(data, end)
    if listing.language != "hcl" or data[start : end - 1].strip() or start <= listing.start:
        return ()
    return (Splice(listing.file.path, start, start, _step(listing)),)


def _behind_comment(data: bytes, place: int) -> int:
    """Return the end of the line where nothing but a comment follows in it, else the place itself."""
    end = data.find(b"\n", place)
    rest = data[place : end if end >= 0 else len(data)].lstrip()
    return place + len(data[place:end].rstrip()) if rest[:1] == b"#" or rest[:2] == b"//" else place


def _only(listing: Listing, statement: dict[str, object]) -> Splice:
    margin = _margin(listing, listing.start)
    inner = listing.file.data[listing.start + 1 : listing.end - 1]
    if inner.strip():
        # Nothing but a comment, which stays: the statement comes on lines of its own behind it.
        place = listing.start + 1 + len(inner.rstrip())
        margin += _step(listing)
        return Splice(listing.file.path, place, place, f"\n{margin}{_object(listing, statement, margin)}")
    return Splice(listing.file.path, listing.start, listing.end, f"[{_object(listing, statement, margin)}]")


def _yaml(listing: Listing, statement: dict[str, object]) -> Splice:
    data, path = listing.file.data, listing.file.path
    begin, end = listing.items[-1]
    dash = data.rfind(b"-", 0, begin)
    column = dash - _line_start(data, dash)
    if listing.alone:
        column = begin - _line_start(data, begin)
        inner = data[begin:end].decode().split("\n")
        moved = "\n".join([f"- {inner[0]}", *(f"  {line}" if line.strip() else line for line in inner[1:])])
        return Splice(path, begin, end, "\n".join([moved, *yaml_item(statement, column)]))
    line_end = data.find(b"\n", end)
    end = line_end if line_end >= 0 else len(data)
    return Splice(path, end, end, "\n" + "\n".join(yaml_item(statement, column)))


def _object(listing: Listing, statement: dict[str, object], margin: str, *, one_line: bool = False) -> str:
    """Return the statement in the list's language; its first line is not indented, the others begin with the margin."""
    step = _step(listing)
    if listing.language == "hcl":
        text = hcl_object(statement, one_line=one_line)
        if step == "\t":
            text = re.sub(r"(?m)^( {2})+", lambda found: "\t" * (len(found[0]) // 2), text)
    else:
        text = json.dumps(statement, indent=None if one_line else step, ensure_ascii=False)
        if listing.template:
            text = text.replace("${", "$${").replace("%{", "%%{")
    return text.replace("\n", f"\n{margin}")


def _step(listing: Listing) -> str:
    """Return how far the list indents: as its first item does beside its own start, else by two blanks."""
    data = listing.file.data
    for begin, end in listing.items[:1]:
        second = data.find(b"\n", begin, end)
        if second >= 0:
            line = data[second + 1 : end]
            step = line[: len(line) - len(line.lstrip(b" \t"))].decode().removeprefix(_margin(listing, begin))
            return step if 1 <= len(step) <= 8 else "  "
    return "  "


def _line_start(data: bytes, place: int) -> int:
    return data.rfind(b"\n", 0, place) + 1


def _margin(listing: Listing, place: int) -> str:
    """Return the blanks that begin the line of a place."""
    start = _line_start(listing.file.data, place)
    line = listing.file.data[start:place]
    return line[: len(line) - len(line.lstrip(b" \t"))].decode()
