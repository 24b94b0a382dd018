"""A refused event as an error: the message is read as every message is, the event's own fields say the rest.

Nothing is decided here that a message decides: the text goes through the same patterns, and what it does not state
(who, which operation, on what, from where) is taken from the event. The facts are those of `engine.messages`.
"""

import re
from collections.abc import Iterator

import msgspec

from whydenied.engine.cloudtrail.event import Event, Identity, is_denial, operation_of, principal_of, resource_of
from whydenied.engine.cloudtrail.forms import find_events
from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.messages import derive
from whydenied.engine.messages.facts import NAMES, derived
from whydenied.engine.messages.operations import service_named
from whydenied.engine.messages.parse import Parser, Reading
from whydenied.engine.messages.parsed import FIELDS, MAX_DENIALS, ParsedError

__all__ = ["Trail", "complete", "message_of", "operation_of", "read_event", "read_events"]

_SOURCE = Source("aws", "cloudtrail")
_VPCE = "VPC endpoint policy"


class Trail(msgspec.Struct, frozen=True):
    """What the events of a paste say. readings: at most MAX_DENIALS, all different. left_out: the refused events after
    those, which nobody read."""

    readings: tuple[Reading, ...]
    left_out: int = 0


def message_of(event: Event) -> str:
    """Return the text that the caller was shown, as a client prints it."""
    code = (event.errorCode or "AccessDenied").removeprefix("Client.").removeprefix("Server.")
    service = (event.eventSource or "").partition(".")[0]
    operation = operation_of(event)
    calling = f"operation error {service}: {operation}, " if service and operation else ""
    return f"{calling}api error {code}: {event.errorMessage or ''}"


def read_event(event: Event, parser: Parser) -> Reading:
    """Read a refused event. The result always has an error; spans are left out, for there is no paste to point into."""
    readings = parser.parse(message_of(event)).readings
    if not readings:
        return complete(ParsedError(error_code=event.errorCode), Facts(), event)
    facts = (
        msgspec.structs.replace(fact, source=msgspec.structs.replace(fact.source, start=-1, end=-1))
        for fact in readings[0].facts
    )
    return complete(msgspec.structs.replace(readings[0].error, spans=()), Facts(facts), event)


def read_events(text: str, parser: Parser) -> Trail:
    """Read the refused events in a paste, equal ones once; none where the paste holds no refused event.

    Of a single event the paste itself is read, so that spans point into it.
    """
    denied = [event for event in find_events(text) if event.errorCode and is_denial(event.errorCode)]
    if len(denied) == 1 and len(found := parser.parse(text).readings) == 1:
        return Trail((complete(found[0].error, found[0].facts, denied[0]),))
    readings: dict[tuple[object, ...], Reading] = {}
    for number, event in enumerate(denied):
        if len(readings) == MAX_DENIALS:
            return Trail(tuple(readings.values()), len(denied) - number)
        reading = read_event(event, parser)
        key = tuple(getattr(reading.error, name) for name in FIELDS if name != "request_id")
        if key in readings:
            readings[key].error.times += 1
        else:
            readings[key] = reading
    return Trail(tuple(readings.values()))


def complete(error: ParsedError, facts: Facts, event: Event) -> Reading:
    """Fill in what a message left out with what its event says, and derive the facts that rest on it again."""
    identity = event.identity
    service = service_named((event.eventSource or "").partition(".")[0])
    operation = operation_of(event)
    if error.principal is None:
        error.principal = principal_of(identity)
    if error.operation is None:
        error.operation = operation
    if error.resource is None:
        error.resource = resource_of(event)
    if error.region is None:
        error.region = event.awsRegion
    if error.request_id is None:
        error.request_id = event.requestID
    if error.policy_type is None and (event.errorCode == "VpceAccessDenied" or _VPCE in (event.errorMessage or "")):
        error.policy_type = "vpce"
    derive.complete(error, service)
    known = Facts(fact for fact in facts if fact.name not in NAMES)
    for fact in _facts(error, event, identity, known):
        known.add(fact)
    return Reading(error, known)


def _facts(error: ParsedError, event: Event, identity: Identity, known: Facts) -> Iterator[Fact]:
    for fact in derived(error):
        yield Fact(fact.name, fact.value, _SOURCE)
    values = {
        "vpce.in-path": "yes" if event.vpcEndpointId else None,
        "called-by-service": "yes" if identity.invokedBy and identity.type != "AWSService" else None,
        "mfa.present": _mfa(identity),
    }
    if not known.values("message.kind"):
        values["message.kind"], values["message.class"], values["message.detail"] = "denial", "denial", "none"
    if error.policy_type and not known.values("message.layer"):
        values["message.layer"] = error.policy_type
    for name, value in values.items():
        if value:
            yield Fact(name, value, _SOURCE)


def _mfa(identity: Identity) -> str | None:
    """Say whether the caller's session was made with MFA: an attribute of the session that only CloudTrail shows."""
    if b'"mfaAuthenticated"' not in bytes(identity.sessionContext):
        return None
    found = re.search(rb'"mfaAuthenticated"\s*:\s*"?(true|false)', bytes(identity.sessionContext))
    return {b"true": "yes", b"false": "no"}[found[1]] if found else None
