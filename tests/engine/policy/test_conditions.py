"""Condition operators, case by case: what holds, what does not, and what cannot be known."""

from pathlib import Path
from typing import Any

import pytest

from tests.case_files import cases_in
from whydenied.engine.policy import read_context
from whydenied.engine.policy.conditions.condition import Condition, compile_conditions, split_operator
from whydenied.engine.policy.statement import Statement

_CASES: dict[str, list[dict[str, Any]]] = cases_in(Path(__file__).parent / "cases" / "conditions.yaml")
_ROWS = [
    pytest.param(case, id=f"{family}-{number}") for family, cases in _CASES.items() for number, case in enumerate(cases)
]


@pytest.mark.parametrize("case", _ROWS)
def test_condition_holds_as_documented(case: dict[str, Any]) -> None:
    """Each row of the case file holds, fails or stays open as it says."""
    variables = case.get("version", "2012-10-17") == "2012-10-17"
    statement = Statement({"Effect": "Allow", "Condition": case["condition"]}, 0, "identity", variables)
    context = read_context(case["context"], complete=not case.get("open"))
    assert statement.conditions_hold(context) is case["holds"]


def test_every_family_is_covered() -> None:
    """No operator is without a case."""
    from whydenied.engine.policy.conditions import NULL, OPERATORS

    used = {
        split_operator(operator)[1] for cases in _CASES.values() for case in cases for operator in case["condition"]
    }
    assert set(OPERATORS) | {NULL} <= used


@pytest.mark.parametrize("raw", ["text", ["a"], {"StringEquals": "x"}, {"StringEquals": ["x"]}, 5])
def test_broken_condition_never_holds(raw: Any) -> None:
    """A Condition of the wrong shape makes the statement apply to nothing."""
    statement = Statement({"Effect": "Allow", "Condition": raw}, 0, "identity", True)
    assert statement.conditions_hold(read_context({"x": "y"})) is False
    assert compile_conditions(raw, True) is None


def test_condition_reads_as_a_sentence() -> None:
    """The words name the key, the comparison and every value."""
    assert (
        Condition("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "::1"], True).phrase()
        == "aws:SourceIp is in 10.0.0.0/8 or ::1"
    )
    assert Condition("Null", "aws:TagKeys", "true", True).phrase() == "aws:TagKeys is absent"
    assert (
        Condition("ForAllValues:StringLikeIfExists", "aws:TagKeys", "a*", True).phrase()
        == "every value of aws:TagKeys, where it is present, is like a*"
    )


def test_the_key_that_must_be_known_first_is_named() -> None:
    """The condition's own, else that of a variable in a value; none where all is known."""
    context = read_context({"s3:prefix": "ana"}, complete=False)
    assert Condition("StringEquals", "aws:SourceVpc", "vpc-1", True).unknown_key(context) == "aws:SourceVpc"
    assert (
        Condition("StringEquals", "s3:prefix", ["ana", "${aws:username}"], True).unknown_key(context) == "aws:username"
    )
    assert Condition("StringEquals", "s3:prefix", ["ana", "bob"], True).unknown_key(context) is None


def test_what_takes_work_is_compared_once_for_a_request_and_little_is_not_counted() -> None:
    """Many gates ask the same statement; a second request is compared anew."""
    many = Condition("StringLike", "s3:prefix", [f"*{number}?x*" for number in range(100)], True)
    context = read_context({"s3:prefix": "abc"})
    assert many.evaluate(context) is False
    worked = context.work
    assert worked > 0
    assert many.evaluate(context) is False
    assert context.work == worked
    assert many.evaluate(read_context({"s3:prefix": "a7ax"})) is True
    few = Condition("ForAnyValue:StringLike", "aws:TagKeys", ["a*", "b*"], True)
    tagged = read_context({"aws:TagKeys": ["b1", "c1"]})
    assert few.evaluate(tagged) is True
    assert tagged.work == 0
