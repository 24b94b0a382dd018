"""Narrowing a Deny so that it spares one request and as little else as can be said.

A Deny on (actions, resources, callers) that is to spare (a, r, c) becomes up to three: the same without a, the same
without r, the same without c. Together they deny all that the Deny denied, but the request. Where the policy language
cannot say "without a" (a pattern such as `s3:*` covers it), that one is left out, and the exception is as much wider.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.evaluation.request import Request
from engine.policy.conditions.condition import split_operator
from engine.policy.kinds import WITH_PRINCIPAL, Kind
from engine.policy.matching import glob, has_wildcard
from engine.policy.statement import Statement, strings
from engine.remedies.actions import others
from engine.remedies.allow import caller_arn, exact_resource

__all__ = ["Narrowed", "narrow"]

_NEGATED = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")
_PRINCIPAL_ARN = "aws:principalarn"

Raw = Mapping[str, Any]

# "Without this, nothing is left": the narrowed statement is dropped.
_NOTHING: dict[str, Any] = {}


class Narrowed(NamedTuple):
    """The statements that take the place of a Deny, and what else they spare (`other callers`) for want of words."""

    statements: tuple[dict[str, Any], ...]
    also_spared: tuple[str, ...]


def narrow(statement: Statement, request: Request, kind: Kind, bounded: bool) -> Narrowed | None:
    """Narrow a Deny that applies to a request; None where it cannot be narrowed to spare it."""
    raw = statement.raw
    candidates = {
        "other actions": _without_action(raw, request, kind),
        "other resources": _without_resource(raw, request),
        "other callers": _without_caller(raw, request, kind),
    }
    kept: list[dict[str, Any]] = []
    spared: list[str] = []
    for what, candidate in candidates.items():
        if candidate is _NOTHING:
            continue
        if candidate is not None and _spares(candidate, statement, request, kind, bounded):
            kept.append(candidate)
        else:
            spared.append(what)
    if len(spared) == len(candidates):
        return None
    if kind in ("identity", "boundary", "session") and "other callers" in spared:
        # These policies are the caller's own.
        spared.remove("other callers")
    if exact_resource(request) == "*" and "other resources" in spared:
        spared.remove("other resources")
    return Narrowed(tuple(_numbered(one, number) for number, one in enumerate(kept, 1)), tuple(spared))


def _spares(candidate: Raw, statement: Statement, request: Request, kind: Kind, bounded: bool) -> bool:
    compiled = Statement(candidate, 0, kind, statement.variables)
    caller = request.caller if kind in WITH_PRINCIPAL else None
    return compiled.match(request.key, request.resource, request.context, caller, bounded).outcome is False


def _numbered(raw: dict[str, Any], number: int) -> dict[str, Any]:
    """Keep Sids unique where one statement becomes several."""
    if number == 1 or not isinstance(raw.get("Sid"), str) or not raw["Sid"]:
        return raw
    return {**raw, "Sid": f"{raw['Sid']}{number}"}


def _without(raw: Raw, old: str, new: str, values: list[str]) -> dict[str, Any]:
    """Copy a statement with one element in the place of another."""
    value: Any = values[0] if len(values) == 1 else values
    return {(new if key == old else key): (value if key == old else one) for key, one in raw.items()}


def _without_action(raw: Raw, request: Request, kind: Kind) -> dict[str, Any] | None:
    if "Action" not in raw:
        return _without(raw, "NotAction", "NotAction", [*strings(raw.get("NotAction")), request.action])
    texts = strings(raw["Action"])
    if "*" in texts:
        # An RCP knows no NotAction.
        return None if kind == "rcp" else _without(raw, "Action", "NotAction", [request.action])
    covering = [text for text in texts if glob(text.lower())(request.key)]
    left = [text for text in texts if text not in covering]
    if not left and _whole_service(raw, covering, kind):
        return _without(raw, "Action", "NotAction", [request.action])
    for text in covering:
        if has_wildcard(text):
            names = others(text, request.action)
            if names is None:
                return None
            left += [name for name in names if name not in left]
    return _without(raw, "Action", "Action", left) if left else _NOTHING


def _whole_service(raw: Raw, covering: list[str], kind: Kind) -> bool:
    """Tell whether NotAction says "all other actions of the service", since only its resources are covered."""
    service = covering[0].partition(":")[0].lower()
    if kind == "rcp" or any(text.lower() != f"{service}:*" for text in covering):
        return False
    resources = strings(raw.get("Resource"))
    return bool(resources) and all(text.split(":", 3)[2:3] == [service] for text in resources)


def _without_resource(raw: Raw, request: Request) -> dict[str, Any] | None:
    resource = exact_resource(request)
    if resource == "*" or resource.count(":") < 5:
        return None
    if "Resource" not in raw:
        texts = strings(raw.get("NotResource"))
        return _without(raw, "NotResource", "NotResource", [*texts, resource]) if texts else None
    texts = strings(raw["Resource"])
    if "*" in texts:
        return _without(raw, "Resource", "NotResource", [resource])
    if resource not in texts:
        return None
    left = [text for text in texts if text != resource]
    return _without(raw, "Resource", "Resource", left) if left else _NOTHING


def _without_caller(raw: Raw, request: Request, kind: Kind) -> dict[str, Any] | None:
    if "NotPrincipal" in raw:
        return _excepted(raw, request)
    listed = _unlisted(raw, request) if kind in ("resource", "vpce") else None
    if listed is not None:
        return listed
    if _PRINCIPAL_ARN not in request.context.values:
        return None
    arn = request.context.values[_PRINCIPAL_ARN]
    conditions = raw.get("Condition")
    if not isinstance(arn, str) or not (conditions is None or isinstance(conditions, Mapping)):
        return None
    return {**raw, "Condition": _sparing(conditions or {}, arn)}


def _sparing(conditions: Mapping[str, Any], arn: str) -> dict[str, Any]:
    """Add an exception for a principal's ARN, to the list of exceptions where there is one."""
    for operator, keys in conditions.items():
        quantifier, base, _ = split_operator(operator)
        if quantifier or base not in _NEGATED or not isinstance(keys, Mapping):
            continue
        for key, values in keys.items():
            if str(key).lower() == _PRINCIPAL_ARN:
                return {**conditions, operator: {**keys, key: [*strings(values), arn]}}
    keys = conditions.get("ArnNotEquals")
    return {
        **conditions,
        "ArnNotEquals": {**(keys if isinstance(keys, Mapping) else {}), "aws:PrincipalArn": arn},
    }


