"""Front matter: the YAML between the two `---` lines of an article, read without YAML's traps.

The values are built from the parser's events rather than by a YAML constructor, because what an author
writes must be what we get: keys are always strings (`no:` is a key, not False), only `true` and `false`
are booleans, only plain whole numbers are numbers, and `1.10`, `yes`, `off`, `2026-01-01` and `<<` stay
strings, for the schema to read as what it wants. It also gives every field its line, refuses a key written
twice, and stops at aliases and deep nesting (the C composer would crash on the latter).
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

__all__ = ["SAFE_LOADER", "FieldPath", "FrontMatter", "FrontMatterError", "read_front_matter", "split_front_matter"]

FieldPath = tuple[str | int, ...]

_MAX_DEPTH = 24
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quicker of the two loaders of YAML, where it is there."""


class FrontMatterError(Exception):
    """The front matter cannot be read at all; line counts from the start of the file."""

    def __init__(self, message: str, line: int, instead: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.instead = message, line, instead


class FrontMatter(msgspec.Struct):
    """The values as plain data, and the line of every field."""

    values: dict[str, Any]
    lines: dict[FieldPath, int]

    def line_of(self, path: FieldPath) -> int:
        """Return the line of a field, or of the nearest field around it that was written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def split_front_matter(text: str) -> tuple[str, str, int]:
    """Split an article into its YAML, its body and the line on which the body begins.

    Raises FrontMatterError where it has no beginning or no end.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise FrontMatterError("the file does not start with front matter", 1, "begin the file with a line `---`")
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            return "\n".join(lines[1 : number - 1]), "\n".join(lines[number:]), number + 1
    raise FrontMatterError(
        "the front matter has no end", len(lines), "close it with a line `---` before the first line of the body"
    )


def read_front_matter(source: str, first_line: int = 2) -> FrontMatter:
    """Read YAML into plain data; first_line is the line of the file on which it begins.

    Raises FrontMatterError, with the line, for what cannot be read.
    """
    reader = _Reader(first_line)
    try:
        values = reader.document(yaml.parse(source, Loader=SAFE_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise FrontMatterError(f"not readable as YAML: {error.problem}", line, _hint(error.problem or "")) from None
    except yaml.reader.ReaderError as error:
        line = first_line + source.count("\n", 0, max(error.position, 0))
        raise FrontMatterError("a control character is not allowed here", line, "delete the character") from None
    if not isinstance(values, dict):
        raise FrontMatterError("the front matter is not a list of `field: value` lines", first_line)
    return FrontMatter(values, reader.lines)


def _hint(problem: str) -> str:
    if "\\t" in problem or "tab" in problem:
        return "indent with spaces, not with tabs"
    if "mapping values" in problem:
        return "put the text in quotes, or after `>-` on lines of its own: it holds a `: `"
    if "cannot start any token" in problem:
        return "put the text in quotes: it starts with a character that means something in YAML"
    return "check the quotes, brackets and indentation on this line and the one before"


class _Reader:
    """Builds values from parser events, noting lines on the way."""

    def __init__(self, first_line: int) -> None:
        self.lines: dict[FieldPath, int] = {}
        self._first_line = first_line

    def document(self, events: Iterator[Any]) -> Any:
        value: Any = None
        seen = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    raise FrontMatterError("a second YAML document begins here", self._line(event))
            elif isinstance(event, yaml.NodeEvent):
                value = self._value(event, events, ())
        return value

    def _line(self, event: Any) -> int:
        return self._first_line + int(event.start_mark.line)

    def _value(self, event: Any, events: Iterator[Any], path: FieldPath) -> Any:
        self.lines.setdefault(path, self._line(event))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FrontMatterError("anchors and aliases are not supported", self._line(event), "write the value out")
        if event.tag:
            raise FrontMatterError(f"the tag `{event.tag}` is not supported", self._line(event), "remove the `!` tag")
        if len(path) > _MAX_DEPTH:
            raise FrontMatterError(f"nested more than {_MAX_DEPTH} deep", self._line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return _scalar(event.value) if event.implicit[0] else event.value

    def _mapping(self, events: Iterator[Any], path: FieldPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key in events:
            if isinstance(key, yaml.MappingEndEvent):
                break
            if not isinstance(key, yaml.ScalarEvent):
                raise FrontMatterError("a field name must be plain text", self._line(key), "put braces in quotes")
            if key.value in result:
                message = f"`{key.value}` is written twice (first on line {self.lines[(*path, key.value)]})"
                raise FrontMatterError(message, self._line(key), "keep one of the two")
            self.lines[(*path, key.value)] = self._line(key)
            result[key.value] = self._value(next(events), events, (*path, key.value))
        return result

    def _sequence(self, events: Iterator[Any], path: FieldPath) -> list[Any]:
        result: list[Any] = []
        for item in events:
            if isinstance(item, yaml.SequenceEndEvent):
                break
            result.append(self._value(item, events, (*path, len(result))))
        return result


def _scalar(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text
