"""Adding up: what one file gave, and all of them together. Adding is the same in any order."""

from collections.abc import Iterator

import msgspec

from whydenied.engine.triage.classify import ASSUME_ROLE, Key

__all__ = ["MAX_GROUPS", "OTHERS", "Counts", "Example", "FileResult", "Group", "Problem", "Success", "Tally"]

MAX_GROUPS = 100_000
"""Beyond this many groups new ones are folded together, so that memory stays flat."""
MAX_SUCCESSES = 300_000
"""Calls of which the last success is kept."""
OTHERS = "(others)"


class Example(msgspec.Struct, gc=False, array_like=True, frozen=True, order=True):
    """One event of a group: when (ISO 8601, UTC), its id, and the resource as it names it; '' for what it does not."""

    time: str = ""
    event: str = ""
    resource: str = ""


class Counts(msgspec.Struct, gc=False, array_like=True):
    """How often, first and last seen (ISO 8601, UTC, as CloudTrail writes it; '' for unknown), and the first event."""

    count: int = 0
    first: str = ""
    last: str = ""
    example: Example = Example()

    def add(self, other: "Counts") -> None:
        """Add what another count saw."""
        self.count += other.count
        if other.first and (not self.first or other.first < self.first):
            self.first = other.first
        if other.last > self.last:
            self.last = other.last
        if other.example.time and (not self.example.time or other.example < self.example):
            self.example = other.example


class Success(msgspec.Struct, gc=False, array_like=True, frozen=True):
    """A call that was allowed: who made it (without the session), its action, and of taking a role which role."""

    principal: str
    action: str
    role: str = ""


class FileResult(msgspec.Struct):
    """What one file gave.

    events, denials: read from it. broken: records in it that could not be read. problem: why the file, or its rest, was
    not read; '' if it was. days: denials by day and cause. successes: when each call that was allowed was last made.
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
    successes: list[tuple[Success, str]] = []


class Problem(msgspec.Struct, frozen=True):
    """A file that was not read, or not wholly, and why."""

    path: str
    text: str


class Group(msgspec.Struct, frozen=True):
    """Denials that are alike. worked_at: when, after the last of them, the same caller last made the same call with
    success (of a role that is taken: took the same role); '' where the trail shows none."""

    principal: str
    action: str
    resource: str
    cause: str
    certainty: str
    count: int
    first: str
    last: str
    example: Example = Example()
    worked_at: str = ""


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
        self._successes: dict[Success, str] = {}

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
        for success, time in result.successes:
            self._allow(success, time)
        for day, cause, count in result.days:
            self.days[day, cause] = self.days.get((day, cause), 0) + count

    def joined(self, other: "Tally") -> "Tally":
        """Take in another tally; in whatever order tallies are joined, the sum is the same."""
        for name in ("files", "resumed", "events", "denials", "broken"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems += other.problems
        self.folded = self.folded or other.folded
        for key, counts in other._groups.items():
            self._counts(key).add(counts)
        for success, time in other._successes.items():
            self._allow(success, time)
        for day, count in other.days.items():
            self.days[day] = self.days.get(day, 0) + count
        return self

    def _allow(self, success: Success, time: str) -> None:
        if success in self._successes or len(self._successes) < MAX_SUCCESSES:
            self._successes[success] = max(time, self._successes.get(success, ""))

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
                counts.example,
                self._worked_at(key, counts.last),
            )

    def _worked_at(self, key: Key, last: str) -> str:
        role = key.resource if key.action.lower() == ASSUME_ROLE else ""
        time = self._successes.get(Success(key.principal, key.action.lower(), role), "")
        return time if time > last else ""


def _rank(item: tuple[Key, Counts]) -> tuple[int, str, str, str, str]:
    key, counts = item
    return -counts.count, key.principal, key.action, key.resource, key.cause
