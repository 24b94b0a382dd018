"""The very lines of a policy that a statement stands on, as the console prints it: two blanks of indentation.

A statement longer than any of AWS's is shown as far as anybody reads, and says that it goes on."""

from collections.abc import Iterable, Mapping

import msgspec

__all__ = ["MAX_SHOWN", "Lines", "pretty", "statement_lines", "statements_lines"]


MAX_SHOWN = 4_000


class Lines(msgspec.Struct, frozen=True, gc=False):
    """first, last: line numbers from 1 in the printed document. text: the lines, without the document's indentation, at
    most MAX_SHOWN characters of them."""

    first: int
    last: int
    text: str


def pretty(value: object) -> str:
    """Print JSON with two blanks of indentation; what cannot be printed (nested too deep) is said to be so."""
    try:
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    except (RecursionError, ValueError, TypeError):
        return '"(cannot be shown)"'


def statement_lines(document: Mapping[str, object], index: int) -> Lines:
    """Return the lines of the statement at an index (from 0) of a document that has it."""
    return statements_lines(document, (index,))[index]


def statements_lines(document: Mapping[str, object], indexes: Iterable[int]) -> dict[int, Lines]:
    """Return the lines of several statements by their indexes; the document is gone through once."""
    before = 1
    for key, value in document.items():
        if key == "Statement":
            break
        before += pretty(value).count("\n") + 1 if isinstance(value, (dict, list)) else 1
    statements = document["Statement"]
    if not isinstance(statements, list):
        text = pretty(statements)
        return dict.fromkeys(indexes, Lines(before + 1, before + 1 + text.count("\n"), _shown(text)))
    before += 1  # the list's opening bracket
    found: dict[int, Lines] = {}
    done = 0
    for index in sorted(set(indexes)):
        if index > done:
            # The brackets of this slice are two lines, of which the text between them has one break less.
            before += pretty(statements[done:index]).count("\n") - 1
        text = pretty(statements[index])
        found[index] = Lines(before + 1, before + 1 + text.count("\n"), _shown(text))
        done = index
    return found


def _shown(text: str) -> str:
    if len(text) <= MAX_SHOWN:
        return text
    return f"{text[:MAX_SHOWN]}\n... ({len(text) - MAX_SHOWN} more characters)"
