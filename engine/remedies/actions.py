"""The actions a pattern stands for, so that one of them can be taken out of it.

The names are those of the Service Authorization Reference (engine.policy.names, read at first use)."""

from functools import lru_cache

from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.names import Names

__all__ = ["MAX_ACTIONS", "covered", "others"]

# More names than this do not make a policy that anyone wants to read.
MAX_ACTIONS = 40


@lru_cache(maxsize=1)
def _reference() -> Names:
    return Names()


@lru_cache(maxsize=256)
def _matching(pattern: str) -> tuple[str, ...] | None:
    service, _, name = pattern.partition(":")
    if not _reference().service(service):
        return None
    covers = glob(name.lower())
    return tuple(known for known in _reference().actions(service) if covers(known.lower()))


@lru_cache(maxsize=256)
def others(pattern: str, action: str) -> tuple[str, ...] | None:
    """Return the actions that a pattern covers, without one; None where they are not known or too many."""
    found = _matching(pattern)
    if found is None:
        return None
    service = pattern.partition(":")[0]
    names = sorted(f"{service}:{known}" for known in found if f"{service}:{known}".lower() != action.lower())
    return tuple(names) if 0 < len(names) <= MAX_ACTIONS and len(names) < len(found) else None


def covered(pattern: str) -> int:
    """Count the actions that a pattern covers; 0 where they are not known."""
    return len(_matching(pattern) or ()) if ":" in pattern else 0
