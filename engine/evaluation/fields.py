"""Which fields a case has, and what somebody meant who spelt one otherwise.

A field that is passed over in silence reads as "there is none", and a policy that was given under a wrong name as no
policy: so a name that is not known is an error, unless it is a remark (a text beside the case: where it is from, what
it shows)."""

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache

from whydenied.engine.errors import InputError

__all__ = ["REQUEST_FIELDS", "check_fields"]

REQUEST_FIELDS = frozenset(
    {"principal", "action", "resource", "resource_account", "context", "context_complete", "stated"}
)

# Remarks that people put beside a case.
_REMARKS = frozenset(
    "comment comments description disputed expect expected message name note notes remedy severity source sources tags "
    "title".split()
)
_SHORT = re.compile(r"[^a-z]")


def check_fields(raw: Mapping[str, object], known: frozenset[str], where: str) -> None:
    """Raise InputError for a field that is not known, with the one that was meant. where: what has the field."""
    if raw.keys() <= known:
        return
    for name, value in raw.items():
        if name in known or name in _REMARKS:
            continue
        meant = _meant(str(name)[:128], known)
        if not meant and not _structured(value):
            continue
        hint = f"did you mean `{meant}`?" if meant else f"known are {', '.join(sorted(known))}"
        raise InputError(f"{where} has no field `{str(name)[:80]}`; {hint}")


@lru_cache(maxsize=256)
def _meant(name: str, known: frozenset[str]) -> str:
    """Return the known name that is near to this one, whatever the case, the joints and the plural; "" for none."""
    by_short = {_short(one): one for one in sorted(known)}
    close = difflib.get_close_matches(_short(name), list(by_short), 1, 0.8)
    return by_short[close[0]] if close else ""


def _short(name: str) -> str:
    return _SHORT.sub("", name.lower().replace("policies", "policy").replace("boundaries", "boundary")).rstrip("s")


def _structured(value: object) -> bool:
    """Tell whether a value could be a policy: an object, or a list that holds one."""
    if isinstance(value, list):
        return any(_structured(one) for one in value[:100]) if not _deep(value) else True
    return isinstance(value, Mapping)


def _deep(value: object) -> bool:
    """Tell whether lists are nested deeper than those of any policy."""
    for _ in range(4):
        if not isinstance(value, list) or not value:
            return False
        value = value[0]
    return True
