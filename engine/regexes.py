"""Regular expressions that are compiled when they are first used: a short-lived process uses few of its hundreds."""

import re
from collections.abc import Iterator

__all__ = ["Regex"]


class Regex:
    """A regular expression, not yet compiled. Safe to share between threads: at worst it is compiled twice."""

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern to search with. Raises re.error for a source that is no regular expression."""
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        return self.compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Return the match that a text begins with."""
        return self.compiled.match(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return the matches in a text, which do not overlap."""
        return self.compiled.finditer(text)
