"""The statement that allows exactly one request: its action, its resource and, where a policy names principals, its
caller.

Sources: IAM User Guide, "The confused deputy problem" (aws:SourceArn, aws:SourceAccount), "Create a role for OpenID
Connect federation" (evaluate `sub` and `aud`), "Grant a user permissions to pass a role" (iam:PassedToService);
PrivateLink Guide, "Principals for gateway endpoints" (Principal must be `*`, aws:PrincipalArn names the caller);
ECR User Guide, "Private repository policy examples" (none has Resource; ECR refuses it: aws/aws-cdk#24314);
EventBridge API, PutPermission (StatementId, the Sid of a bus's statement, which the CDK refuses to leave out); Lambda
Developer Guide, "Control access to Lambda function URLs"; IAM User Guide, "IAM and AWS STS quotas" (characters that a
policy may hold)."""

import re
from typing import Any

from whydenied.engine.arn import parse_arn
from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.gates.vpce import GATEWAY_SERVICES
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.sts import is_trust
from whydenied.engine.policy.context import Value
from whydenied.engine.remedies.caller import BY_ARN, Named, name_of
from whydenied.engine.remedies.digest import digest_of

__all__ = ["allow_statement", "exact_resource", "expiry", "is_layer", "unnamed_federation", "within_iam"]

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
_URL_AUTH = "lambda:functionurlauthtype"
_BOOLEAN = frozenset({"kms:grantisforawsresource"})
_ARN_KEYS = frozenset({"aws:sourcearn", "iam:policyarn", "iam:permissionsboundary", "iam:associatedresourcearn"})

# Policies that IAM itself keeps or reads, and the characters that none of them may hold.
_OF_IAM = ("identity", "boundary", "session")
_BEYOND = re.compile(r"[^\t\n\r\u0020-\u00ff]+")

Block = dict[str, dict[str, Any]]


def allow_statement(gate: GateName, request: Request, until: str = "") -> dict[str, Any]:
    """Write the narrowest Allow for a request, as a gate's policies need it.

    until: the moment it ends, as ISO 8601 text; "" for no end."""
    statement: dict[str, Any] = {"Effect": "Allow"}
    condition: Block = {}
    if gate in ("resource", "vpce"):
        named = _named(gate, request)
        statement["Principal"] = named.principal
        condition = dict(named.condition)
    statement["Action"] = request.action
    if gate != "resource" or not (is_trust(request) or _is_repository(request)):
        resource = exact_resource(request)
        statement["Resource"] = within_iam(resource) if gate in _OF_IAM else resource
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
    return {"Sid": _sid(statement), **statement} if gate == "resource" and request.service == "events" else statement


def _sid(statement: dict[str, object]) -> str:
    """Name a statement after whom it lets in to what, so that none of a policy has the name of another."""
    whom = {name: value for name, value in statement.items() if name not in ("Effect", "Action")}
    return f"Allow{digest_of(whom)}"


def expiry(until: str) -> dict[str, str]:
    """Return the condition's keys that compare now with a moment."""
    return {"aws:CurrentTime": until}


def exact_resource(request: Request) -> str:
    """Return the request's resource as Resource needs it; what looks like a policy variable is escaped."""
    if request.resource.literal_only:
        return "*"
    return request.resource.text.replace("${", "${$}{")


def within_iam(resource: str) -> str:
    """Return a resource without the characters that IAM takes in no policy: a `?` stands for each, and a `*` where it
    is not known as how many IAM counts them."""
    return _BEYOND.sub(lambda found: "*" if max(found[0]) > "\uffff" else "?" * len(found[0]), resource)


def is_layer(request: Request) -> bool:
    """Tell whether the resource is a version of a layer, whose policy names accounts and no one in them (Lambda API,
    AddLayerVersionPermission)."""
    return request.service == "lambda" and ":layer:" in request.resource.text


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


def _named(gate: GateName, request: Request) -> Named:
    """Name the caller as the policies of a gate can."""
    caller = request.caller
    if gate == "resource" and is_layer(request) and caller.account:
        return Named({"AWS": f"arn:{caller.partition}:iam::{caller.account}:root"}, {})
    everyone = gate == "vpce" and request.service in GATEWAY_SERVICES
    return name_of(request, everyone=everyone, by_arn=gate == "resource" and request.service in BY_ARN)


def _is_repository(request: Request) -> bool:
    """Tell whether the resource is one of ECR's repositories, whose policy must not say what it is about."""
    return request.service in ("ecr", "ecr-public") and ":repository/" in request.resource.text


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
        keys += [_URL_AUTH]
        if request.caller.kind == "service":
            keys += _SOURCES
            # For whose data a service uses a key: CloudWatch Logs sends the log group, and no aws:SourceArn.
            keys += sorted(key for key in request.context.values if key.startswith(_ENCRYPTION_CONTEXT))
        elif is_trust(request):
            keys.append(_EXTERNAL_ID)
    values, names = request.context.values, request.context.names
    return [(names.get(key, key), value) for key in keys if (value := values.get(key))]
