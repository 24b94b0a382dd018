"""A case for the evaluator from the text alone: the request as far as it is told, every gate unknown but one."""

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.arn import parse_arn, principal_account
from engine.drafts.gate import Place
from engine.drafts.shape import Subject
from engine.evaluation.gates import POLICY_GATES
from engine.evaluation.ownership import account_in
from engine.messages.parsed import ParsedError
from engine.secrets.sign import masked_in

__all__ = ["STAND_IN", "Told", "told"]

# Accounts and names in place of those that the text does not tell; none of them is ever shown.
STAND_IN = "000000000000"
_SOMEBODY = "caller"
_VERSION = "2012-10-17"


class Told(msgspec.Struct, frozen=True):
    """case: in the form of engine.evaluation.cases. caller: whether the text names one. assumed: what the case takes
    for granted, in clauses."""

    case: Mapping[str, Any]
    caller: bool
    assumed: tuple[str, ...]


def told(error: ParsedError, subject: Subject, place: Place, context: Mapping[str, str]) -> Told | None:
    """Return the case; None where the gate needs a caller that the text does not name."""
    principal = _principal(error)
    if principal is None and place.gate != "identity":
        return None
    owner = account_in(subject.resource) or ""
    account = (principal_account(principal) if isinstance(principal, str) else "") or owner or STAND_IN
    caller = principal or f"arn:aws:iam::{account}:user/{_SOMEBODY}"
    assumed = []
    if not owner and subject.resource != "*":
        owner = account
        assumed.append("the resource is in the caller's own account")
    request = {
        "principal": caller,
        "action": subject.action,
        "resource": subject.resource,
        "resource_account": owner or account,
        "context": {**context},
        "context_complete": False,
    }
    return Told(
        {"request": request, **_policies(place, subject, account, owner or account)}, bool(principal), tuple(assumed)
    )


def _principal(error: ParsedError) -> str | dict[str, str] | None:
    """Return the caller as a case has it; a bare name is a user or role of which the account is not known."""
    text = (error.principal or "").strip()
    if not text or masked_in(text) or any(sign in text for sign in "<>*"):
        return None
    if parse_arn(text) is not None:
        return text
    if text.endswith(".amazonaws.com"):
        return {"service": text}
    return None


def _policies(place: Place, subject: Subject, account: str, owner: str) -> dict[str, Any]:
    """Return the policies: at the gate nothing that allows (or a Deny), at the others nothing that is known."""
    empty: dict[str, Any] = {"Version": _VERSION, "Statement": []}
    if place.effect == "explicit":
        deny = {"Effect": "Deny", "Action": subject.action, "Resource": subject.resource}
        if place.gate == "resource":
            deny["Principal"] = "*"
        empty = {"Version": _VERSION, "Statement": [deny]}
    found: dict[str, Any] = {}
    unknown = []
    for gate in POLICY_GATES:
        if gate.name == place.gate:
            found[gate.field] = _at(gate.shape, empty, place)
        elif gate.name == "resource" and account == owner:
            found[gate.field] = _of_key(owner) if subject.action.startswith("kms:") else None
        else:
            unknown.append(gate.name)
    return {**found, "unknown": unknown}


def _at(shape: str, document: dict[str, Any], place: Place) -> Any:
    if shape == "levels":
        return [[document]]
    if place.gate == "identity" and place.effect == "implicit":
        return []
    return document if shape == "one" else [document]


def _of_key(account: str) -> dict[str, Any]:
    """The default key policy, which lets the account's own policies count (KMS Developer Guide, default key policy)."""
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return {"Version": _VERSION, "Statement": [statement]}
