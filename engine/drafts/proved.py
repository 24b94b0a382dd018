"""What an evaluation's remedies change, in the shape of drafts: the policies were seen, so the changes are proved."""

from whydenied.engine.drafts.draft import Draft, target_words
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.remedies.remedy import Change, Remedy

__all__ = ["proved_drafts"]


def proved_drafts(remedy: Remedy, principal: str, action: str, resource: str) -> tuple[Draft, ...]:
    """Return the changes of a remedy, in its order. principal, action, resource: of the request, as ARNs."""
    return tuple(_draft(change, remedy, (principal, action, resource)) for change in remedy.changes)


def _draft(change: Change, remedy: Remedy, request: tuple[str, str, str]) -> Draft:
    principal, action, resource = request
    return Draft(
        owner=change.owner,
        gate="trust" if change.kind == "trust" else change.gate,
        kind=change.kind,
        target=target_words(change.target, change.gate),
        statements=tuple(dict(one) for one in change.statements),
        fragment=None,
        status=remedy.status,
        assumes=tuple(gate for gate in remedy.unseen if find_gate(gate).place >= 0),
        taken=remedy.assumes,
        blanks=(),
        why=tuple(filter(None, (*change.why, change.guardrail))),
        notes=change.warnings,
        dangers=change.dangers,
        commands=change.commands,
        principal=principal,
        action=action,
        resource=resource,
        policy=change.policy,
    )
