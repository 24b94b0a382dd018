"""Events are found in every form in which people hand them round."""

import csv
import io
import json
from typing import Any

import pytest

from whydenied.engine.cloudtrail.event import Event
from whydenied.engine.cloudtrail.forms import find_events

RECORD: dict[str, Any] = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::111122223333:assumed-role/Developer/ana",
        "accountId": "111122223333",
    },
    "eventTime": "2026-11-01T00:01:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "us-east-1",
    "errorCode": "AccessDenied",
    "errorMessage": "Access Denied",
    "requestParameters": {"bucketName": "reports", "key": "a.csv"},
    "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::reports/a.csv"}],
}
TEXT = json.dumps(RECORD)
ROW = {
    "eventtime": RECORD["eventTime"],
    "eventsource": RECORD["eventSource"],
    "eventname": RECORD["eventName"],
    "errorcode": RECORD["errorCode"],
    "errormessage": RECORD["errorMessage"],
    "awsregion": RECORD["awsRegion"],
    "resources": "[{arn=arn:aws:s3:::reports/a.csv, accountid=null, type=AWS::S3::Object}]",
    "requestparameters": json.dumps(RECORD["requestParameters"]),
}
STRUCT = "{type=AssumedRole, principalid=AROA:ana, arn=arn:aws:sts::111122223333:assumed-role/Developer/ana, accountid=111122223333, invokedby=null, sessioncontext={attributes=null, sessionissuer={type=Role, arn=arn:aws:iam::111122223333:role/Developer}}}"  # noqa: E501


def as_csv(row: dict[str, str]) -> str:
    """Write one row as Athena's console downloads it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, row, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue()


def as_athena(row: dict[str, str]) -> str:
    """Print one row as `aws athena get-query-results` does."""
    rows = [{"Data": [{"VarCharValue": cell} for cell in line]} for line in (row, row.values())]
    return json.dumps({"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": []}}})


FORMS = {
    "console": json.dumps(RECORD, indent=4),
    "log file": json.dumps({"Records": [RECORD]}),
    "lookup-events": json.dumps({"Events": [{"EventName": "GetObject", "CloudTrailEvent": TEXT}], "NextToken": "x"}),
    "lookup-events, queried": json.dumps([TEXT]),
    "eventbridge": json.dumps({"version": "0", "detail-type": "AWS API Call via CloudTrail", "detail": RECORD}),
    "cloudwatch logs": json.dumps({"events": [{"timestamp": 1, "message": TEXT, "eventId": "3"}]}),
    "logs insights": json.dumps({"results": [[{"field": "@message", "value": TEXT}]], "status": "Complete"}),
    "json lines": TEXT + "\n" + "not json\n",
    "athena csv, struct": as_csv({**ROW, "useridentity": STRUCT}),
    "athena csv, selected": as_csv({**ROW, "arn": RECORD["userIdentity"]["arn"]}),
    "athena get-query-results": as_athena({**ROW, "useridentity": STRUCT}),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_event_is_the_same_in_every_form(form: str) -> None:
    """Whatever it is wrapped in, the same fields come out."""
    (event,) = find_events(FORMS[form])
    assert (event.eventSource, event.eventName) == ("s3.amazonaws.com", "GetObject")
    assert (event.errorCode, event.errorMessage) == ("AccessDenied", "Access Denied")
    assert (event.eventTime, event.awsRegion) == ("2026-11-01T00:01:00Z", "us-east-1")
    assert event.identity.arn == "arn:aws:sts::111122223333:assumed-role/Developer/ana"
    assert event.arns == ["arn:aws:s3:::reports/a.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied, event",
        '{"events": 3}',
        '{"Version": "2012-10-17", "Statement": [], "event": []}',
        "a,b,event\n1,2,3\n",
        "{" * 5_000 + '"eventName"',
    ],
)
def test_what_is_no_event_gives_none(text: str) -> None:
    """Messages, policies and broken JSON are left to others."""
    assert find_events(text) == []


def test_fields_of_another_type_are_left_out() -> None:
    """A record with odd fields is read as far as it goes."""
    (event,) = find_events(json.dumps({**RECORD, "errorMessage": {"odd": 1}, "userIdentity": 5}))
    assert event.errorMessage is None
    assert event.identity.arn is None


def test_an_event_without_anything_is_empty() -> None:
    """Every property answers on an event that says nothing."""
    event = Event()
    assert (event.identity.arn, event.parameters, event.arns) == (None, {}, [])
