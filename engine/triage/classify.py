"""The cause of a refused event, worked out once for each kind of denial."""

from functools import lru_cache

import msgspec

from whydenied.engine.cloudtrail.event import Event, operation_of, principal_of, resource_of
from whydenied.engine.cloudtrail.reading import read_event
from whydenied.engine.diagnosis import Diagnoser
from whydenied.engine.messages.operations import action_for, service_named
from whydenied.engine.secrets.masking import mask
from whydenied.engine.triage.shapes import message_shape, principal_shape, resource_shape, take_apart

__all__ = ["ASSUME_ROLE", "UNRECOGNISED", "Classifier", "Key", "action_of", "without_secrets"]

ASSUME_ROLE = "sts:assumerole"
UNRECOGNISED = "unrecognised"
_MAX_SHAPES = 100_000


class Key(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What denials of one group share. A part that the events do not tell is ''."""

    principal: str
    action: str
    resource: str
    cause: str
    certainty: str


@lru_cache(maxsize=65_536)
def without_secrets(name: str) -> str:
    """Return a name as a report may show it."""
    return mask(name).text


@lru_cache(maxsize=4_096)
def action_of(source: str, name: str) -> str:
    """Return the action of an event's source and name, in lower case."""
    operation = operation_of(Event(eventName=name)) or ""
    service = service_named(source.partition(".")[0])
    return (action_for(operation, service) or f"{service or source.partition('.')[0]}:{operation}").lower()


class Classifier:
    """Names the group of a refused event. Kinds of denial are remembered, up to a bound."""

    def __init__(self, diagnoser: Diagnoser) -> None:
        self._diagnoser = diagnoser
        self._known: dict[tuple[object, ...], tuple[str, str, str]] = {}

    def classify(self, event: Event) -> Key:
        """Return the group of a refused event."""
        identity = event.identity
        principal = principal_of(identity)
        message = take_apart((event.errorMessage or "")[:4_096])
        resource = message.resource or resource_of(event, "*")
        shape = (
            event.errorCode,
            event.eventSource,
            event.eventName,
            bool(event.vpcEndpointId),
            bool(identity.invokedBy),
            b'"mfaAuthenticated":"true"' in bytes(identity.sessionContext),
            *message_shape(message, principal, resource),
        )
        known = self._known.get(shape)
        if known is None:
            known = self._diagnose(event)
            if len(self._known) >= _MAX_SHAPES:
                self._known.clear()
            self._known[shape] = known
        action, cause, certainty = known
        return Key(
            without_secrets(principal_shape(message.principal or principal or "")),
            action,
            without_secrets(resource_shape(resource or "")),
            cause,
            certainty,
        )

    def _diagnose(self, event: Event) -> tuple[str, str, str]:
        reading = read_event(event, self._diagnoser.parser)
        denial = self._diagnoser.explain(reading, {})
        action = (
            reading.error.action or f"{(event.eventSource or '').partition('.')[0]}:{reading.error.operation or ''}"
        )
        first = next((finding for finding in denial.findings if finding.certainty != "ruled-out"), None)
        return (action, first.cause, first.certainty) if first else (action, UNRECOGNISED, "")
