"""Files of every kind are read; what cannot be read is said."""

import gzip
import json
import os
import subprocess
import tracemalloc
from pathlib import Path
from random import Random

import pytest

from tests.engine.cloudtrail.test_forms import FORMS, RECORD
from tests.engine.cloudtrail.test_reading import diagnoser
from tests.trails import denied_event, event
from whydenied.engine.cloudtrail.forms import find_events
from whydenied.engine.triage import files
from whydenied.engine.triage.classify import Classifier
from whydenied.engine.triage.files import find_files, read_file
from whydenied.engine.triage.tally import FileResult
from whydenied.kb.catalogue import load_catalogue


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """One classifier for all files."""
    return Classifier(diagnoser())


def read(path: Path, data: bytes, classifier: Classifier) -> FileResult:
    """Write a file and read it."""
    path.write_bytes(data)
    return read_file(path, classifier)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_from_a_file(form: str, packed: bool, tmp_path: Path, classifier: Classifier) -> None:
    """Gzipped or not, with any name."""
    data = FORMS[form].encode()
    result = read(tmp_path / "trail.log", gzip.compress(data) if packed else data, classifier)
    assert (result.events, result.denials, result.problem) == (1, 1, "")
    assert result.broken == (1 if form == "json lines" else 0)
    ((key, counts),) = result.groups
    assert (key.principal, key.action) == ("arn:aws:sts::111122223333:assumed-role/Developer/*", "s3:GetObject")
    assert (key.resource, key.cause) == ("arn:aws:s3:::reports/*", "s3-opaque")
    assert (counts.count, counts.first) == (1, "2026-11-01T00:01:00Z")


def test_several_gzip_members_are_one_file(tmp_path: Path, classifier: Classifier) -> None:
    """Files that were joined with `cat` are read to their end."""
    text = json.dumps({"Records": [RECORD, RECORD]}).encode()
    data = gzip.compress(text[:100]) + gzip.compress(text[100:])
    assert read(tmp_path / "a.json.gz", data, classifier).events == 2


