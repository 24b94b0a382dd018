"""The events of one file, counted: each denial into its group, of each call that was allowed the last time.

A trail holds very many events and very few denials. So a log file is decoded twice: all its events as far as a call
that was allowed needs, and those that want more in full.
"""

from collections.abc import Iterable
from itertools import islice

import msgspec

from whydenied.engine.cloudtrail.event import Event, is_denial, principal_of, resource_of
from whydenied.engine.cloudtrail.forms import find_events
from whydenied.engine.triage.classify import ASSUME_ROLE, Classifier, Key, action_of, without_secrets
from whydenied.engine.triage.shapes import principal_shape, resource_shape, take_apart
from whydenied.engine.triage.tally import Counts, Example, FileResult, Success

__all__ = ["MALFORMED", "MAX_SUCCESSES_OF_A_FILE", "Counter", "records_of"]

MAX_SUCCESSES_OF_A_FILE = 5_000
"""Calls of one file of which the last success is kept."""
MALFORMED = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
"""What decoding raises for JSON of another shape."""


class _Who(msgspec.Struct, gc=False):
    type: str | None = None
    arn: str | None = None
    invokedBy: str | None = None


class _Asked(msgspec.Struct, gc=False):
    roleArn: str | None = None


class _Brief(msgspec.Struct, gc=False):
    """An event as far as a call that was allowed needs, in CloudTrail's order of fields, which is read fastest."""

    userIdentity: _Who | None = None
    eventTime: str | None = None
    eventSource: str | None = None
    eventName: str | None = None
    errorCode: str | None = None
    requestParameters: _Asked | None = None


class _Log(msgspec.Struct, gc=False):
    Records: list[_Brief]


class _Undecoded(msgspec.Struct, gc=False):
    Records: list[msgspec.Raw]


_LOG = msgspec.json.Decoder(_Log)
_UNDECODED = msgspec.json.Decoder(_Undecoded)
_EVENT = msgspec.json.Decoder(Event)


def records_of(data: bytes) -> list[msgspec.Raw]:
    """Return the records of a log file, undecoded; one of MALFORMED is raised for what is none."""
    return _UNDECODED.decode(data).Records


class Counter:
    """Counts the events of one file."""

    def __init__(self, result: FileResult, classifier: Classifier) -> None:
        self._result = result
        self._classify = classifier.classify
        self._groups: dict[Key, Counts] = {}
        self._days: dict[tuple[str, str], int] = {}
        # By caller without its session, source and name of the call, and of taking a role which role.
        self._allowed: dict[tuple[str, str | None, str | None, str], str] = {}

    @property
    def size(self) -> int:
        """Bytes of the file, as it lies there."""
        return self._result.size

    def count_log(self, data: bytes) -> None:
        """Count a log file, or raise one of MALFORMED and count nothing."""
        events = _LOG.decode(data).Records
        in_full = []
        for number, event in enumerate(events):
            code, who = event.errorCode, event.userIdentity
            if code is not None:
                if is_denial(code):
                    in_full.append(number)
            elif who is not None and who.arn is not None:
                self._allow(who.arn, event, event.requestParameters)
            elif who is not None and who.type == "AWSService" and who.invokedBy:
                self._allow(who.invokedBy, event, event.requestParameters)
            elif who is None or who.type != "AWSAccount":  # another account's callers are not told apart
                in_full.append(number)
        self._result.events += len(events) - len(in_full)
        if in_full:
            records = records_of(data)
            for number in in_full:
                self.count_raw(records[number])

    def count(self, events: Iterable[Event]) -> None:
        """Count events; the refused ones go to their group."""
        number = 0
        for event in events:
            number += 1
            code = event.errorCode
            if code is None:
                role = event.parameters.get("roleArn") if event.eventName == "AssumeRole" else None
                asked = _Asked(role) if isinstance(role, str) else None
                self._allow(principal_of(event.identity) or "", event, asked)
            elif is_denial(code):
                self._add(event)
        self._result.events += number

    def broken(self, is_none: bool) -> None:
        """Count a record that is no event."""
        self._result.broken += is_none

    def count_raw(self, raw: bytes | msgspec.Raw) -> None:
        """Count one record that may be odd: its odd fields are left out; what is no event is counted as broken."""
        try:
            event = _EVENT.decode(raw)
        except MALFORMED:
            found = find_events(bytes(raw).decode("utf-8", "replace"))
            if found:
                self.count(found)
            else:
                self._result.broken += 1
            return
        if event.eventName is None and event.errorCode is None:
            found = find_events(bytes(raw).decode("utf-8", "replace"))
            if not found:
                self._result.broken += 1
            self.count(found)
        else:
            self.count((event,))

    def _add(self, event: Event) -> None:
        key = self._classify(event)
        time = event.eventTime or ""
        counts = self._groups.setdefault(key, Counts())
        example = Example(time, event.eventID or "")
        # Few denials are the first of their group, and only of those the resource is worked out.
        if not counts.example.time or (time, example.event) < (counts.example.time, counts.example.event):
            example = Example(time, example.event, _resource_shown(event))
        counts.add(Counts(1, time, time, example))
        day = (time[:10], key.cause)
        self._days[day] = self._days.get(day, 0) + 1
        self._result.denials += 1

    def _allow(self, principal: str, event: Event | _Brief, asked: _Asked | None) -> None:
        # Almost all events come here: what can wait for the end of the file is left to it.
        name, time = event.eventName, event.eventTime
        if time is None:
            return
        if ":assumed-role/" in principal:
            principal = principal[: principal.rfind("/")]
        role = (asked.roleArn or "") if name == "AssumeRole" and asked is not None else ""
        call = (principal, event.eventSource, name, role)
        if time > self._allowed.get(call, ""):
            self._allowed[call] = time

    def _successes(self) -> list[tuple[Success, str]]:
        found: dict[Success, str] = {}
        for (principal, source, name, role), time in self._allowed.items():
            if not principal:
                continue  # one who is not named is not the same as another
            who = without_secrets(principal_shape(principal))
            taken = without_secrets(resource_shape(role)) if role else ""
            call = Success(who, ASSUME_ROLE if name == "AssumeRole" else action_of(source or "", name or ""), taken)
            found[call] = max(time, found.get(call, ""))
        return list(islice(found.items(), MAX_SUCCESSES_OF_A_FILE))

    def finish(self) -> None:
        """Put what was counted into the result."""
        self._result.groups = list(self._groups.items())
        self._result.successes = self._successes()
        self._result.days = [(day, cause, count) for (day, cause), count in self._days.items()]


def _resource_shown(event: Event) -> str:
    """Return the resource as the message has it, else as the event does."""
    named = take_apart((event.errorMessage or "")[:4_096]).resource
    return without_secrets((named or resource_of(event, "*") or "")[:400])
