"""Statements and problems are found on the lines of the printed document."""

from typing import Any

import pytest

from whydenied.engine.evaluation.lines import pretty, statement_lines, statements_lines
from whydenied.engine.evaluation.problems import problem_lines
from whydenied.engine.policy.validation import validate

_STATEMENTS = [
    {"Sid": f"S{number}", "Effect": "Allow", "Action": ["s3:GetObject"] * (number % 4), "Resource": {}}
    for number in range(12)
]


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": _STATEMENTS},
        {"Version": "2012-10-17", "Id": {"a": [1, 2]}, "Statement": _STATEMENTS},
        {"Version": "2012-10-17", "Statement": _STATEMENTS[1]},
    ],
)
def test_the_lines_are_those_of_the_printed_document(document: dict[str, Any]) -> None:
    printed = pretty(document).split("\n")
    listed = isinstance(document["Statement"], list)
    found = statements_lines(document, range(12 if listed else 1))
    for index, lines in found.items():
        rows = lines.text.split("\n")
        shown = printed[lines.first - 1 : lines.last]
        assert [row.strip().rstrip(",") for row in shown[1:]] == [row.strip().rstrip(",") for row in rows[1:]]
        assert lines == statement_lines(document, index)


def test_a_problem_has_the_line_that_it_is_about() -> None:
    document = {
        "Version": "2012-10-18",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjct"], "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:GetObject"},
        ],
    }
    problems = validate(document, "identity")
    printed = pretty(document).split("\n")
    found = {p.code: lines for p, lines in zip(problems, problem_lines(document, problems), strict=True)}
    assert {code: lines and lines.text for code, lines in found.items()} == {
        "version": '"Version": "2012-10-18",',
        "unknown-action": '"s3:GetObjct"',
        "missing": "{",
    }
    for lines in found.values():
        assert lines is not None
        assert printed[lines.first - 1].strip() == lines.text


def test_a_problem_of_what_is_not_there_has_no_line() -> None:
    assert problem_lines({}, validate({}, "identity")) == (None,)
