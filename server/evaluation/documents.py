"""JSON as people paste it: several documents after another, as AWS prints them, and where it is broken."""

import json
from typing import Any

from whydenied.engine.errors import InputError
from whydenied.engine.policy.outputs import decoded, policies_in

__all__ = ["MAX_DOCUMENTS", "JsonError", "read_levels", "read_one", "read_values"]

MAX_DOCUMENTS = 500
_MAX_LEVELS = 10
_EXCERPT = 60

_DECODER = json.JSONDecoder()

# What the parser of the standard library says, and what a person has to do.
_WORDS = {
    "Expecting value": "a value is expected here",
    "Expecting property name": "a name in double quotes is expected here; a comma before a closing brace has to go",
    "Illegal trailing comma": "the comma before the closing bracket has to go",
    "Expecting ':'": "a colon is missing before this",
    "Expecting ','": "a comma is missing before this",
    "Unterminated string": "this string has no closing quote",
    "Invalid control character": "a string goes over the end of its line; put it on one line",
    "Invalid \\": "a backslash here starts no escape that JSON knows; write two",
}
_CURLY = "“”‘’"


class JsonError(InputError):
    """Text that is no JSON. line, column: from 1. excerpt: the line around the place, `before` and `after` it."""

    def __init__(self, text: str, position: int, words: str, first_line: int = 1) -> None:
        start = text.rfind("\n", 0, position) + 1
        end = text.find("\n", position)
        self.line = first_line + text.count("\n", 0, position)
        self.column = position - start + 1
        self.before = text[max(start, position - _EXCERPT) : position]
        self.after = text[position : min(end if end >= 0 else len(text), position + _EXCERPT)]
        super().__init__(f"line {self.line}, column {self.column}: {words}")


def read_values(text: str, first_line: int = 1) -> list[Any]:
    """Read JSON values that stand one after another, with or without commas between them.

    Raises JsonError, with the place, where one is broken, nested too deep, or there are too many.
    """
    text = _plain(text)
    values: list[Any] = []
    at = _skip(text, 0)
    while at < len(text):
        if len(values) == MAX_DOCUMENTS:
            raise JsonError(text, at, f"more than {MAX_DOCUMENTS} documents; leave some out", first_line)
        try:
            value, end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise JsonError(text, error.pos, _words(error, text), first_line) from None
        except RecursionError:
            raise JsonError(
                text, at, "this is nested too deep; policies have a handful of levels", first_line
            ) from None
        except ValueError:
            raise JsonError(text, at, "a number in this is longer than any number is", first_line) from None
        _refuse_half_characters(value, text, at, end, first_line)
        values.append(value)
        at = _skip(text, end)
    return values


def read_one(text: str) -> Any:
    """Read a text that holds exactly one JSON value. Raises JsonError for none, for several and for a broken one."""
    values = read_values(text)
    if len(values) != 1:
        text = _plain(text)
        at = _skip(text, _DECODER.raw_decode(text, _skip(text, 0))[1]) if values else 0
        raise JsonError(text, at, "one JSON object is expected, and there are several" if values else "nothing is here")
    return values[0]


def read_levels(text: str) -> list[list[Any]]:
    """Read the policies of an organization, root first: levels between lines of dashes, or a list of lists.

    Raises JsonError.
    """
    levels: list[list[Any]] = [[]]
    block: list[str] = []
    first = 1
    for number, line in enumerate([*text.split("\n"), "---"], 1):
        if line.strip() and not line.strip(" -") and line.strip() != "-":
            levels[-1] = read_values("\n".join(block), first)
            levels.append([])
            block, first = [], number + 1
        else:
            block.append(line)
    levels.pop()
    if len(levels) == 1 and len(levels[0]) == 1 and _is_levels(levels[0][0]):
        levels = levels[0][0]
    if len(levels) > _MAX_LEVELS:
        raise JsonError(text, 0, f"{len(levels)} levels; an organization has at most {_MAX_LEVELS}")
    return [[policy for value in level for policy in policies_in(value)] for level in levels]


def _is_levels(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(level, list) for level in value)


def _plain(text: str) -> str:
    """Take out what copying puts in: a byte order mark, blanks that do not break; and what the IAM API encodes."""
    text = text.replace("\ufeff", " ").replace("\u00a0", " ")
    return decoded(text)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,;":
        at += 1
    return at


def _words(error: json.JSONDecodeError, text: str) -> str:
    if error.pos >= len(text.rstrip()):
        return "the text ends before the JSON does; paste it to its last brace"
    if text[error.pos] in _CURLY:
        return "a curly quote; write it straight"
    return next((words for said, words in _WORDS.items() if error.msg.startswith(said)), "this is not JSON")


def _refuse_half_characters(value: object, text: str, at: int, end: int, first_line: int) -> None:
    """Refuse escapes of half a character, which no answer could be written with."""
    place = text.lower().find("\\ud", at, end)
    if place < 0:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise JsonError(text, place, "this escape is half a character; leave it out", first_line) from None
