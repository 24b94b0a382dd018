"""Every case of the case files: its decision and the gates that block."""

from pathlib import Path
from typing import Any

import pytest

from tests.case_files import cases_in
from tests.engine.evaluation.shorthand import expand
from whydenied.engine.evaluation import evaluate_case, read_case
from whydenied.engine.evaluation.explanation import explain

_FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES: list[dict[str, Any]] = [case for file in _FILES for case in cases_in(file)]


@pytest.mark.parametrize("short", CASES, ids=lambda case: case["name"].replace(" ", "-"))
def test_case(short: dict[str, Any]) -> None:
    """The decision and every gate that blocks are as the case says, with and without an explanation."""
    case = expand(short)
    answer = evaluate_case(case)
    assert (answer.get("decision"), answer.get("error")) == (short["decision"], None)
    assert answer["blocked_by"] == short["blocked_by"]
    explained = read_case(case, explain=True)
    assert (explained.decision, explained.blocked_by) == (answer["decision"], answer["blocked_by"])
    if "summary" in short:
        assert explain(explained).summary == short["summary"]


def test_names_are_unique() -> None:
    """A failing case can be found by its name."""
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
