"""The caller as policies name it: by an ARN that is known, or by a condition where only the name is.

A session's ARN does not tell the path of its role, and a Principal element with a wrong path is refused ("Invalid
principal in policy"). A role's name is unique in its account whatever its path (IAM API, CreateRole), so the two
patterns `role/NAME` and `role/*/NAME` of aws:PrincipalArn name exactly that role. Source: IAM User Guide, "AWS global
condition context keys", aws:PrincipalArn (in the request of every IAM principal; for a session the role's ARN)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from whydenied.engine.evaluation.request import Request, Settings
from whydenied.engine.policy.context import Context, Value
from whydenied.engine.policy.names import Names

__all__ = [
    "BY_ARN",
    "MFA_KEYS",
    "PRINCIPAL_ARN",
    "SERVICE_NAME",
    "Named",
    "action_carries",
    "is_service_linked",
    "may_carry",
    "name_of",
    "principal_arns",
    "with_context",
    "with_principal",
    "with_settings",
]

MFA_KEYS = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})
PRINCIPAL_ARN = "aws:principalarn"
SERVICE_NAME = "aws:principalservicename"

# Characters of a condition key: more than any has, tag and all.
_LONGEST = 512

# Services whose policies are made of options, of which none is a condition on the caller: a role has to be named by its
# ARN, whose path is then taken to be none (Lambda API Reference, AddPermission).
BY_ARN = frozenset({"lambda"})
_IAM_PRINCIPALS = frozenset({"user", "role", "session", "root", "federated-user", "other"})


class Named(NamedTuple):
    """principal: the Principal element. condition: what must stand beside it so that it names nobody else."""

    principal: object
    condition: dict[str, dict[str, object]]


def is_service_linked(request: Request) -> bool:
    """Tell whether the caller is a service-linked role, whose policies nobody but its service can change."""
    return request.caller.service_linked


def principal_arns(request: Request) -> tuple[str, ...]:
    """Return the ARN, or the two patterns, that aws:PrincipalArn has for the caller; () where it has none."""
    caller = request.caller
    if caller.kind not in _IAM_PRINCIPALS:
        return ()
    stated = request.context.values.get(PRINCIPAL_ARN)
    # A stand-in (`with_principal`) has no spelling. What the request states is what its conditions are asked with.
    if isinstance(stated, str) and PRINCIPAL_ARN in request.context.names:
        return (stated,)
    if caller.kind == "session":
        account = f"arn:{caller.partition}:iam::{caller.account}"
        return (f"{account}:role/{caller.name}", f"{account}:role/*/{caller.name}")
    return (caller.text,)


def may_carry(request: Request, key: str) -> bool:
    """Tell whether a request of this action by this caller may carry a condition key at all.

    An identity provider's claim (`accounts.google.com:sub`, `SAML:aud`) comes with a token of that provider and of no
    other, MFA with credentials of AWS's own making. Sources: IAM User Guide, "IAM and AWS STS condition context keys"
    (keys for OIDC and for SAML-based federation; a role's session may have been made with any provider's token) and
    "Configuring MFA-protected API access"."""
    caller, lower = request.caller, key.lower()
    if lower in MFA_KEYS:
        return bool(caller.account) and not caller.service_linked
    provider, colon, _ = lower.rpartition(":")
    if not colon or not (provider == "saml" or "." in provider.partition("/")[0]):
        return action_carries(request, lower)
    if caller.kind != "federated":
        return caller.kind in ("role", "session")
    if "saml-provider/" in caller.text:
        return provider == "saml"
    return provider == caller.text.lower().rpartition("oidc-provider/")[2]


def action_carries(request: Request, key: str) -> bool:
    """Tell whether a request of this action may carry a condition key, by the Service Authorization Reference; what the
    request has, it carries, and of an action that is not listed nothing is known."""
    lower = key.lower()
    return lower in request.context.values or _carries(request.key, lower[:_LONGEST])


@lru_cache(maxsize=4096)
def _carries(action: str, key: str) -> bool:
    names = Names()
    return names.spelling(action) is None or names.carries(action, key)


def name_of(request: Request, *, everyone: bool = False, by_arn: bool = False) -> Named:
    """Name the caller in a policy that names principals.

    everyone: the policy takes only `*` as its Principal (gateway endpoints), so that the condition does the naming.
    by_arn: it takes no condition that could name a role whose path is not known."""
    caller = request.caller
    if caller.kind == "anonymous":
        return Named("*", {})
    if caller.kind == "service":
        return Named({"Service": caller.text}, {})
    if caller.kind == "federated":
        return Named({"Federated": caller.text}, {})
    arns = principal_arns(request)
    account = {"AWS": f"arn:{caller.partition}:iam::{caller.account}:root"}
    if everyone:
        return Named("*", _equals(arns))
    if len(arns) > 1 and by_arn:
        return Named({"AWS": arns[0]}, {})
    if caller.kind == "root" or len(arns) > 1:
        return Named(account, _equals(arns))
    role = f"arn:{caller.partition}:iam::{caller.account}:role/"
    is_its_role = caller.kind == "session" and arns[0].startswith(role) and arns[0].endswith(f"/{caller.name}")
    return Named({"AWS": arns[0] if is_its_role else caller.text}, {})


def _equals(arns: tuple[str, ...]) -> dict[str, dict[str, object]]:
    if len(arns) == 1:
        return {"ArnEquals": {"aws:PrincipalArn": arns[0]}}
    return {"ArnLike": {"aws:PrincipalArn": list(arns)}}


def with_principal(request: Request) -> Request:
    """Return the request with what AWS says of every caller: aws:PrincipalArn, of a service aws:PrincipalServiceName.

    Where the path of a role is not known, an ARN stands in that both of its patterns' users have: it gets no spelling
    in the context's names."""
    if request.caller.kind == "service":
        known, spelled = {SERVICE_NAME: request.caller.text}, {SERVICE_NAME: "aws:PrincipalServiceName"}
    else:
        arns = principal_arns(request)
        known = {PRINCIPAL_ARN: arns[0]} if arns else {}
        spelled = {PRINCIPAL_ARN: "aws:PrincipalArn"} if len(arns) == 1 else {}
    old = request.context
    if not known or set(known) <= set(old.values):
        return request
    context = old.changed(
        {**old.values, **known},
        absent=old.absent - set(known),
        names={**{key: name for key, name in old.names.items() if key not in known}, **spelled},
    )
    return _copy(request, context, request.settings)


def with_context(request: Request, changed: Mapping[str, Value | None]) -> Request:
    """Return the request with other values of some condition keys (lower case); None takes a key away."""
    old = request.context
    values = {key: value for key, value in old.values.items() if key not in changed}
    values.update({key: value for key, value in changed.items() if value is not None})
    absent = (old.absent - set(changed)) | {key for key, value in changed.items() if value is None}
    context = old.changed(values, absent=absent, names=old.names)
    return _copy(request, context, request.settings)


def with_settings(request: Request, settings: Settings) -> Request:
    """Return the request under other settings."""
    return _copy(request, request.context, settings)


def _copy(request: Request, context: Context, settings: Settings) -> Request:
    return Request(request.caller, request.action, request.resource.text, request.resource_account, context, settings)
