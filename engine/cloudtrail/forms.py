"""Events out of whatever they are handed round in.

One record as the console copies it; a log file's `{"Records": [...]}`; `aws cloudtrail lookup-events`, whose events
hold the record as a string; EventBridge's envelope (`detail`); CloudWatch Logs' `message` and what a subscriber gets;
JSON lines; objects without anything between them, as Firehose writes them; Security Lake's form (OCSF); and rows of
Athena or CloudTrail Lake, as CSV or as `aws athena get-query-results` prints them, whose columns are in lower case.
Sources: CloudTrail User Guide, "Viewing events with the AWS CLI"; Athena API, GetQueryResults.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from whydenied.engine.cloudtrail.event import Event
from whydenied.engine.cloudtrail.sign import may_hold_events

__all__ = ["MAX_EVENTS", "concatenated", "event_of_row", "events_in", "find_events", "looks_like_rows"]

MAX_EVENTS = 10_000
_MAX_DEPTH = 6

# Where events lie inside an envelope; the value of some is the event itself as a string of JSON.
_WITHIN = (
    "Records", "Events", "events", "logEvents", "CloudTrailEvent", "detail", "message", "@message", "cloudTrailEvent",
)  # fmt: skip
_COLUMNS = {name.lower(): name for name in Event.__struct_fields__}
# What people call the columns that they select out of the identity, or rename.
_IDENTITY_COLUMNS = {
    "useridentity.arn": "arn",
    "useridentity_arn": "arn",
    "arn": "arn",
    "userarn": "arn",
    "principal": "arn",
    "useridentity.type": "type",
    "useridentity.accountid": "accountId",
    "useridentity.principalid": "principalId",
    "useridentity.invokedby": "invokedBy",
    "invokedby": "invokedBy",
}
# A struct column as Athena prints it: `{type=AssumedRole, arn=arn:aws:sts::…, …}`.
_STRUCT_FIELD = re.compile(r"[{,]\s?(type|arn|accountid|principalid|invokedby|username)=([^,{}]{0,2048})", re.I)
_IDENTITY_NAMES = {name.lower(): name for name in ("type", "arn", "accountId", "principalId", "invokedBy", "userName")}


def find_events(text: str) -> list[Event]:
    """Return the events in a text of any form, at most MAX_EVENTS; none for a text that is no CloudTrail at all."""
    if not may_hold_events(text):
        return []
    stripped = text.lstrip("\ufeff \t\r\n")
    found = _json_values(stripped) if stripped[0] in "{[" else _csv_rows(stripped)
    return list(islice((event for value in found for event in _events_in(value, 0)), MAX_EVENTS))


def events_in(value: object) -> list[Event]:
    """Return the events in a JSON value that was decoded already, at most MAX_EVENTS."""
    return list(islice(_events_in(value, 0), MAX_EVENTS))


def _json_values(text: str) -> Iterator[object]:
    """Yield the one JSON value of a text, those of its lines, or those that stand one behind the other."""
    try:
        yield msgspec.json.decode(text)
        return
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        pass
    for line in text.splitlines():
        if line.lstrip().startswith(("{", "[")):
            try:
                yield msgspec.json.decode(line)
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                yield from concatenated(line)


def concatenated(text: str) -> Iterator[object]:
    """Yield the JSON values of a text without anything between them, as Firehose writes them; it ends at the first that
    is none."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield value
        while place < len(text) and text[place] in " \t\r\n":
            place += 1


def _csv_rows(text: str) -> Iterator[Mapping[str, object]]:
    reader = csv.DictReader(io.StringIO(text), strict=False)
    if not looks_like_rows(reader.fieldnames or ()):
        return
    try:
        yield from reader
    except csv.Error:
        return


def looks_like_rows(columns: Iterable[object]) -> bool:
    """Tell whether a table's columns are those of a trail: it names at least the event or its error."""
    names = {name.strip().lower() for name in columns if isinstance(name, str)}
    return "eventname" in names or ("errorcode" in names and "eventsource" in names)


def _events_in(value: object, depth: int) -> Iterator[Event]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _events_in(item, depth + 1)
    elif isinstance(value, str):
        if value.lstrip().startswith("{") and "eventName" in value:
            try:
                yield from _events_in(msgspec.json.decode(value), depth + 1)
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                return
    elif isinstance(value, Mapping):
        yield from _events_in_object(value, depth)


