"""Narrowing a Deny so that it spares one request and as little else as can be said.

A Deny on (actions, resources, callers) that is to spare (a, r, c) becomes up to three: the same without a, the same
without r, the same without c. Together they deny all that the Deny denied, but the request. Where the policy language
cannot say "without a" (a pattern such as `s3:*` covers it), that one is left out, and the exception is as much wider.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from whydenied.engine.evaluation.request import Request
from whydenied.engine.policy.conditions.condition import split_operator
from whydenied.engine.policy.kinds import WITH_PRINCIPAL, Kind
from whydenied.engine.policy.matching import glob, has_wildcard
from whydenied.engine.policy.statement import Statement, strings
from whydenied.engine.remedies.actions import covered, others
from whydenied.engine.remedies.allow import exact_resource
from whydenied.engine.remedies.caller import PRINCIPAL_ARN, SERVICE_NAME, principal_arns

__all__ = ["Narrowed", "narrow", "narrow_for_all"]

_ARN_NEGATED = ("ArnNotEquals", "ArnNotLike")
_NEGATED = (*_ARN_NEGATED, "StringNotEquals", "StringNotLike")

# Kinds of resource whose policy is about that one resource and no other.
_ONE_RESOURCE = frozenset({"kms", "sqs", "sns", "secretsmanager", "ecr", "sts"})

Raw = Mapping[str, object]

# "Without this, nothing is left": the narrowed statement is dropped.
_NOTHING: dict[str, object] = {}


class Narrowed(NamedTuple):
    """The statements that take the place of a Deny, and what else they spare (`other callers`) for want of words."""

    statements: tuple[dict[str, object], ...]
    also_spared: tuple[str, ...]


def narrow(statement: Statement, request: Request, kind: Kind, bounded: bool, until: str = "") -> Narrowed | None:
    """Narrow a Deny that applies to a request; None where it cannot be narrowed to spare it, or would be gone.

    until: the moment the exception ends, as ISO 8601 text; "" for no end."""
    raw = statement.raw
    forms = {
        "other actions": _without_action(raw, request, kind),
        "other resources": _without_resource(raw, request, kind),
        "other callers": _without_caller(raw, request, kind),
    }
    kept: list[dict[str, object]] = []
    spared: list[str] = []
    for what, form in forms.items():
        if form is _NOTHING:
            continue
        if form is not None and _spares(form, statement, request, kind, bounded):
            kept.append(form)
        else:
            spared.append(what)
    if len(spared) == len(forms):
        return None
    if not kept:
        # It denied this request and nothing else: it stays, with the caller excepted, so that no policy is emptied.
        excepted = _with_exception(raw, request)
        if excepted is None or not _spares(excepted, statement, request, kind, bounded):
            return None
        kept, spared = [excepted], []
    if exact_resource(request) == "*" and "other resources" in spared:
        spared.remove("other resources")
    if until:
        kept.append(_after(raw, until))
    return Narrowed(tuple(_numbered(one, number) for number, one in enumerate(kept, 1)), _said(spared, raw, request))


def narrow_for_all(statement: Statement, requests: Sequence[Request], kind: Kind, bounded: bool) -> Narrowed | None:
    """Narrow a Deny that applies to several requests of one caller, once for all of them; None where that cannot be.

    Together the new statements deny all that the Deny denied, but these requests: the same without their actions, each
    of their actions without its resources, the same without the caller."""
    raw = statement.raw
    groups: dict[str, list[Request]] = {}
    for request in requests:
        groups.setdefault(request.key, []).append(request)
    others = _without_each(raw, [group[0] for group in groups.values()], kind, _without_action)
    forms = [others if others is not None else _other_actions_there(raw, requests, kind)]
    for group in groups.values():
        alone: Raw = {("Action" if key == "NotAction" else key): one for key, one in raw.items()}
        forms.append(_without_each({**alone, "Action": group[0].action}, group, kind, _without_resource))
    forms.append(_without_caller(raw, requests[0], kind))
    kept: list[dict[str, object]] = []
    lost = False
    for form in forms:
        if form is _NOTHING or form in kept:
            continue
        if form is not None and all(_spares(form, statement, one, kind, bounded) for one in requests):
            kept.append(form)
        else:
            lost = True
    if not kept:
        return None
    numbered = tuple(_numbered(one, number) for number, one in enumerate(kept, 1))
    return Narrowed(numbered, ("more than these requests, for want of words",) if lost else ())


def _other_actions_there(raw: Raw, requests: Sequence[Request], kind: Kind) -> dict[str, object] | None:
    """Return what denies all other actions of a service on the resources of some requests, where the Deny is about the
    whole service: only its actions are about its resources."""
    resources = sorted({exact_resource(one) for one in requests})
    services = {one.service for one in requests} | {f"{text}:::".split(":", 3)[2] for text in resources}
    if kind == "rcp" or services != {requests[0].service} or strings(raw.get("Action")) != [f"{requests[0].service}:*"]:
        return None
    named = _without(raw, "Action", "NotAction", sorted({one.action for one in requests}))
    return {**{key: one for key, one in named.items() if key != "NotResource"}, "Resource": resources}


def _without_each(
    raw: Raw,
    requests: Sequence[Request],
    kind: Kind,
    without: Callable[[Raw, Request, Kind], dict[str, object] | None],
) -> dict[str, object] | None:
    """Take each request out of a statement, one after the other."""
    form: dict[str, object] | None = dict(raw)
    for request in requests:
        if form is None or form is _NOTHING:
            return form
        form = without(form, request, kind)
    return form


def _said(spared: list[str], raw: Raw, request: Request) -> tuple[str, ...]:
    """Say how much is spared: actions by their number, resources by their patterns."""
    said = []
    for what in spared:
        if what == "other actions":
            count = sum(covered(text) for text in strings(raw.get("Action"))) - 1
            said.append(f"{what} that the Deny covers ({count})" if count > 0 else f"{what} that the Deny covers")
        elif what == "other resources":
            patterns = [f"`{text}`" for text in strings(raw.get("Resource"))]
            said.append(f"{what} under {' and '.join(patterns[:3])}" if patterns else what)
        else:
            said.append(what)
    return tuple(said)


def _spares(candidate: Raw, statement: Statement, request: Request, kind: Kind, bounded: bool) -> bool:
    compiled = Statement(candidate, 0, kind, statement.variables)
    caller = request.caller if kind in WITH_PRINCIPAL else None
    return compiled.match(request.key, request.resource, request.context, caller, bounded).outcome is False


def _numbered(raw: dict[str, object], number: int) -> dict[str, object]:
    """Keep Sids unique where one statement becomes several."""
    if number == 1 or not isinstance(raw.get("Sid"), str) or not raw["Sid"]:
        return raw
    return {**raw, "Sid": f"{raw['Sid']}{number}"}


def _after(raw: Raw, until: str) -> dict[str, object]:
    """Return the whole Deny, from a moment on."""
    conditions = raw.get("Condition")
    block = dict(conditions) if isinstance(conditions, Mapping) else {}
    old = block.get("DateGreaterThanEquals")
    block["DateGreaterThanEquals"] = {**(old if isinstance(old, Mapping) else {}), "aws:CurrentTime": until}
    return {**raw, "Condition": block}


def _without(raw: Raw, old: str, new: str, values: list[str]) -> dict[str, object]:
    """Copy a statement with one element in the place of another."""
    value: object = values[0] if len(values) == 1 else values
    return {(new if key == old else key): (value if key == old else one) for key, one in raw.items()}


def _without_action(raw: Raw, request: Request, kind: Kind) -> dict[str, object] | None:
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
    if kind == "resource":
        # Only the service of the resource asks for its policy.
        return True
    resources = strings(raw.get("Resource"))
    return bool(resources) and all(text.split(":", 3)[2:3] == [service] for text in resources)


def _without_resource(raw: Raw, request: Request, kind: Kind) -> dict[str, object] | None:
    if kind == "resource" and (
        request.service in _ONE_RESOURCE or ("Resource" not in raw and "NotResource" not in raw)
    ):
        return _NOTHING
    resource = exact_resource(request)
    if resource == "*" or resource.count(":") < 5:
        return None
    if "Resource" not in raw:
        texts = strings(raw.get("NotResource"))
        return _without(raw, "NotResource", "NotResource", [*texts, resource]) if texts else None
    texts = strings(raw["Resource"])
    if "*" in texts:
        return _without(raw, "Resource", "NotResource", [resource])
    if kind == "resource" and request.service == "s3":
        return _without_object(raw, resource, texts)
    if resource not in texts:
        return None
    left = [text for text in texts if text != resource]
    return _without(raw, "Resource", "Resource", left) if left else _NOTHING


def _without_object(raw: Raw, resource: str, texts: list[str]) -> dict[str, object] | None:
    """Take one object, or the bucket itself, out of a bucket policy's Deny: all it can cover is the bucket and its
    objects, so NotResource can say the rest of them."""
    bucket, slash, _ = resource.partition("/")
    covering = [text for text in texts if text == resource or glob(text)(resource)]
    if not slash or covering == [resource]:
        left = [text for text in texts if text not in covering]
        left += [f"{bucket}/*"] if any(text != resource and glob(text)(f"{bucket}/") for text in covering) else []
        return _without(raw, "Resource", "Resource", left) if left else _NOTHING
    if not any(text.endswith("*") and glob(text)(f"{bucket}/") for text in covering):
        return None
    spared = [resource] if any(glob(text)(bucket) for text in texts) else [resource, bucket]
    return _without(raw, "Resource", "NotResource", spared)


def _without_caller(raw: Raw, request: Request, kind: Kind) -> dict[str, object] | None:
    if "NotPrincipal" in raw:
        return _excepted(raw, request)
    listed = _unlisted(raw, request) if kind in ("resource", "vpce") else None
    return _with_exception(raw, request) if listed is None else listed


def _with_exception(raw: Raw, request: Request) -> dict[str, object] | None:
    """Except the caller by a condition: by aws:PrincipalArn, a service by its name; None where it has neither."""
    conditions = raw.get("Condition")
    if not (conditions is None or isinstance(conditions, Mapping)):
        return None
    arns = principal_arns(request)
    if arns and PRINCIPAL_ARN in request.context.values:
        return {**raw, "Condition": _sparing(conditions or {}, arns)}
    if request.caller.kind == "service" and SERVICE_NAME in request.context.values:
        block = dict(conditions or {})
        old = block.get("StringNotEquals")
        block["StringNotEquals"] = {
            **(old if isinstance(old, Mapping) else {}),
            "aws:PrincipalServiceName": request.caller.text,
        }
        return {**raw, "Condition": block}
    return None


def _sparing(conditions: Mapping[str, object], arns: tuple[str, ...]) -> dict[str, object]:
    """Add an exception for a principal, to the list of exceptions where there is one that can hold it."""
    usable = _NEGATED if len(arns) == 1 else _ARN_NEGATED
    for operator, keys in conditions.items():
        quantifier, base, _ = split_operator(operator)
        if quantifier or base not in usable or not isinstance(keys, Mapping):
            continue
        for key, values in keys.items():
            if str(key).lower() == PRINCIPAL_ARN:
                return {**conditions, operator: {**keys, key: [*strings(values), *arns]}}
    operator = "ArnNotEquals" if len(arns) == 1 else "ArnNotLike"
    keys = conditions.get(operator)
    excepted: object = arns[0] if len(arns) == 1 else list(arns)
    return {**conditions, operator: {**(keys if isinstance(keys, Mapping) else {}), "aws:PrincipalArn": excepted}}


def _unlisted(raw: Raw, request: Request) -> dict[str, object] | None:
    """Take the caller out of a Principal element that lists it by its own ARN or name."""
    principal = raw.get("Principal")
    if isinstance(principal, str):
        return _NOTHING if principal in _names(request) else None
    if not isinstance(principal, Mapping):
        return None
    left: dict[str, object] = {}
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
    arns = principal_arns(request)
    return (request.caller.text, *(arns if len(arns) == 1 else ()))


def _excepted(raw: Raw, request: Request) -> dict[str, object] | None:
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
    arns = principal_arns(request)
    if len(arns) != 1:
        # NotPrincipal takes no patterns; a condition does.
        return _with_exception(raw, request)
    listed = strings(old.get("AWS"))
    account = (caller.account, f"arn:{caller.partition}:iam::{caller.account}:root")
    missing = [] if set(account) & set(listed) else [account[1]]
    missing += [arn for arn in dict.fromkeys((*arns, caller.text)) if arn not in listed]
    old["AWS"] = [*listed, *missing]
    return {**raw, "NotPrincipal": old}
