"""Facts: what is known, and where each piece came from.

A fact is a dotted name and a categorical value (`message.layer` = `boundary`). Names of people and things
(ARNs, accounts, keys) are not facts: they are fields of a ParsedError and never reach the rules. A fact may
hold several values (`message.pattern`). What nobody looked at has no fact at all; "looked, and it is not so"
is a value of its own (`boundary.attached` = `no`), and so is "asked, and the person does not know" (`unknown`).
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

__all__ = ["UNKNOWN", "Fact", "Facts", "Origin", "Source"]

UNKNOWN = "unknown"

Origin = Literal["paste", "pattern", "derived", "answer", "output", "aws", "evaluation"]


class Source(msgspec.Struct, frozen=True, gc=False):
    """Where a fact comes from.

    origin: paste (read off the text), pattern (a pattern's `asserts`), derived (from other facts, or from
    service data), answer (a person said so), output (pasted command output), aws (a live call), evaluation
    (the policy evaluator). detail: the pattern, rule, question or call, by id. start, end: the characters of
    the paste it rests on, as offsets into the text that was pasted; -1 where there are none.
    """

    origin: Origin
    detail: str = ""
    start: int = -1
    end: int = -1


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One categorical fact and its source."""

    name: str
    value: str
    source: Source


class Facts:
    """A set of facts by name and value; the first source of a fact is kept."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: dict[tuple[str, str], Fact] = {}
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Add a fact; one that is known already keeps its first source."""
        self._facts.setdefault((fact.name, fact.value), fact)

    def get(self, name: str, value: str) -> Fact | None:
        """Return the fact with this name and value, or None where it is not known."""
        return self._facts.get((name, value))

    def values(self, name: str) -> list[str]:
        """Return every value known for a name, in the order learnt."""
        return [value for known, value in self._facts if known == name]

    def __contains__(self, key: object) -> bool:
        return key in self._facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)
