"""What is alike: principals without their session, resources without what differs from one to the next.

Logs repeat themselves: one missing permission gives thousands of denials that differ in a key or a session name.
"""

import re
from functools import lru_cache

import msgspec

from whydenied.engine.arn import parse_arn, principal_kind
from whydenied.engine.messages import derive
from whydenied.engine.messages.parsed import ParsedError

__all__ = ["Message", "message_shape", "principal_shape", "resource_shape", "take_apart"]

_LONGEST = 400

# The message in its standard form: what stands before it, who, what, on what, and how it ends.
_STANDARD = re.compile(
    r"(?P<head>[^\n]{0,200}?)User: (?P<principal>\S{1,2048}+) is not authorized to perform: (?P<action>[\w:*-]{1,128}+)"
    r"(?: on resource: (?P<resource>\"[^\"]{1,2048}+\"|\S{1,2048}+))?(?P<ending>.*)",
    re.S,
)
_ARN = re.compile(r"arn:aws[\w-]{0,10}:[^\s\"'<>,)]{1,2048}")
# Ids that only tell one thing from the next: instance and session ids, digests, UUIDs, dates, counters.
_ID = re.compile(
    r"[A-Za-z]{1,12}-[0-9a-f]{8,32}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b[0-9A-Fa-f]{16,64}\b|\d+"
)
_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{100,}+")


class Message(msgspec.Struct, frozen=True, gc=False):
    """An error message taken apart. Of one that is not in the standard form only `ending` is given: the whole."""

    head: str
    principal: str | None
    action: str | None
    resource: str | None
    ending: str


def take_apart(text: str) -> Message:
    """Take a message apart."""
    match = _STANDARD.match(text)
    if match is None:
        return Message("", None, None, None, text)
    resource = match["resource"]
    return Message(
        match["head"], match["principal"], match["action"], resource.strip('"') if resource else None, match["ending"]
    )


# In a name only what nobody chose: a number in `team1-deployer` or `api-v2` tells one thing from another.
_ID_IN_NAME = re.compile(
    r"\b[A-Za-z]{1,12}-[0-9a-f]{8,32}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?=[A-Za-z]{0,63}\d)[0-9A-Fa-f]{16,64}\b|\d{8,}"
)


@lru_cache(maxsize=65_536)
def principal_shape(principal: str) -> str:
    """Name the caller without its session: `…:assumed-role/R/*`."""
    head, found, rest = principal.partition(":assumed-role/")
    return f"{head}{found}{rest.partition('/')[0]}/*" if found else principal[:_LONGEST]


@lru_cache(maxsize=65_536)
def resource_shape(resource: str) -> str:
    """Name the resource without what differs from one to the next: object keys, and ids that nobody chose."""
    arn = parse_arn(resource)
    if arn is None:
        return _ID_IN_NAME.sub("*", resource[:_LONGEST])
    prefix = f"arn:{arn.partition}:{arn.service}:{arn.region}:{arn.account}:"
    if arn.service == "s3":
        bucket, slash, _ = arn.resource.partition("/")
        return f"{prefix}{bucket}{slash}{'*' if slash else ''}"
    head, separator, rest = arn.resource.partition("/") if "/" in arn.resource else arn.resource.partition(":")
    return prefix + head + separator + _ID_IN_NAME.sub("*", rest[:_LONGEST]) if separator else prefix + head[:_LONGEST]


@lru_cache(maxsize=65_536)
def _principal_class(principal: str) -> tuple[str | None, str | None]:
    return principal_kind(principal), derive.workload(principal)


@lru_cache(maxsize=65_536)
def _resource_class(principal: str | None, resource: str) -> tuple[str | None, str | None, str]:
    error = ParsedError(principal=principal_shape(principal) if principal else None, resource=resource)
    special = "aws-service-role" if "aws-service-role" in resource else "reserved" if "AWSReserved" in resource else ""
    return derive.resource_kind(error), derive.accounts(error), special


@lru_cache(maxsize=16_384)
def _words(text: str) -> str:
    """Return a stretch of a message without what differs from one denial to the next."""
    return _ID.sub("#", _BLOB.sub("blob", _ARN.sub("arn", text)))[:_LONGEST]


def message_shape(message: Message, principal: str | None, resource: str | None) -> tuple[object, ...]:
    """Return what decides the cause of a denial, and nothing else of its message.

    principal, resource: those of the event where the message names none.
    """
    who = message.principal or principal
    what = message.resource or resource
    return (
        _words(message.head),
        _principal_class(who) if who else None,
        message.principal is not None,
        message.action,
        _resource_class(who, what) if what else None,
        message.resource is not None,
        _words(message.ending),
    )
