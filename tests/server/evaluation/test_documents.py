"""Policies are read as people paste them, and where they are broken is said to the column."""

import json
import sys
from typing import Any
from urllib.parse import quote

import pytest

from whydenied.engine.errors import InputError
from whydenied.engine.policy.outputs import policies_in
from whydenied.server.evaluation.documents import JsonError, read_levels, read_one, read_values

_POLICY: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
_TEXT = json.dumps(_POLICY)


@pytest.mark.parametrize(
    "text",
    [_TEXT * 2, f"{_TEXT}\n\n{_TEXT}", f"{_TEXT},\n{_TEXT},", f"\ufeff{_TEXT};{_TEXT}"],
)
def test_several_documents_stand_one_after_another(text: str) -> None:
    assert read_values(text) == [_POLICY, _POLICY]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (_POLICY, None),
        (_TEXT, None),
        (quote(_TEXT), None),
        ([_POLICY], None),
        ({"name": "Mine", "document": _POLICY}, "Mine"),
        ({"RoleName": "app", "PolicyName": "Inline", "PolicyDocument": _POLICY}, "Inline"),
        ({"PolicyVersion": {"Document": _POLICY, "VersionId": "v3"}}, None),
        ({"Policy": _TEXT}, None),
        ({"Policy": {"PolicySummary": {"Name": "Guard"}, "Content": _TEXT}}, None),
        ({"Role": {"RoleName": "app", "AssumeRolePolicyDocument": _POLICY}}, "app"),
        ({"ARN": "x", "Name": "db", "ResourcePolicy": _TEXT}, "db"),
        ({"Attributes": {"Policy": _TEXT}}, None),
        ({"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "PolicyDocument": _TEXT}]}, "vpce-1"),
    ],
)
def test_a_policy_is_found_where_the_aws_cli_puts_it(given: Any, name: str | None) -> None:
    expected = {"name": name, "document": _POLICY} if name else _POLICY
    assert policies_in(given) == [expected]


@pytest.mark.parametrize("given", [1, None, True, "words", ["words"]])
def test_what_is_no_policy_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match="is no policy; paste the document that has `Statement`"):
        policies_in(given)


def test_levels_are_separated_by_dashes_or_lists() -> None:
    dashed = read_levels(f"{_TEXT}\n---\n{_TEXT}\n{_TEXT}\n -- \n")
    assert [len(level) for level in dashed] == [1, 2, 0]
    assert [len(level) for level in read_levels(json.dumps([[_POLICY], [_POLICY, _POLICY]]))] == [1, 2]
    assert [len(level) for level in read_levels(_TEXT)] == [1]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('{\n  "a": 1\n  "b": 2\n}', 3, 3, "a comma is missing"),
        ('{"a" 1}', 1, 6, "a colon is missing"),
        # Python 3.13 names the comma, those before what comes after it.
        ('{"a": 1,}', 1, 9 if sys.version_info < (3, 13) else 8, "has to go"),
        ('{\n"a": [1', 2, 8, "ends before the JSON does"),
        ("{“a”: 1}", 1, 2, "a curly quote"),
        ('{"a": "b}', 1, 7, "no closing quote"),
        ("Allow everything", 1, 1, "a value is expected"),
        ("[" * 100_000, 1, 1, "nested too deep"),
        ('{"a": ' * 50_000, 1, 1, "nested too deep"),
        ("9" * 10_000, 1, 1, "a number"),
        ('{"Sid": "\\ud800"}', 1, 10, "half a character"),
        ("{} " * 501, 1, 1501, "more than 500 documents"),
    ],
)
def test_broken_json_is_told_with_its_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(JsonError, match=words) as caught:
        read_values(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_mistake_in_a_later_level_is_counted_from_the_top() -> None:
    with pytest.raises(JsonError, match="line 4, column 2"):
        read_levels(f"{_TEXT}\n---\n\n[,]")


@pytest.mark.parametrize("text", ["", "{} {}"])
def test_one_is_one(text: str) -> None:
    with pytest.raises(JsonError):
        read_one(text)
