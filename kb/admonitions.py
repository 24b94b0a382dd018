"""Admonitions as code hosts write them: a quote whose first line is `[!NOTE]`, `[!WARNING]` and so on.

A page that does not know them shows a quote, which reads well anywhere; that is why this form was chosen.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

__all__ = ["ADMONITIONS", "admonitions"]

ADMONITIONS = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution"}

_MARKER = re.compile(r"\[!([A-Za-z]+)\][ \t]*(?:\n|$)")


def admonitions(markdown: MarkdownIt) -> None:
    """Plug in: turn such quotes into notes, before their text is read as inline Markdown."""
    markdown.core.ruler.before("inline", "admonition", _mark_quotes)


def _mark_quotes(state: StateCore) -> None:
    tokens = state.tokens
    open_quotes: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            open_quotes.append(token)
            name = _admonition(tokens[index + 1 : index + 3])
            if name:
                token.meta["admonition"] = name
        elif token.type == "blockquote_close":
            opening = open_quotes.pop()
            token.meta.update(opening.meta)


def _admonition(following: list[Token]) -> str | None:
    """Return the name of the admonition that these first tokens of a quote announce, and take the marker out."""
    if len(following) < 2 or following[0].type != "paragraph_open":
        return None
    inline = following[1]
    found = _MARKER.match(inline.content)
    if found is None or found[1].lower() not in ADMONITIONS:
        return None
    inline.content = inline.content[found.end() :]
    return found[1].lower()
