"""A case for the evaluator from the text alone: the request as far as it is told, every gate unknown but one."""

import re
from collections.abc import Mapping

import msgspec

from whydenied.engine.arn import parse_arn, partition_of, principal_account
from whydenied.engine.drafts.gate import Place
from whydenied.engine.drafts.shape import Subject
from whydenied.engine.evaluation.gates import POLICY_GATES, find_gate
from whydenied.engine.evaluation.ownership import account_in
from whydenied.engine.evaluation.services import service_for
from whydenied.engine.evaluation.services.kms import default_key_policy
from whydenied.engine.messages.operations import is_a_service, service_named
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.secrets.sign import masked_in

__all__ = ["ANOTHER", "HIDDEN", "SOMEBODY", "STAND_IN", "Told", "partition_in", "told"]

# An account and a name in place of those that the text does not tell; they are shown as blanks.
STAND_IN = "000000000000"
SOMEBODY = "a-caller-that-is-not-named"
HIDDEN = "a-name-that-is-blacked-out"
# The account of a resource that another account than the caller's owns, as far as the text tells.
ANOTHER = "000000000001"
# How people black out a name.
_BLACKED = re.compile(r"[<>*\[\]{}•]|X{3}|x{5}|\.{3}")
_SHOWN = re.compile(r"\*+(\d{4})")
_VERSION = "2012-10-17"


class Told(msgspec.Struct, frozen=True):
    """case: in the form of engine.evaluation.cases. caller: whether the text names one. assumed: what the case takes
    for granted, in clauses."""

    case: Mapping[str, object]
    caller: bool
    assumed: tuple[str, ...]


def told(error: ParsedError, subject: Subject, place: Place, context: Mapping[str, str]) -> Told | None:
    """Return the case; None where the statement names a caller that the text does not name."""
    principal = _principal(error)
    if isinstance(principal, dict) and place.gate in ("identity", "boundary", "session"):
        # A service has no policies of its own: it acted with a role that the text does not name.
        principal = None
    if principal is None and place.gate == "resource":
        principal = _blacked_out(error)
    if principal is None and place.gate == "resource":
        # There a statement names the caller; everywhere else it stands with the caller's own policies.
        return None
    owner = account_in(subject.resource) or ""
    account = (principal_account(principal) if isinstance(principal, str) else "") or owner or STAND_IN
    if account == STAND_IN and owner and place.gate == "identity":
        # Whose account it is does not matter to a policy of the caller's own.
        account = owner
    caller = principal or f"arn:{partition_in(error)}:iam::{account}:user/{SOMEBODY}"
    if isinstance(caller, str) and place.gate == "identity":
        caller = caller.replace(f":{STAND_IN}:", f":{account}:")
    assumed = []
    if not owner and _is_anothers(error, place, account):
        owner = ANOTHER
        assumed.append("another account owns the resource, and the caller's own policies allow the action as well")
    elif subject.resource != "*" and (not owner or subject.is_own):
        owner = account
        # IAM's own things are never another account's.
        if not subject.action.lower().startswith("iam:"):
            assumed.append("the resource is in the caller's own account")
    request = {
        "principal": caller,
        "action": subject.action,
        "resource": subject.resource,
        "resource_account": owner or account,
        "context": {**context},
        "context_complete": False,
    }
    case = {"request": request, **_policies(place, subject, account, owner or account)}
    return Told(case, bool(principal), tuple(assumed))


def partition_in(error: ParsedError) -> str:
    """Return the partition that a text tells: the caller's, else the resource's, else the Region's."""
    named = (parse_arn(one or "") for one in (error.principal, error.named_resource))
    told = (arn.partition for arn in named if arn is not None and re.fullmatch(r"aws[a-z-]*", arn.partition))
    return next(told, "") or partition_of(error.region or "")


def _is_anothers(error: ParsedError, place: Place, account: str) -> bool:
    """Tell whether a resource whose owner is not named is another account's.

    Within one account a missing Allow is one of the caller's own policies, and AWS says so; it blames the resource's
    where that policy alone can let the caller in (IAM User Guide, "Troubleshoot access denied error messages"). Of a
    hidden account the last digits may be left (API Gateway: `********3333`)."""
    if not (place.stated and place.gate == "resource" and place.effect == "implicit"):
        return False
    arn = parse_arn(error.named_resource or "")
    shown = _SHOWN.fullmatch(arn.account) if arn is not None else None
    return shown is None or not account.endswith(shown[1])


