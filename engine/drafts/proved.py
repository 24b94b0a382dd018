"""What an evaluation's remedies change, in the shape of drafts: the policies were seen, so the changes are proved."""

import msgspec

from whydenied.engine.drafts.draft import target_words
from whydenied.engine.drafts.record import Draft
from whydenied.engine.drafts.whose import permission_set_of
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.remedies.remedy import Change, Plan, Remedy

__all__ = ["planned_drafts", "proved_drafts"]


def planned_drafts(plan: Plan, principal: str, action: str, resource: str) -> tuple[Draft, ...]:
    """Return what a plan's remedy comes to: what is to be met without a change, then its changes; of a plan without a
    remedy, why there is none. () for a request that needs no plan."""
    request = (principal, action, resource)
    if plan.remedy is None:
        return (_no_change(plan.refusals, request),) if plan.refusals else ()
    met = tuple(meeting.how for meeting in plan.remedy.meets)
    lines = tuple(line for meeting in plan.remedy.meets for line in meeting.commands)
    meet = (msgspec.structs.replace(_no_change(met, request), commands=lines, owner="the caller"),) if met else ()
    return (*meet, *proved_drafts(plan.remedy, *request))


def proved_drafts(remedy: Remedy, principal: str, action: str, resource: str) -> tuple[Draft, ...]:
    """Return the changes of a remedy, in its order. principal, action, resource: of the request, as ARNs."""
    return tuple(_draft(change, remedy, (principal, action, resource)) for change in remedy.changes)


def _no_change(why: tuple[str, ...], request: tuple[str, str, str]) -> Draft:
    """Say what is done, or cannot be, without a statement."""
    principal, action, resource = request
    return Draft(
        gate="none",
        kind="other",
        status="proved",
        why=why,
        principal=principal,
        action=action,
        resource=resource,
    )


def _draft(change: Change, remedy: Remedy, request: tuple[str, str, str]) -> Draft:
    principal, action, resource = request
    # Which policy it is was seen; where it is a new one, whose it is says enough.
    seen = change.gate == "identity" and change.before is not None
    return Draft(
        owner=change.owner,
        gate="trust" if change.kind == "trust" else change.gate,
        kind=change.kind,
        target=change.target.words if seen else target_words(change.target, change.gate),
        statements=tuple(dict(one) for one in change.statements),
        status=remedy.status,
        assumes=tuple(gate for gate in remedy.unseen if find_gate(gate).place >= 0),
        taken=remedy.assumes,
        why=tuple(filter(None, (*change.why, change.guardrail))),
        notes=change.warnings,
        dangers=change.dangers,
        commands=change.commands,
        principal=principal,
        action=action,
        resource=resource,
        policy=change.policy,
        permission_set=permission_set_of(principal) if change.target.kind == "permission-set" else "",
    )
