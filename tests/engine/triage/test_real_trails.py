"""What a trail knows more than a message: that a call works later, one real event, and names as they are."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from whydenied.engine.triage import Knowledge, run
from whydenied.engine.triage.tally import Group
from whydenied.kb.catalogue import load_catalogue

ROLE = "arn:aws:iam::111122223333:role/team1-deployer"
ANA = "arn:aws:iam::111122223333:user/ana"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Our content."""
    catalogue = load_catalogue()
    return Knowledge(catalogue.plain("pattern"), catalogue.plain("cause"))


def event(time: str, name: str, *, source: str = "sts", caller: str = ANA, denied: bool = False, **more: Any) -> Any:
    """Make an event; the message of a refused one is the standard one."""
    made: dict[str, Any] = {
        "eventTime": f"2026-11-02T{time}Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333",
        "eventID": f"id-{time}",
        "userIdentity": {"type": "IAMUser", "arn": caller},
        **more,
    }
    if denied:
        made |= {"errorCode": "AccessDenied", "errorMessage": "Access Denied"}
    return made


def groups(folder: Path, knowledge: Knowledge, *files: list[Any], processes: int = 1) -> list[Group]:
    """Write log files and group their denials."""
    for number, records in enumerate(files):
        data = json.dumps({"Records": records}).encode()
        (folder / f"{number}.json.gz").write_bytes(gzip.compress(data))
    return list(run([folder], knowledge, processes=processes).groups())


def taking(time: str, role: str = ROLE, **more: Any) -> Any:
    return event(time, "AssumeRole", requestParameters={"roleArn": role, "roleSessionName": "s"}, **more)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_role_that_is_taken_later_is_told(tmp_path: Path, knowledge: Knowledge, processes: int) -> None:
    """In another file too, and whichever is read first."""
    later, earlier = [taking("12:02:09"), taking("12:02:04")], [taking("12:01:58", denied=True)]
    (found,) = groups(tmp_path, knowledge, later, earlier, processes=processes)
    assert (found.resource, found.worked_at) == (ROLE, "2026-11-02T12:02:09Z")


@pytest.mark.parametrize(
    "other",
    [
        taking("12:01:50"),  # before the denial
        taking("12:05:00", role="arn:aws:iam::111122223333:role/another"),
        taking("12:05:00", caller="arn:aws:iam::111122223333:user/bo"),
        event("12:05:00", "GetCallerIdentity"),
        taking("12:05:00", errorCode="ThrottlingException"),  # neither allowed nor refused
    ],
)
def test_what_is_no_success_of_the_same_call_does_not_count(other: Any, tmp_path: Path, knowledge: Knowledge) -> None:
    (found,) = groups(tmp_path, knowledge, [taking("12:02:00", denied=True), other])
    assert found.worked_at == ""


def test_a_session_is_its_role(tmp_path: Path, knowledge: Knowledge) -> None:
    """A denial of one session and a success of the next are the same caller's."""
    sessions = [f"arn:aws:sts::111122223333:assumed-role/ci/run-{number}" for number in (1, 2)]
    denied = event("10:00:00", "PutItem", source="dynamodb", caller=sessions[0], denied=True)
    allowed = event("10:09:00", "PutItem", source="dynamodb", caller=sessions[1])
    (found,) = groups(tmp_path, knowledge, [denied, allowed])
    assert found.worked_at == "2026-11-02T10:09:00Z"


def test_names_keep_their_digits_and_ids_are_folded(tmp_path: Path, knowledge: Knowledge) -> None:
    """Five roles are five groups; a hundred instances are one."""
    roles = [taking("09:00:00", role=f"arn:aws:iam::111122223333:role/team{n}-deployer", denied=True) for n in range(5)]
    instances = [
        event("09:00:01", "GetPasswordData", source="ec2", denied=True, requestParameters={"instanceId": f"i-{n:017x}"})
        for n in range(100)
    ]
    found = groups(tmp_path, knowledge, roles + instances)
    assert sorted(group.resource for group in found if group.action == "sts:AssumeRole") == [
        f"arn:aws:iam::111122223333:role/team{n}-deployer" for n in range(5)
    ]
    (one,) = [group for group in found if group.action == "ec2:GetPasswordData"]
    assert (one.count, one.resource) == (100, "arn:aws:ec2:eu-west-1:111122223333:instance/*")


