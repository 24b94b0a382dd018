"""Problems in the content: data, not exceptions, so that an author sees all of them at once."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

import msgspec

__all__ = ["Problem", "did_you_mean", "sort_problems"]


class Problem(msgspec.Struct, frozen=True):
    """One thing that an author has to mend, and how.

    file: the path as it was given. line: counted from 1, None where no line is to blame. field: the path of
    the front-matter field (`examples[0].text`), `body`, or '' for the whole file. message: what is wrong.
    instead: what to write or do. A warning never fails a build.
    """

    file: str
    line: int | None
    field: str
    message: str
    instead: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = f"{self.field}: {self.message}" if self.field else self.message
        return f"{place}: {self.severity}: {what}" + (f"; {self.instead}" if self.instead else "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "did you mean `x`?" for the nearest known word, or '' where none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Order problems as an author works through them: by file, then by line, each once."""
    return sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.field, p.message))
