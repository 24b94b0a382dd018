"""The very lines of a policy that a statement stands on, as the console prints it: two blanks of indentation."""

from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = ["Lines", "pretty", "statement_lines"]


class Lines(msgspec.Struct, frozen=True, gc=False):
    """first, last: line numbers from 1 in the printed document. text: the lines, without the document's indentation."""

    first: int
    last: int
    text: str


def pretty(value: Any) -> str:
    """Print JSON with two blanks of indentation; what cannot be printed (nested too deep) is said to be so."""
    try:
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    except (RecursionError, ValueError, TypeError):
        return '"(cannot be shown)"'


def statement_lines(document: Mapping[str, Any], index: int) -> Lines:
    """Return the lines of the statement at an index (from 0) of a document that has it."""
    before = 1
    for key, value in document.items():
        if key == "Statement":
            break
        before += pretty(value).count("\n") + 1 if isinstance(value, (dict, list)) else 1
    statements = document["Statement"]
    if isinstance(statements, list):
        text = pretty(statements[index])
        # The list's own brackets are two lines, of which the first stands before the statement.
        before += 1 + (pretty(statements[:index]).count("\n") - 1 if index else 0)
    else:
        text = pretty(statements)
    return Lines(before + 1, before + 1 + text.count("\n"), text)
