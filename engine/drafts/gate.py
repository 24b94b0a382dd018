"""At which gate a change is drafted: the one that the text names, else the one of the first cause."""

from typing import Literal

import msgspec

from whydenied.engine.messages.parsed import ParsedError

__all__ = ["Place", "is_of_a_policy", "place_of"]

# Causes whose remedy is a permission of the caller's own, whatever else the article of the cause says.
_IDENTITY = frozenset({"pass-role-missing", "service-linked-role"})
# Causes that no statement mends.
_NONE = frozenset({"authentication", "service", "none", "s3-bpa"})


class Place(msgspec.Struct, frozen=True):
    """gate: of engine.evaluation.gates; effect: what stands there. stated: the text itself says so."""

    gate: str
    effect: Literal["explicit", "implicit"]
    stated: bool


def is_of_a_policy(error: ParsedError, cause_gate: str, cause: str) -> bool:
    """Tell whether a policy may be the matter at all; where none is, there is nothing to draft."""
    return bool(error.policy_type) or (error.effect != "explicit" and (cause in _IDENTITY or cause_gate not in _NONE))


def place_of(error: ParsedError, cause_gate: str, cause: str) -> Place | None:
    """Return the gate to draft at; None where no policy is the matter, or it is not known which."""
    if not is_of_a_policy(error, cause_gate, cause):
        return None
    # Here and not above: the gates are loaded with all that decides at them.
    from whydenied.engine.evaluation.gates import gate_called

    effect: Literal["explicit", "implicit"] = "explicit" if error.effect == "explicit" else "implicit"
    stated = gate_called(error.policy_type) if error.policy_type else None
    if stated is not None:
        return Place(stated.name, effect, stated=True)
    if effect == "explicit":
        return None
    if cause in _IDENTITY:
        return Place("identity", effect, stated=False)
    if cause_gate in _NONE:
        return None
    found = gate_called(cause_gate)
    return Place(found.name, effect, stated=False) if found is not None else None
