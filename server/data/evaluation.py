"""An evaluation as plain data: one shape for the API and assistants' tools."""

import msgspec

from whydenied.engine.drafts.proved import planned_drafts
from whydenied.engine.remedies import Report
from whydenied.server.data.findings import change_data

__all__ = ["evaluation_data"]


def evaluation_data(found: Report) -> dict[str, object]:
    """Return a report as data, with its remedy's changes in the shape that a diagnosis has."""
    why = found.explanation
    changes = planned_drafts(found.plan, why.principal, why.action, why.resource)
    return {**msgspec.to_builtins(found), "changes": list(map(change_data, changes))}
