"""The statement that allows exactly one request: its action, its resource and, where a policy names principals, its
caller."""

from typing import Any

from engine.evaluation.answer import GateName
from engine.evaluation.request import Request
from engine.evaluation.services.sts import is_trust

__all__ = ["allow_statement", "caller_arn", "caller_element", "exact_resource"]

# Context keys that a statement repeats, so that it is not wider than the request: whom a role is passed to, which
# token or external id comes with AssumeRole.
_PASSED_TO = "iam:passedtoservice"
_EXTERNAL_ID = "sts:externalid"


def allow_statement(gate: GateName, request: Request) -> dict[str, Any]:
    """Write the narrowest Allow for a request, as a gate's policies need it."""
    statement: dict[str, Any] = {"Effect": "Allow"}
    if gate in ("resource", "vpce"):
        statement["Principal"] = caller_element(request)
    statement["Action"] = request.action
    if gate != "resource" or not is_trust(request):
        statement["Resource"] = exact_resource(request)
    condition = _condition(gate, request)
    if condition:
        statement["Condition"] = {"StringEquals": condition}
    return statement


def exact_resource(request: Request) -> str:
    """Return the request's resource as Resource needs it; what looks like a policy variable is escaped."""
    if request.resource.literal_only:
        return "*"
    return request.resource.text.replace("${", "${$}{")


def caller_arn(request: Request) -> str:
    """Return the ARN by which policies name the caller; for a session that of its role, as far as it is known."""
    caller = request.caller
    stated = request.context.values.get("aws:principalarn")
    if caller.kind in ("session", "role"):
        if isinstance(stated, str) and stated.startswith(f"arn:{caller.partition}:iam::{caller.account}:role/"):
            return stated
        if caller.kind == "session":
            return f"arn:{caller.partition}:iam::{caller.account}:role/{caller.name}"
    return caller.text


def caller_element(request: Request) -> Any:
    """Return the Principal element that names the caller and nobody else."""
    caller = request.caller
    if caller.kind == "anonymous":
        return "*"
    if caller.kind == "service":
        return {"Service": caller.text}
    if caller.kind == "federated":
        return {"Federated": caller.text}
    return {"AWS": caller_arn(request)}


def _condition(gate: GateName, request: Request) -> dict[str, str]:
    """Repeat the context values without which the statement would let in more than the request."""
    values = request.context.values
    names = request.context.names
    keys: list[str] = []
    if request.key == "iam:passrole" and _PASSED_TO in values:
        keys.append(_PASSED_TO)
    if gate == "resource" and is_trust(request):
        if request.caller.kind == "federated":
            keys += sorted(key for key in values if key.endswith((":aud", ":sub")))
        elif _EXTERNAL_ID in values:
            keys.append(_EXTERNAL_ID)
    return {names.get(key, key): value for key in keys if isinstance(value := values[key], str)}
