"""CloudTrail's events in pasted output: `lookup-events`, a record, or a trail file, all made into one form.

An event says how a call was made: with MFA, by a service, through an endpoint.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.facts import Fact, Source

__all__ = ["find_events", "trail_answers"]

_SOURCE = Source("output", "aws cloudtrail lookup-events")


def find_events(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the events of an output in the form of `lookup-events`; none where it holds no event."""
    records: Any = None
    if isinstance(data.get("Records"), list):
        records = data["Records"]
    elif "eventVersion" in data and "userIdentity" in data:
        records = [data]
    if records is not None:
        return [
            {"EventName": record.get("eventName"), "CloudTrailEvent": json.dumps(record)}
            for record in records
            if isinstance(record, Mapping) and "userIdentity" in record
        ]
    events = data.get("Events")
    return [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []


def trail_answers(events: Iterable[Mapping[str, Any]], questions: Iterable[str]) -> list[Fact]:
    """Return what the newest event tells beside what the questions' own JMESPaths read."""
    known = set(questions)
    for event in events:
        record = _record(event)
        if not record:
            continue
        found = []
        if record.get("vpcEndpointId"):
            found.append(Fact("vpce.in-path", "yes", _SOURCE))
        parameters = record.get("requestParameters")
        if record.get("eventName") == "AssumeRole" and isinstance(parameters, Mapping):
            narrowed = parameters.get("policy") or parameters.get("policyArns")
            if not narrowed:
                found.append(Fact("session.policy", "no", _SOURCE))
        return [fact for fact in found if fact.name in known]
    return []


def _record(event: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        record = json.loads(str(event.get("CloudTrailEvent", "")))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, Mapping) else {}
