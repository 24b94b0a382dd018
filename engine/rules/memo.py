"""A bounded memory of which rules fired on which atoms.

Conclusions depend on the set of atoms alone, and sets repeat: thousands of people paste the same kind of denial. Only
names of rules and atoms are kept, never a fact or a text. Entries differ much in size, so the bound is on the names
held as well as on the number of entries: nobody can fill the memory by answering hundreds of questions at once.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final

__all__ = ["Memo"]

MAX_ENTRIES: Final = 65_536
MAX_NAMES: Final = 2_000_000
"""Names of atoms and rules over all entries; eight bytes each, because the strings themselves are shared."""


class Memo:
    """The rules that fired, by sorted atoms; what was used least recently is forgotten first. Safe between threads."""

    def __init__(self, entries: int = MAX_ENTRIES, names: int = MAX_NAMES) -> None:
        self._max_entries = entries
        self._max_names = names
        self._lock = Lock()
        self._names = 0
        self._fired: OrderedDict[tuple[str, ...], tuple[str, ...]] = OrderedDict()

    def get(self, atoms: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the rules that fired on these atoms, or None where that is not remembered."""
        with self._lock:
            fired = self._fired.get(atoms)
            if fired is not None:
                self._fired.move_to_end(atoms)
            return fired

    def put(self, atoms: tuple[str, ...], fired: tuple[str, ...]) -> None:
        """Remember the rules that fired on these atoms, and forget the least recently used beyond the bounds."""
        with self._lock:
            if atoms in self._fired:
                return
            self._fired[atoms] = fired
            self._names += len(atoms) + len(fired)
            while len(self._fired) > self._max_entries or self._names > self._max_names:
                old_atoms, old_fired = self._fired.popitem(last=False)
                self._names -= len(old_atoms) + len(old_fired)

    def __len__(self) -> int:
        return len(self._fired)
