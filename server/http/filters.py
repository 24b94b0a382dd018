"""The filters of a search, as they come in an address or a form."""

from collections.abc import Mapping

from whydenied.server.http.site import site
from whydenied.server.service import Filters
from whydenied.server.words.kinds import KINDS_MANY

__all__ = ["check_filters", "read_filters"]


def check_filters(sent: Mapping[str, str]) -> None:
    """Raise ValueError, naming the values there are, for a kind or gate that is none: a program wants to be told."""
    known = {"kind": [*KINDS_MANY], "gate": [gate.id for gate, _ in site().service.by_gate()]}
    for name, values in known.items():
        if sent.get(name, "") not in ("", *values):
            raise ValueError(f"`{name}` is none of those there are: {', '.join(values)}.")


def read_filters(sent: Mapping[str, str]) -> Filters:
    """Read kind, service and gate; a value that names nothing we know is no filter."""
    service = site().service
    known = {
        "kind": set(KINDS_MANY),
        "service": set(service.by_service()),
        "gate": {gate.id for gate, _ in service.by_gate()},
    }
    return Filters(**{name: sent[name] for name, values in known.items() if sent.get(name) in values})