def _unlisted(raw: Raw, request: Request) -> dict[str, Any] | None:
    """Take the caller out of a Principal element that lists it by its own ARN or name."""
    principal = raw.get("Principal")
    if isinstance(principal, str):
        return _NOTHING if principal in _names(request) else None
    if not isinstance(principal, Mapping):
        return None
    left: dict[str, Any] = {}
    found = False
    for kind, values in principal.items():
        kept = [value for value in strings(values) if value not in _names(request)]
        found = found or len(kept) < len(strings(values))
        if kept:
            left[kind] = kept[0] if len(kept) == 1 else kept
    if not found:
        return None
    return {**raw, "Principal": left} if left else _NOTHING


def _names(request: Request) -> tuple[str, ...]:
    return (request.caller.text, caller_arn(request))


def _excepted(raw: Raw, request: Request) -> dict[str, Any] | None:
    """Add what is missing of the caller to NotPrincipal: account, role and session must all be there."""
    caller = request.caller
    principal = raw.get("NotPrincipal")
    old = dict(principal) if isinstance(principal, Mapping) else {"AWS": principal}
    if not caller.account:
        kind = {"service": "Service", "federated": "Federated"}.get(caller.kind)
        if kind is None:
            return None
        old[kind] = [*strings(old.get(kind)), caller.text]
        return {**raw, "NotPrincipal": old}
    listed = strings(old.get("AWS"))
    account = (caller.account, f"arn:{caller.partition}:iam::{caller.account}:root")
    missing = [] if set(account) & set(listed) else [account[1]]
    missing += [arn for arn in dict.fromkeys((caller_arn(request), caller.text)) if arn not in listed]
    old["AWS"] = [*listed, *missing]
    return {**raw, "NotPrincipal": old}
