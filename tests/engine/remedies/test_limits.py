"""What the worst cases cost: counted work, not seconds (those are printed by `python -m tests.bench.limits`)."""

import sys
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.adversarial_cases import SHAPES, case
from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.evaluation import evaluate_case, read_case
from whydenied.engine.remedies import plan, report
from whydenied.engine.remedies.limits import MAX_DENIES, MAX_DOCUMENT

_SMALL, _LARGE = 12_000, 24_000
# Steps that a case of no size at all takes, warm.
_BASE = 20_000
# Every value against every pattern: these end at the limit of counted work, wherever they are above it.
_PAIRS = {
    "any value of many, like many",
    "every value of many, like many",
    "any ARN of many, like many",
    "question marks on a long resource",
}


def _steps(work: Callable[[], object]) -> int:
    """Count the calls, of Python and C functions, that some work takes: the same every time."""
    steps = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return steps


def _answer(raw: Any) -> bytes:
    try:
        return msgspec.json.encode(msgspec.to_builtins(report(raw)))
    except InputError as error:
        return str(error).encode()


@pytest.mark.slow
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape not in _PAIRS])
def test_work_grows_no_faster_than_the_case(shape: str) -> None:
    """Twice the case takes at most twice the steps, and its answer stays short enough to be read."""
    small, large = case(shape, _SMALL), case(shape, _LARGE)
    _answer(small)  # what is read at first use belongs to no case
    steps = _steps(lambda: _answer(small)), _steps(lambda: _answer(large))
    assert steps[1] <= 2.3 * steps[0] + _BASE
    assert len(_answer(large)) <= 1_000_000


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_case_ends_alike(shape: str) -> None:
    """Work is counted and not timed: a case that is cut is cut every time."""
    raw = case(shape, 40_000)
    assert evaluate_case(raw) == evaluate_case(raw)


@pytest.mark.parametrize("shape", sorted(_PAIRS))
def test_what_takes_too_many_comparisons_says_so(shape: str) -> None:
    """And says what to leave out."""
    with pytest.raises(TooLargeError, match="too many comparisons; leave out"):
        read_case(case(shape, 400_000))


@pytest.mark.slow
def test_a_thousand_values_against_a_thousand_are_decided() -> None:
    """Far more than any tag set has; equal values cost nothing at all."""
    tags = [f"w{number}" for number in range(1_000)]
    for operator, patterns in (("StringLike", [f"*q{n}*" for n in range(1_000)]), ("StringEquals", ["q"] * 9_999)):
        condition = {f"ForAnyValue:{operator}": {"aws:TagKeys": patterns}}
        raw = case("actions", 0)
        raw["request"]["context"] = {"aws:TagKeys": tags}
        raw["identity_policies"][0]["document"]["Statement"][0] |= {"Action": "*", "Condition": condition}
        assert evaluate_case(raw)["decision"] == "ImplicitlyDenied"
        raw["request"]["context"] = {"aws:TagKeys": [*tags, "q1", "q"]}
        assert evaluate_case(raw)["decision"] == "Allowed"


def _denied(count: int, resource: str = "*") -> Any:
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": resource}
    raw = case("actions", 0)
    raw["identity_policies"][0]["document"]["Statement"] = [deny] * count
    return raw


def test_as_many_denies_as_are_narrowed_one_by_one() -> None:
    """One more, and the plan says that it was cut, and why."""
    assert plan(read_case(_denied(MAX_DENIES), explain=True)).remedy is not None
    cut = plan(read_case(_denied(MAX_DENIES + 1), explain=True))
    assert cut.remedy is None
    assert f"{MAX_DENIES + 1} Denies match this request" in cut.refusals[0]


def test_a_policy_longer_than_any_of_aws_is_not_rewritten() -> None:
    """It is decided all the same."""
    raw = _denied(1)
    raw["identity_policies"][0]["document"]["Id"] = "x" * MAX_DOCUMENT
    evaluation = read_case(raw, explain=True)
    assert evaluation.decision == "ExplicitlyDenied"
    assert "far longer than AWS takes" in plan(evaluation).refusals[0]
