"""Trails in Parquet: Security Lake's form and Athena's, and what is said where they cannot be read."""

import io
import json
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.engine.triage.test_real_trails import ANA, _ocsf, denial, event, knowledge
from whydenied.engine.triage import Knowledge, files, run
from whydenied.engine.triage.tally import Group
from whydenied.server.cli.extras import EXTRAS

__all__ = ["knowledge"]


def packed(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as a Parquet file; skips the test where nothing writes one."""
    pytest.importorskip("pyarrow", reason="the extra `parquet` (160 MB) is not installed")
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file)
    return file.getvalue()


def lake(number: int, denied: bool = True) -> dict[str, Any]:
    """A row as Security Lake keeps it: its time a moment, and the event once more."""
    one = _ocsf(denial(number))
    if not denied:
        one["api"]["response"] = {"error": None, "message": None}
    moment = datetime.fromisoformat(one["time_dt"])
    return one | {"time_dt": moment, "time": int(moment.timestamp()) * 1000, "raw_data": "{" * 5_000}


def athena(number: int) -> dict[str, Any]:
    """A row of the table that CloudTrail's console makes for Athena, written as Parquet."""
    one = denial(number)
    identity = {"type": "IAMUser", "arn": one["userIdentity"]["arn"], "accountid": "111122223333", "username": None}
    resources = [{"arn": "arn:aws:dynamodb:eu-west-1:111122223333:table/t", "accountid": None, "type": None}]
    text = {name.lower(): value for name, value in one.items() if isinstance(value, str)}
    return text | {"useridentity": identity, "resources": resources}


def problems(folder: Path, knowledge: Knowledge) -> list[str]:
    """Read a folder in which nothing is counted."""
    done = run([folder], knowledge, processes=1)
    assert done.denials == 0
    return [problem.text for problem in done.problems]


def only(folder: Path, knowledge: Knowledge) -> Group:
    """Read a folder with one group of denials, and no problem."""
    done = run([folder], knowledge, processes=1)
    assert [problem.text for problem in done.problems] == []
    (found,) = done.groups()
    return found


@pytest.mark.parametrize("row", [lake, athena])
def test_each_row_is_an_event(row: Any, tmp_path: Path, knowledge: Knowledge) -> None:
    """With caller, action, resource and time; more rows than are read at once."""
    (tmp_path / "part.gz.parquet").write_bytes(packed([row(number % 60) for number in range(1_203)]))
    found = only(tmp_path, knowledge)
    assert (found.principal, found.action, found.count) == (ANA, "dynamodb:PutItem", 1_203)
    assert found.resource == "arn:aws:dynamodb:eu-west-1:111122223333:table/t"
    assert (found.first, found.last) == ("2026-11-02T08:00:00Z", "2026-11-02T08:00:59Z")


def test_what_works_later_is_told(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A success in Parquet is one, and a time without a zone is UTC, wherever the reader sits."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    rows = [lake(1), lake(9, denied=False)]
    for one in rows:
        one["time_dt"] = one["time_dt"].astimezone(UTC).replace(tzinfo=None)
    (tmp_path / "a.parquet").write_bytes(packed(rows))
    try:
        assert only(tmp_path, knowledge).worked_at == "2026-11-02T08:00:09Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_parquet_in_a_zip_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    """Beside other logs."""
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a.parquet", packed([lake(1)]))
        archive.writestr("b.json", json.dumps({"Records": [denial(2)]}).encode())
    assert only(tmp_path, knowledge).count == 2


def test_a_damaged_file_and_another_table_are_named(tmp_path: Path, knowledge: Knowledge) -> None:
    """With the reason; nothing of them is counted."""
    (tmp_path / "a.parquet").write_bytes(packed([lake(1)])[:-20])
    (tmp_path / "b.parquet").write_bytes(packed([{"city": "Bern", "rain": 3}]))
    damaged, other = problems(tmp_path, knowledge)
    assert damaged.startswith("it is Parquet that cannot be read: ")
    assert other == "it is Parquet without the columns of a trail (`eventname` …) or OCSF (`api`, `actor`)"


def test_rows_without_end_are_refused(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row repeated takes hardly any room in a file."""
    monkeypatch.setattr(files, "MAX_FILE", 100_000)
    monkeypatch.setattr(files, "MAX_RATIO", 1)
    (tmp_path / "a.parquet").write_bytes(packed([event("08:00:00", "GetItem", userIdentity=None)] * 20_000))
    assert problems(tmp_path, knowledge) == ["it unpacks to more than 0 MB or 1 times its size"]


def test_where_nothing_reads_parquet_the_extra_is_named(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same as is named for commands; the other files are read."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "whydenied.engine.triage.parquet", raising=False)
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and more")
    (tmp_path / "b.json").write_bytes(json.dumps({"Records": [denial(2)]}).encode())
    done = run([tmp_path], knowledge, processes=1)
    assert done.denials == 1
    assert [problem.text for problem in done.problems] == [
        f"it is Parquet, and `pyarrow` is not installed: pip install 'whydenied[{EXTRAS['pyarrow']}]'"
    ]
