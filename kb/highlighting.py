"""Code coloured by classes: Pygments names the parts, the style sheet colours them.

Only parts that a style sheet would colour get a tag; white space and punctuation stay bare, which halves
the size of a policy on the page.
"""

from functools import cache
from html import escape
from itertools import groupby

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

__all__ = ["CODE_CLASSES", "LANGUAGES", "highlight"]

# Our name of a language: Pygments' name.
LANGUAGES = {
    "bash": "bash",
    "hcl": "terraform",
    "json": "json",
    "python": "python",
    "sql": "sql",
    "text": "text",
    "typescript": "typescript",
    "xml": "xml",
    "yaml": "yaml",
}

# `err` too: an ellipsis in a policy is no mistake of the reader's.
_BARE = {"", "w", "err", "n", "p", "x", "esc"}
CODE_CLASSES = frozenset(STANDARD_TYPES.values()) - _BARE


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(LANGUAGES.get(language, "text"), stripnl=False)


def highlight(code: str, language: str) -> str:
    """Return the code as HTML, its parts in `<span class>`; a language we do not know is plain text."""
    parts = ((STANDARD_TYPES.get(kind, ""), text) for kind, text in _lexer(language).get_tokens(code))
    html = []
    for name, group in groupby(parts, key=lambda part: part[0] if part[0] in CODE_CLASSES else ""):
        text = escape("".join(text for _, text in group), quote=False)
        html.append(f'<span class="{name}">{text}</span>' if name else text)
    return "".join(html)