def test_a_group_shows_one_real_event(tmp_path: Path, knowledge: Knowledge) -> None:
    """The first, with its own resource, in whatever order the files come."""
    denied = [
        event(time, "GetPasswordData", source="ec2", denied=True, requestParameters={"instanceId": f"i-0000000{n}"})
        for n, time in enumerate(("11:00:00", "10:00:00", "12:00:00"))
    ]
    (found,) = groups(tmp_path, knowledge, *([one] for one in denied))
    assert found.example.event == "id-10:00:00"
    assert found.example.resource == "arn:aws:ec2:eu-west-1:111122223333:instance/i-00000001"


def denial(number: int) -> Any:
    return event(f"08:00:{number:02}", "PutItem", source="dynamodb", denied=True, requestParameters={"tableName": "t"})


def concatenated(records: list[Any]) -> bytes:
    """As Firehose writes them: one after the other, without a line end."""
    return "".join(json.dumps(one) for one in records).encode()


def subscription(records: list[Any]) -> bytes:
    """As CloudWatch Logs sends them to a subscriber."""
    events = [{"id": str(n), "timestamp": n, "message": json.dumps(one)} for n, one in enumerate(records)]
    return json.dumps({"messageType": "DATA_MESSAGE", "logGroup": "trail", "logEvents": events}).encode()


def lake(records: list[Any]) -> bytes:
    """As CloudTrail Lake's get-query-results prints them: rows of single columns, all text."""
    rows = [
        [{name: json.dumps(value) if isinstance(value, dict) else value} for name, value in one.items()]
        for one in records
    ]
    return json.dumps({"QueryStatus": "FINISHED", "QueryResultRows": rows}).encode()


def ocsf(records: list[Any]) -> bytes:
    """As Security Lake keeps them, one JSON object a line."""
    return "\n".join(json.dumps(_ocsf(one)) for one in records).encode()


def _ocsf(one: Any) -> dict[str, Any]:
    return {
        "class_uid": 6003,
        "time_dt": one["eventTime"],
        "api": {
            "operation": one["eventName"],
            "service": {"name": one["eventSource"]},
            "response": {"error": one["errorCode"], "message": one["errorMessage"]},
            "request": {"data": json.dumps(one["requestParameters"]), "uid": "r"},
        },
        "actor": {"user": {"uid": one["userIdentity"]["arn"], "type": "IAMUser"}},
        "cloud": {"region": one["awsRegion"], "account": {"uid": one["recipientAccountId"]}},
        "metadata": {"uid": one["eventID"], "product": {"name": "CloudTrail"}},
    }


@pytest.mark.parametrize("form", [concatenated, subscription, lake, ocsf])
@pytest.mark.parametrize("count", [1, 7])
def test_other_forms_give_the_same(form: Any, count: int, tmp_path: Path, knowledge: Knowledge) -> None:
    """Every denial is found, with its caller, action and resource."""
    (tmp_path / "log.json").write_bytes(form([denial(number) for number in range(count)]))
    done = run([tmp_path], knowledge, processes=1)
    assert [problem.text for problem in done.problems] == []
    (found,) = done.groups()
    assert (found.principal, found.action, found.count) == (ANA, "dynamodb:PutItem", count)
    assert found.resource == "arn:aws:dynamodb:eu-west-1:111122223333:table/t"
    assert found.first == "2026-11-02T08:00:00Z"


def test_a_zip_is_read_file_by_file(tmp_path: Path, knowledge: Knowledge) -> None:
    """As the console hands out a download; what is no log in it is named."""
    with zipfile.ZipFile(tmp_path / "trail.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", json.dumps({"Records": [denial(1)]}))
        archive.writestr("b.json.gz", gzip.compress(json.dumps({"Records": [denial(2)]}).encode()))
    done = run([tmp_path], knowledge, processes=1)
    assert (done.denials, [problem.text for problem in done.problems]) == (2, [])


@pytest.mark.slow
def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    """By what it really gives, whatever its list says."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b" " * 300_000_000)
    done = run([tmp_path], knowledge, processes=1)
    assert [problem.text for problem in done.problems] == ["`a.json` in it unpacks to more than 256 MB; split it"]