_ISSUER = {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/Ops"}}
IDENTITIES = [
    {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ana"},
    {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/Ops/i-0a1b2c3d", "sessionContext": _ISSUER},
    {"type": "AssumedRole", "sessionContext": _ISSUER},
    {"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"},
    {"type": "AWSAccount", "accountId": "444455556666", "invokedBy": "AWS Internal"},
    {"type": "AWSAccount", "arn": None, "principalId": "AIDAEXAMPLE"},
    None,
]
ROLES = [{"roleArn": "arn:aws:iam::111122223333:role/Ops"}, {"roleArn": None}, {"bucketName": "reports"}, None]


@pytest.mark.parametrize("odd", [{}, {"requestParameters": {"roleArn": 7}}, {"userIdentity": "root"}])
def test_a_log_file_is_read_as_its_events_one_by_one(odd: object, tmp_path: Path, classifier: Classifier) -> None:
    """Who, which call, which role and when, of calls that were allowed and of denials, whatever the identity."""
    records = [
        {**RECORD, "errorCode": code, "eventName": name, "eventTime": f"2026-11-01T00:{minute:02}:00Z"}
        | {"userIdentity": who, "requestParameters": asked}
        for minute, (who, asked) in enumerate((who, asked) for who in IDENTITIES for asked in ROLES)
        for name in ("AssumeRole", "GetObject")
        for code in (None, "AccessDenied", "NoSuchKey")
    ]
    records += [{**records[0], **odd}] if odd else []  # type: ignore[dict-item]
    log = read(tmp_path / "a.json", json.dumps({"Records": records}).encode(), classifier)
    lines = read(tmp_path / "b.json", "\n".join(map(json.dumps, records)).encode(), classifier)
    assert (log.events, log.denials, log.broken) == (lines.events, lines.denials, lines.broken)
    assert (log.events, log.denials) == (len(records), 56)
    assert dict(log.successes) == dict(lines.successes)
    # Four callers are named; of the others nobody knows whose success it was. AssumeRole of one role and of none.
    assert len(log.successes) == 4 * 3
    assert log.groups == lines.groups


def test_an_odd_record_does_not_hide_the_others(tmp_path: Path, classifier: Classifier) -> None:
    """A record of the wrong shape is counted, and the rest is read."""
    odd = {**RECORD, "errorMessage": 5}
    data = json.dumps({"Records": [RECORD, odd, 7, {"unrelated": True}]}).encode()
    result = read(tmp_path / "a.json", data, classifier)
    assert (result.events, result.denials, result.broken, result.problem) == (2, 2, 2, "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"hello", "neither JSON nor a table"),
        (b'{"Version": "2012-10-17"}', "no CloudTrail log"),
        (b'{"Records": [', "no CloudTrail log"),
        (gzip.compress(b'{"Records": []}' * 100, mtime=0)[:-9], "cut off"),
        (b"\x1f\x8b" + b"junk" * 20, "cannot be read"),
        (gzip.compress(json.dumps({"Records": [RECORD] * 200}).encode(), mtime=0)[:700], ""),
    ],
)
def test_a_broken_file_is_a_problem(data: bytes, words: str, tmp_path: Path, classifier: Classifier) -> None:
    """It is named with the reason, and none of it is counted."""
    result = read(tmp_path / "x.json.gz", data, classifier)
    assert result.problem
    assert words in result.problem
    assert (result.events, result.groups) == (0, [])


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path, classifier: Classifier) -> None:
    """Nothing is raised in the middle of a run."""
    assert "not there" in read_file(tmp_path / "gone.json", classifier).problem


def test_a_digest_holds_no_events(tmp_path: Path, classifier: Classifier) -> None:
    """CloudTrail's digest files lie beside the logs and are no problem."""
    digest = {"awsAccountId": "111122223333", "digestS3Object": "x", "logFiles": []}
    result = read(tmp_path / "d.json.gz", gzip.compress(json.dumps(digest).encode()), classifier)
    assert (result.events, result.problem) == (0, "")


def test_an_object_beyond_the_bound_is_refused(
    tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gzip bomb costs no more than the bound."""
    monkeypatch.setattr(files, "MAX_FILE", 10_000)
    data = json.dumps({"Records": [RECORD] * 50}).encode()
    assert "more than" in read(tmp_path / "a.json.gz", gzip.compress(data), classifier).problem
    assert "more than" in read(tmp_path / "b.json", data, classifier).problem


def test_lines_and_rows_are_read_beyond_the_bound(
    tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read line by line may be of any size."""
    monkeypatch.setattr(files, "MAX_FILE", 10_000)
    lines = "".join(json.dumps(RECORD) + "\n" for _ in range(100)).encode()
    assert read(tmp_path / "a.jsonl.gz", gzip.compress(lines), classifier).events == 100
    head, row, *_ = FORMS["athena csv, struct"].splitlines()
    assert read(tmp_path / "a.csv", "\n".join([head, *[row] * 100]).encode(), classifier).denials == 100


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    """Log files are found however deep; what cannot be one is left out unless it is named."""
    for name in ("b/2.json.gz", "b/1.json.gz", "a/x.csv", "readme.md", ".hidden.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_files([tmp_path, tmp_path / "readme.md"])]
    assert found == ["a/x.csv", "b/1.json.gz", "b/2.json.gz", "readme.md"]


@pytest.mark.slow
def test_the_remembered_cause_is_the_one_that_would_be_found(tmp_path: Path) -> None:
    """Whatever the order of events, each has the cause that a fresh look at it alone gives."""
    random = Random(5)
    texts = [json.dumps(denied_event(random, number)) for number in range(60)]
    plain = event(random, 1)
    texts += [json.dumps({**plain, "errorCode": "AccessDenied", "errorMessage": text}) for text in examples()]
    warm = Classifier(diagnoser())
    for text in texts * 2:
        (one,) = find_events(text)
        assert warm.classify(one) == Classifier(diagnoser()).classify(one), text


def examples() -> list[str]:
    """Return the message of every example of every pattern article."""
    return [example["text"] for pattern in load_catalogue().plain("pattern") for example in pattern["examples"]]


HEAD_ROW = b"eventname,errorcode,eventsource\n"
ENDLESS = {
    "one line": (HEAD_ROW, b"x" * 100_000),
    "one cell": (HEAD_ROW + b'"', b"x\n" * 50_000),
    "one row of many cells": (HEAD_ROW + b"a", b',"x\n"' * 20_000),
    "one cell in the head": (b'"', b"eventname\n" * 10_000),
    "zeroes": (b"", b"\0" * 100_000),
    "zeroes behind rows": (HEAD_ROW, b"\0" * 100_000),
    "a line of JSON": (b'{"eventName":"A"}\n{"', b"x" * 100_000),
    "blank lines": (b'{"eventName":"A"}\n', b"\n" * 100_000),
    "blank rows": (HEAD_ROW, b"\r\n" * 50_000),
}


@pytest.mark.parametrize(
    "kind", ["one line", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ENDLESS if kind != "one line")]
)
def test_what_unpacks_for_ever_is_bounded(
    kind: str, tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A megabyte unpacks to a thousand: no more than a row is held of it, and it is refused after so much."""
    monkeypatch.setattr(files, "MAX_LINE", 200_000)
    monkeypatch.setattr(files, "MAX_FILE", 500_000)
    monkeypatch.setattr(files, "MAX_RATIO", 5)
    begin, again = ENDLESS[kind]
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(begin)
        for _ in range(400):
            file.write(again)
    tracemalloc.start()
    result = read_file(path, classifier)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.problem
    assert result.events == 0
    assert peak < 12_000_000  # of forty million bytes


@pytest.mark.slow
def test_a_long_table_of_short_rows_is_read_to_its_end(
    tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is on a row, not on the file; a cell may hold line ends."""
    monkeypatch.setattr(files, "MAX_LINE", 2_000)
    rows = b'GetObject,AccessDenied,"s3.\namazonaws.com"\n' * 5_000
    result = read(tmp_path / "a.csv.gz", gzip.compress(HEAD_ROW + rows), classifier)
    assert (result.events, result.problem) == (5_000, "")


def test_links_pipes_and_loops_in_a_folder_end_nothing(tmp_path: Path) -> None:
    """Each file is there once; links are not followed, as with `grep -r`."""
    logs = tmp_path / "logs"
    (logs / "2026").mkdir(parents=True)
    for name in ("b.json", "2026/a.json.gz", "2026/notes.txt", "2026/.hidden.json"):
        (logs / name).write_bytes(b"x")
    (tmp_path / "outside.json").write_bytes(b"x")
    (logs / "up").symlink_to("..")
    (logs / "a").symlink_to(".")
    (logs / "2026" / "b").symlink_to(".")
    (logs / "self.json").symlink_to("self.json")
    (logs / "gone.json").symlink_to("nothing")
    (logs / "linked.json").symlink_to("b.json")
    os.mkfifo(logs / "pipe.json")
    assert [str(path.relative_to(logs)) for path in find_files([logs])] == ["2026/a.json.gz", "b.json"]
    assert list(find_files([logs / "up" / "outside.json"])) == [logs / "up" / "outside.json"]
    assert list(find_files([logs / "a"])) == [logs / "a" / "2026" / "a.json.gz", logs / "a" / "b.json"]


@pytest.mark.slow
def test_folders_may_be_as_deep_as_the_system_lets_them(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"d" * 1_200)
    made = tmp_path
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for part in deep.relative_to(tmp_path).parts:
        os.mkdir(part, dir_fd=descriptor)
        inner = os.open(part, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor, made = inner, made / part
    os.close(os.open("a.json", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)
    try:
        assert list(find_files([tmp_path])) == [deep / "a.json"]
    finally:
        # Python's own rmtree, with which pytest clears old folders away, cannot go so deep.
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


def test_what_is_no_file_is_said_and_not_waited_for(tmp_path: Path, classifier: Classifier) -> None:
    """A pipe that nobody writes to, a device, a folder."""
    os.mkfifo(tmp_path / "pipe")
    problems = [read_file(path, classifier).problem for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path)]
    assert problems == ["it is a pipe or a device: give a file"] * 2 + ["it is a folder"]


def test_a_file_that_breaks_the_reader_costs_only_itself(
    tmp_path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is: the report on all others is made, and names it."""
    monkeypatch.setattr(files, "find_events", lambda _: 1 // 0)
    result = read(tmp_path / "a.json", b'{"odd": 1}', classifier)
    assert result.problem == "it holds something that could not be read (ZeroDivisionError)"
