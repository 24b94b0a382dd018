"""KMS grants for the caller, and the state of the key. Source: KMS API, ListGrants, DescribeKey."""

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]

_STATES = {
    "Enabled": "enabled",
    "Disabled": "disabled",
    "PendingDeletion": "pending-deletion",
    "PendingReplicaDeletion": "pending-deletion",
    "Unavailable": "unavailable",
}


def collect(reader: Reader, target: Target) -> Piece:
    """Collect the grants; they allow what no policy does."""
    piece = Piece()
    calls = [
        Call("kms", "ListGrants", {"KeyId": target.resource}, target.owner, target.place),
        Call("kms", "DescribeKey", {"KeyId": target.resource}, target.owner, target.place),
    ]
    grants, key = reader.read_many(calls)
    if grants.ok:
        mine = [one for one in grants.get("Grants", []) if one.get("GranteePrincipal") == target.identity_arn]
        piece.settings["kms_grants"] = grants.get("Grants", [])[:1_000]
        piece.facts.append(("kms.grant", "yes" if mine else "no"))
    if key.ok:
        found = key.get("KeyMetadata", {})
        state = _STATES.get(str(found.get("KeyState")))
        if state:
            piece.facts.append(("kms.key-state", state))
        manager = {"AWS": "aws", "CUSTOMER": "customer"}.get(str(found.get("KeyManager")))
        if manager:
            piece.facts.append(("kms.key-manager", manager))
    return piece


SOURCE = Source(
    "grants",
    (),
    2,
    (("kms", "ListGrants"), ("kms", "DescribeKey")),
    lambda target: target.service == "kms" and target.arn is not None and target.arn.kind == "key",
    collect,
)
