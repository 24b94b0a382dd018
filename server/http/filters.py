"""The filters of a search, as they come in an address or a form."""

from collections.abc import Mapping

from whydenied.server.http.site import site
from whydenied.server.service import Filters
from whydenied.server.words.kinds import KINDS_MANY

__all__ = ["read_filters"]


def read_filters(sent: Mapping[str, str]) -> Filters:
    """Read kind, service and gate; a value that names nothing we know is no filter."""
    service = site().service
    known = {
        "kind": set(KINDS_MANY),
        "service": set(service.by_service()),
        "gate": {gate.id for gate, _ in service.by_gate()},
    }
    return Filters(**{name: sent[name] for name, values in known.items() if sent.get(name) in values})