def _events_in_object(value: Mapping[str, Any], depth: int) -> Iterator[Event]:
    if "eventName" in value or ("errorCode" in value and "eventSource" in value):
        yield _event(value)
    elif isinstance(value.get("api"), Mapping) and isinstance(value.get("actor"), Mapping):
        yield _ocsf(value)
    elif isinstance(value.get("QueryResultRows"), list):
        # CloudTrail Lake: each row is a list of objects with one column each.
        for row in value["QueryResultRows"]:
            columns = [cell for cell in _list(row) if isinstance(cell, Mapping)]
            yield event_of_row({name: text for cell in columns for name, text in cell.items()})
    elif isinstance(value.get("ResultSet"), Mapping):
        yield from _athena_rows(value["ResultSet"])
    elif isinstance(value.get("results"), list):
        # CloudWatch Logs Insights: each row is a list of {field, value}.
        for row in value["results"]:
            if isinstance(row, list):
                cells = {str(cell.get("field")): cell.get("value") for cell in row if isinstance(cell, Mapping)}
                yield from _events_in_object(cells, depth + 1)
    else:
        # The envelope of lookup-events has columns of its own (`EventName`); what it wraps says more.
        within = [event for name in _WITHIN if name in value for event in _events_in(value[name], depth + 1)]
        if within:
            yield from within
        elif looks_like_rows(name for name in value if isinstance(name, str)):
            yield event_of_row(value)


def _ocsf(value: Mapping[str, Any]) -> Event:
    """Make an event of Security Lake's form of it (OCSF, class API Activity)."""

    def at(*path: str) -> object:
        found: object = value
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    identity = {
        "arn": at("actor", "user", "uid") or at("actor", "session", "uid"),
        "type": at("actor", "user", "type"),
        "invokedBy": at("actor", "invoked_by"),
    }
    return _event(
        {
            "eventTime": at("time_dt") or at("metadata", "original_time"),
            "eventSource": at("api", "service", "name"),
            "eventName": at("api", "operation"),
            "errorCode": at("api", "response", "error"),
            "errorMessage": at("api", "response", "message") or at("api", "response", "error_message"),
            "awsRegion": at("cloud", "region"),
            "recipientAccountId": at("cloud", "account", "uid"),
            "eventID": at("metadata", "uid"),
            "requestID": at("api", "request", "uid"),
            "requestParameters": at("api", "request", "data"),
            "userIdentity": identity,
            "resources": [{"ARN": one.get("uid")} for one in _list(at("resources")) if isinstance(one, Mapping)],
        }
    )


def _athena_rows(result: Mapping[str, object]) -> Iterator[Event]:
    rows = [
        [cell.get("VarCharValue") if isinstance(cell, Mapping) else None for cell in _list(row.get("Data"))]
        for row in _list(result.get("Rows"))
        if isinstance(row, Mapping)
    ]
    if rows and looks_like_rows(rows[0]):
        header = [str(name) for name in rows[0]]
        for row in rows[1:]:
            yield event_of_row(dict(zip(header, row, strict=False)))


def _list(value: object) -> list[object]:
    """Return a list as it is, and nothing of what only stands in the place of one."""
    return value if isinstance(value, list) else []


def event_of_row(row: Mapping[str, object]) -> Event:
    """Make an event of a row whose columns are named as Athena names them, in lower case.

    `useridentity` and `resources` are text as Athena prints a struct, or, out of Parquet, the struct itself.
    """
    fields: dict[str, object] = {}
    identity: dict[str, object] = {}
    for column, value in row.items():
        if not isinstance(column, str):
            continue
        name = column.strip().lower()
        if name == "useridentity" and isinstance(value, Mapping):
            identity.update({known: value[key] for key, known in _IDENTITY_NAMES.items() if value.get(key)})
        elif name == "resources" and isinstance(value, list):
            fields[name] = [{"ARN": one.get("arn")} for one in value if isinstance(one, Mapping)]
        elif not isinstance(value, str) or value in ("", "null"):
            continue
        elif name == "useridentity":
            identity.update(_struct(value))
        elif name in _IDENTITY_COLUMNS:
            identity[_IDENTITY_COLUMNS[name]] = value
        elif name in _COLUMNS:
            fields[_COLUMNS[name]] = _maybe_json(_COLUMNS[name], value)
    if identity:
        fields["userIdentity"] = identity
    return _event(fields)


def _struct(value: str) -> dict[str, object]:
    if value.startswith('{"'):
        try:
            return dict(msgspec.json.decode(value, type=dict[str, object]))
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return {}
    found: dict[str, object] = {}
    for name, text in _STRUCT_FIELD.findall(value):
        # The session's issuer repeats the names further inside; the caller's own come first.
        if text != "null":
            found.setdefault(_IDENTITY_NAMES[name.lower()], text)
    return found


def _maybe_json(name: str, value: str) -> object:
    if name not in ("resources", "requestParameters"):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return (
            [{"ARN": arn} for arn in re.findall(r"arn=(arn:[^,}\]]{1,2048})", value)] if name == "resources" else None
        )


_RAW = ("userIdentity", "resources", "requestParameters")


def _event(value: Mapping[str, Any]) -> Event:
    """Make an event of a decoded record; a field of another type than documented is left out."""
    fields: dict[str, Any] = {}
    for name in Event.__struct_fields__:
        found = value.get(name)
        if name in _RAW:
            if isinstance(found, str):
                found = _struct(found) if name == "userIdentity" else _maybe_json(name, found)
            fields[name] = msgspec.Raw(msgspec.json.encode(found))
        elif isinstance(found, str):
            fields[name] = found
    return Event(**fields)