def _principal(error: ParsedError) -> str | dict[str, str] | None:
    """Return the caller as a case has it; what is blacked out in its ARN is a stand-in, which becomes a blank again."""
    text = (error.principal or "").strip()
    arn = parse_arn(text)
    if arn is not None and arn.service in ("iam", "sts") and not masked_in(text):
        account = arn.account if len(arn.account) == 12 and arn.account.isdigit() else STAND_IN
        kind, _, rest = arn.resource.partition("/")
        if kind in ("user", "role", "assumed-role", "federated-user") and rest and not _BLACKED.search(rest):
            return f"arn:{arn.partition}:{arn.service}::{account}:{arn.resource}"
        return text if arn.resource == "root" and account != STAND_IN else None
    if text.endswith(".amazonaws.com"):
        return {"service": text}
    prefix = service_named(text) if is_a_service(text) else None
    return {"service": f"{prefix}.amazonaws.com"} if prefix else None


def _blacked_out(error: ParsedError) -> str | None:
    """Return a stand-in for a caller whose name is blacked out and whose kind is told; it becomes a blank again."""
    arn = parse_arn((error.principal or "").strip())
    if arn is None or arn.service not in ("iam", "sts"):
        return None
    account = arn.account if len(arn.account) == 12 and arn.account.isdigit() else STAND_IN
    kind, _, rest = arn.resource.partition("/")
    if kind not in ("user", "role", "assumed-role") or not rest:
        return None
    name, _, _ = rest.partition("/")
    known = kind == "assumed-role" and not _BLACKED.search(name)
    who = f"{name if known else HIDDEN}/session" if kind == "assumed-role" else HIDDEN
    return f"arn:{partition_in(error)}:{arn.service}::{account}:{kind}/{who}"


def _policies(place: Place, subject: Subject, account: str, owner: str) -> dict[str, object]:
    """Return the policies: at the gate nothing that allows (or a Deny), at the others nothing that is known."""
    empty: dict[str, object] = {"Version": _VERSION, "Statement": []}
    if place.effect == "explicit":
        deny = {"Effect": "Deny", "Action": subject.action, "Resource": subject.resource}
        if place.gate == "resource":
            deny["Principal"] = "*"
        # A policy that only limits allows the rest, as AWS's own first one does: nothing but the Deny is to be mended.
        rest = [] if find_gate(place.gate).grants else [deny | {"Effect": "Allow"}]
        empty = {"Version": _VERSION, "Statement": [*rest, deny]}
    found: dict[str, object] = {}
    unknown = []
    for gate in POLICY_GATES:
        if gate.name == place.gate:
            found[gate.field] = _at(gate.shape, empty, place)
        elif gate.name == "resource" and account == owner and not _both_must_allow(subject):
            found[gate.field] = _of_key(owner, subject) if subject.action.startswith("kms:") else None
        elif gate.name == "identity" and place.gate == "resource" and _either_suffices(place, subject, account, owner):
            # In one account either of the two suffices, so nothing can allow at the other either.
            found[gate.field] = []
        else:
            unknown.append(gate.name)
    return {**found, "unknown": unknown}


def _either_suffices(place: Place, subject: Subject, account: str, owner: str) -> bool:
    """Tell whether the caller's own policies could let it in as well as the resource's."""
    return account == owner and place.effect == "implicit" and not _both_must_allow(subject)


def _both_must_allow(subject: Subject) -> bool:
    return service_for(subject.action.partition(":")[0].lower()).both_must_allow


def _at(shape: str, document: dict[str, object], place: Place) -> object:
    if shape == "levels":
        return [[document]]
    if place.gate == "identity" and place.effect == "implicit":
        return []
    return document if shape == "one" else [document]


def _of_key(account: str, subject: Subject) -> dict[str, object]:
    """Return the policy that a key of an account has where nobody wrote another."""
    arn = parse_arn(subject.resource)
    return default_key_policy(account, arn.partition if arn is not None else "aws")
