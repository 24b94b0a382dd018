"""Regular expressions that are compiled when they are first used: a short-lived process uses few of its hundreds."""

import re

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
