"""`whydenied managed`, as it is called."""

import json

import pytest
from click.testing import CliRunner, Result

from whydenied.server.cli.managed import managed


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(managed, list(arguments))


def test_a_policy_is_printed_with_its_date() -> None:
    """The ARN, the version and its day, the day of AWS's list, and the document."""
    result = _run("AWSLambdaBasicExecutionRole")
    assert result.exit_code == 0
    first, second, *_ = result.stdout.splitlines()
    assert first == "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    assert second.startswith("v1 of 2015-04-09, as AWS listed it on 2")
    assert '"logs:PutLogEvents"' in result.stdout
    assert "AWS has not changed it." in result.stdout


def test_changes_since_a_day() -> None:
    """Only versions on or after the day, with what came and went."""
    result = _run("ReadOnlyAccess", "--since", "2026-07-01")
    told = result.stdout.partition("What AWS changed since 2026-07-01:")[2]
    assert "    + " in told
    assert " of 2025-" not in told
    assert "has not changed it since 2999-01-01" in _run("ReadOnlyAccess", "--since", "2999-01-01").stdout


def test_json_holds_the_same() -> None:
    """One object with the document and the changes."""
    found = json.loads(_run("ReadOnlyAccess", "--json").stdout)
    assert found["arn"] == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert found["document"]["Statement"]
    assert {"version", "dated", "by", "came", "went"} == set(found["changes"][0])


def test_an_unknown_name_gets_the_nearest_ones() -> None:
    """Exit 1, the name in backticks, and what to write instead."""
    result = _run("ReadOnlyAcess")
    assert result.exit_code == 1
    assert "no managed policy `ReadOnlyAcess`; did you mean `arn:aws:iam::aws:policy/ReadOnlyAccess`" in result.stderr


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-02-30", "2026-1-5", "20260105"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    """Exit 2, with the form of a day."""
    result = _run("ReadOnlyAccess", "--since", day)
    assert result.exit_code == 2
    assert f"write the day as 2026-01-31, not `{day}`" in result.output


def test_a_day_that_nobody_told_is_said_to_be_no_later_than_the_next() -> None:
    """The package dates many versions by the day of the policy itself; those days are not known."""
    lines = _run("AWSBackupFullAccess", "--since", "2020-01-01").stdout.splitlines()
    assert any(line.startswith("  v30 of 2026-") for line in lines)
    assert any(line.startswith("  v2 of 2020-01-13") for line in lines)
    assert any(line.startswith("  v26, no later than 20") for line in lines)
