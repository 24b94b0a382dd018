"""The statement that allows exactly one request: its action, its resource and, where a policy names principals, its
caller.

Sources: IAM User Guide, "The confused deputy problem" (aws:SourceArn, aws:SourceAccount), "Create a role for OpenID
Connect federation" (evaluate `sub` and `aud`), "Grant a user permissions to pass a role" (iam:PassedToService);
PrivateLink Guide, "Principals for gateway endpoints" (Principal must be `*`, aws:PrincipalArn names the caller);
ECR User Guide, "Private repository policy examples" (none has Resource; ECR refuses it: aws/aws-cdk#24314)."""

from typing import Any

from whydenied.engine.arn import parse_arn
from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.gates.vpce import GATEWAY_SERVICES
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.sts import is_trust
from whydenied.engine.policy.context import Value
from whydenied.engine.remedies.caller import BY_ARN, name_of

__all__ = ["allow_statement", "exact_resource", "expiry", "unnamed_federation"]

# Context keys that a statement repeats where the request has them, so that it is not wider than the request.
_LIMITS = (
    "iam:passedtoservice",
    "iam:policyarn",
    "iam:permissionsboundary",
    "iam:awsservicename",
    "iam:associatedresourcearn",
    "kms:viaservice",
    "kms:grantisforawsresource",
)
_SOURCES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid")
_ENCRYPTION_CONTEXT = "kms:encryptioncontext:"
_EXTERNAL_ID = "sts:externalid"
_BOOLEAN = frozenset({"kms:grantisforawsresource"})
_ARN_KEYS = frozenset({"aws:sourcearn", "iam:policyarn", "iam:permissionsboundary", "iam:associatedresourcearn"})

Block = dict[str, dict[str, Any]]


def allow_statement(gate: GateName, request: Request, until: str = "") -> dict[str, Any]:
    """Write the narrowest Allow for a request, as a gate's policies need it.

    until: the moment it ends, as ISO 8601 text; "" for no end."""
    statement: dict[str, Any] = {"Effect": "Allow"}
    condition: Block = {}
    if gate in ("resource", "vpce"):
        everyone = gate == "vpce" and request.service in GATEWAY_SERVICES
        named = name_of(request, everyone=everyone, by_arn=gate == "resource" and request.service in BY_ARN)
        statement["Principal"] = named.principal
        condition = dict(named.condition)
    statement["Action"] = request.action
    if gate != "resource" or not (is_trust(request) or _is_repository(request)):
        statement["Resource"] = exact_resource(request)
    for key, value in _limits(gate, request):
        one = value if isinstance(value, str) else ""
        operator = "ArnEquals" if key.lower() in _ARN_KEYS and parse_arn(one) else "StringEquals"
        operator = "Bool" if key.lower() in _BOOLEAN else operator
        if not one:
            # A key that came with several values is compared by a set operator or not at all.
            operator = f"ForAnyValue:{operator}"
        condition[operator] = {**condition.get(operator, {}), key: one or list(value)}
    if until:
        condition["DateLessThan"] = expiry(until)
    if condition:
        statement["Condition"] = condition
    return statement


def expiry(until: str) -> dict[str, str]:
    """Return the condition's keys that compare now with a moment."""
    return {"aws:CurrentTime": until}


def exact_resource(request: Request) -> str:
    """Return the request's resource as Resource needs it; what looks like a policy variable is escaped."""
    if request.resource.literal_only:
        return "*"
    return request.resource.text.replace("${", "${$}{")


def unnamed_federation(request: Request) -> str:
    """Say which claims a trust for a federated caller would lack; "" where the request has what it needs.

    An OIDC provider serves many tenants: a trust without `sub` opens the role to all of them."""
    if request.caller.kind != "federated":
        return ""
    claims = {key.rpartition(":")[2] for key in _claims(request)}
    if "saml-provider/" in request.caller.text or any(key.startswith("saml:") for key in request.context.values):
        return "" if "aud" in claims else "`SAML:aud`"
    missing = [] if claims & {"sub", "amr"} else ["`sub`"]
    missing += [] if claims & {"aud", "app_id"} else ["`aud`"]
    return " and ".join(missing)


def _is_repository(request: Request) -> bool:
    """Tell whether the resource is one of ECR's repositories, whose policy must not say what it is about."""
    return request.service == "ecr" and ":repository/" in request.resource.text


def _claims(request: Request) -> list[str]:
    """List the keys (lower case) of the token that say for whom and for what it was issued."""
    return sorted(
        key
        for key, value in request.context.values.items()
        if key.endswith((":aud", ":sub", ":amr", ":app_id")) and not key.startswith("aws:") and value
    )


def _limits(gate: GateName, request: Request) -> list[tuple[str, Value]]:
    """List the keys, as written, whose values the statement repeats."""
    keys = [key for key in _LIMITS if gate != "vpce"]
    if request.caller.kind == "federated" and gate in ("resource", "vpce"):
        keys += _claims(request)
    elif gate == "resource":
        if request.caller.kind == "service":
            keys += _SOURCES
            # For whose data a service uses a key: CloudWatch Logs sends the log group, and no aws:SourceArn.
            keys += sorted(key for key in request.context.values if key.startswith(_ENCRYPTION_CONTEXT))
        elif is_trust(request):
            keys.append(_EXTERNAL_ID)
    values, names = request.context.values, request.context.names
    return [(names.get(key, key), value) for key in keys if (value := values.get(key))]
