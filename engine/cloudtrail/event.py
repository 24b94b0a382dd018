"""One CloudTrail event, as far as a denial is concerned.

Sources: CloudTrail User Guide, "CloudTrail record contents", "CloudTrail userIdentity element" and "Network activity
events". A log file holds very many events and very few denials, so what only a denial needs stays undecoded (`Raw`).
"""

import re
from functools import lru_cache
from typing import TypeVar

import msgspec

from whydenied.engine.arn import parse_arn, partition_of
from whydenied.engine.cloudtrail.resources import resource_named

__all__ = ["Event", "Identity", "is_denial", "operation_of", "principal_of", "resource_of"]

_T = TypeVar("_T")
# Lambda's operations carry the version of the API: `ListFunctions20150331`, `GetFunction20150331v2`.
_API_VERSION = re.compile(r"20\d{6}(?:v\d)?\Z")


class Identity(msgspec.Struct, gc=False):
    """Who called. Of a caller from another account CloudTrail may tell only `principalId` and `accountId`."""

    type: str | None = None
    arn: str | None = None
    accountId: str | None = None
    principalId: str | None = None
    userName: str | None = None
    invokedBy: str | None = None
    sessionContext: msgspec.Raw = msgspec.Raw(b"null")


class Event(msgspec.Struct, gc=False):
    """One event; absent fields are None. The raw fields are JSON, decoded for denials only."""

    errorCode: str | None = None
    errorMessage: str | None = None
    eventTime: str | None = None
    eventSource: str | None = None
    eventName: str | None = None
    awsRegion: str | None = None
    recipientAccountId: str | None = None
    vpcEndpointId: str | None = None
    sourceIPAddress: str | None = None
    requestID: str | None = None
    eventID: str | None = None
    userIdentity: msgspec.Raw = msgspec.Raw(b"null")
    resources: msgspec.Raw = msgspec.Raw(b"null")
    requestParameters: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def identity(self) -> Identity:
        """Who called; an empty Identity where the event does not say it readably."""
        return _decoded(self.userIdentity, _IDENTITY) or Identity()

    @property
    def parameters(self) -> dict[str, object]:
        """The request's parameters; {} where there are none, which is usual for denied calls."""
        found = _decoded(self.requestParameters, _ANY)
        return found if isinstance(found, dict) else {}

    @property
    def arns(self) -> list[str]:
        """The ARNs of the resources that the event names, in its order."""
        found = _decoded(self.resources, _ANY)
        items = found if isinstance(found, list) else []
        arns = (item.get("ARN") or item.get("arn") for item in items if isinstance(item, dict))
        return [arn for arn in arns if isinstance(arn, str)]


class _Issuer(msgspec.Struct, gc=False):
    arn: str | None = None


class _Session(msgspec.Struct, gc=False):
    sessionIssuer: _Issuer | None = None


_SESSION = msgspec.json.Decoder(_Session | None)
_IDENTITY = msgspec.json.Decoder(Identity | None)
_ANY: msgspec.json.Decoder[object] = msgspec.json.Decoder()


def _decoded(raw: msgspec.Raw, decoder: msgspec.json.Decoder[_T]) -> _T | None:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


# Codes by which services say "identity known, request refused" in a trail. `Client.` and `Server.` stand before EC2's.
_DENIAL = re.compile(
    r"AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError|AuthorizationException|Forbidden\b|\A403\Z"
    r"|UnauthorizedException|\AUnauthorized\Z|InsufficientPermissions|AccessControlListNotSupported",
    re.I,
)


@lru_cache(maxsize=4096)
def is_denial(code: str) -> bool:
    """Tell whether an errorCode means that the request was refused for want of permission."""
    return _DENIAL.search(code[:200]) is not None


def principal_of(identity: Identity) -> str | None:
    """Name the caller as messages do: the ARN, else the service, else the role of the session, else None."""
    if identity.arn:
        return identity.arn
    if identity.type == "AWSService" and identity.invokedBy:
        return identity.invokedBy
    session = _decoded(identity.sessionContext, _SESSION)
    return session.sessionIssuer.arn if session and session.sessionIssuer else None


def operation_of(event: Event) -> str | None:
    """Return the API operation: the event's name without the API version that Lambda appends."""
    return _API_VERSION.sub("", event.eventName) if event.eventName else None


def resource_of(event: Event, untold: str = "") -> str | None:
    """Name the resource where the event does so unmistakably: the most specific of its ARNs, S3's bucket and key, or
    what the parameters name of the action's own resource types. untold: as for `resource_named`."""
    arns = event.arns
    if arns:
        return max(arns, key=lambda arn: (parse_arn(arn) is not None, len(arn)))
    parameters = event.parameters
    bucket, key = parameters.get("bucketName"), parameters.get("key")
    if event.eventSource == "s3.amazonaws.com" and isinstance(bucket, str):
        arn = f"arn:{partition_of(event.awsRegion or '')}:s3:::{bucket}"
        return f"{arn}/{key}" if isinstance(key, str) and key else arn
    if not (event.eventSource and event.eventName):
        return None
    operation = operation_of(event) or ""
    return resource_named(
        event.eventSource, operation, event.awsRegion or "", event.recipientAccountId or "", parameters, untold
    )
