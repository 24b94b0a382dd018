"""The gates, one module each with its record; the folder is the list.

A module has `GATE` (engine.evaluation.gates.gate) and a function that answers for it. Nothing else lists the gates:
whoever needs them all, or something of each, asks here.
"""

import importlib
import pkgutil
from functools import lru_cache

from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.request import Request

__all__ = ["GATES", "POLICY_GATES", "Gate", "find_gate", "gate_called", "names", "names_of", "owner", "title"]

GATES: tuple[Gate, ...] = tuple(
    sorted(
        (
            module.GATE
            for name in sorted(info.name for info in pkgutil.iter_modules(__path__))
            if hasattr(module := importlib.import_module(f"{__name__}.{name}"), "GATE")
        ),
        key=lambda gate: gate.place,
    )
)
"""Every gate, in the order in which they are listed."""

POLICY_GATES: tuple[Gate, ...] = tuple(gate for gate in GATES if gate.field)
"""The gates that have policies of their own, which a case states under their `field`."""

_BY_NAME = {gate.name: gate for gate in GATES}
_CALLED = {name: gate for gate in GATES for name in (gate.name, *gate.also)}


def find_gate(name: GateName) -> Gate:
    """Return a gate by its name. Raises KeyError."""
    return _BY_NAME[name]


def gate_called(name: str) -> Gate | None:
    """Return the gate behind what articles and messages call it (`trust` is a resource policy); None for none."""
    return _CALLED.get(name)


def title(name: GateName, request: Request) -> str:
    """Name a gate for people; the resource gate goes by what the service calls its policy."""
    return names(name, request)[0]


def owner(name: GateName, request: Request) -> str:
    """Say who can change a gate's policies."""
    return names(name, request)[1]


def names(name: GateName, request: Request) -> tuple[str, str]:
    """Return the title and the owner of a gate."""
    return names_of(name, request.service, request.resource_account, request.caller.account)


@lru_cache(maxsize=1024)
def names_of(name: GateName, prefix: str, theirs: str | None, ours: str) -> tuple[str, str]:
    """Return the title and the owner of a gate for requests of a service (`prefix`) between two accounts."""
    gate = _BY_NAME[name]
    title = gate.titled(prefix) if gate.titled is not None else gate.title
    return title, gate.owner.format(theirs=theirs or "of the resource", ours=ours or "of the caller")
