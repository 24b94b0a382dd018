"""Adding up: what one file gave, and all of them together. Adding is the same in any order."""

from collections.abc import Iterator

import msgspec

from whydenied.engine.triage.classify import Key

__all__ = ["MAX_GROUPS", "OTHERS", "Counts", "FileResult", "Group", "Problem", "Tally"]

MAX_GROUPS = 100_000
"""Beyond this many groups new ones are folded together, so that memory stays flat."""
OTHERS = "(others)"


class Counts(msgspec.Struct, gc=False, array_like=True):
    """How often, first and last seen (ISO 8601, UTC, as CloudTrail writes it; '' for unknown)."""

    count: int = 0
    first: str = ""
    last: str = ""

    def add(self, other: "Counts") -> None:
        """Add what another count saw."""
        self.count += other.count
        if other.first and (not self.first or other.first < self.first):
            self.first = other.first
        if other.last > self.last:
            self.last = other.last


class FileResult(msgspec.Struct):
    """What one file gave.

    events, denials: read from it. broken: records in it that could not be read. problem: why the file, or its rest, was
    not read; '' if it was. days: denials by day and cause.
    """

    path: str
    size: int = 0
    modified: int = 0
    events: int = 0
    denials: int = 0
    broken: int = 0
    problem: str = ""
    groups: list[tuple[Key, Counts]] = []
    days: list[tuple[str, str, int]] = []


class Problem(msgspec.Struct, frozen=True):
    """A file that was not read, or not wholly, and why."""

    path: str
    text: str


class Group(msgspec.Struct, frozen=True):
    """Denials that are alike."""

    principal: str
    action: str
    resource: str
    cause: str
    certainty: str
    count: int
    first: str
    last: str


class Tally:
    """Everything read so far.

    files: how many were read. resumed: how many of those were known from an earlier run. events, denials: in them.
    broken: records that could not be read. problems: files that could not be read. days: denials by (day, cause).
    """

    def __init__(self) -> None:
        self.files = self.resumed = self.events = self.denials = self.broken = 0
        self.problems: list[Problem] = []
        self.days: dict[tuple[str, str], int] = {}
        self.folded = False
        self._groups: dict[Key, Counts] = {}

    def add(self, result: FileResult) -> None:
        """Add what one file gave."""
        self.events += result.events
        self.denials += result.denials
        self.broken += result.broken
        if result.problem:
            self.problems.append(Problem(result.path, result.problem))
        else:
            self.files += 1
        if result.broken:
            self.problems.append(Problem(result.path, f"{result.broken} of its records are not CloudTrail events"))
        for key, counts in result.groups:
            self._counts(key).add(counts)
        for day, cause, count in result.days:
            self.days[day, cause] = self.days.get((day, cause), 0) + count

    def _counts(self, key: Key) -> Counts:
        found = self._groups.get(key)
        if found is None:
            if len(self._groups) >= MAX_GROUPS:
                self.folded = True
                key = Key(OTHERS, key.action, OTHERS, key.cause, key.certainty)
            found = self._groups.setdefault(key, Counts())
        return found

    def groups(self) -> Iterator[Group]:
        """Yield the groups, the most frequent first."""
        for key, counts in sorted(self._groups.items(), key=_rank):
            yield Group(
                key.principal,
                key.action,
                key.resource,
                key.cause,
                key.certainty,
                counts.count,
                counts.first,
                counts.last,
            )


def _rank(item: tuple[Key, Counts]) -> tuple[int, str, str, str, str]:
    key, counts = item
    return -counts.count, key.principal, key.action, key.resource, key.cause
