"""Runs of many tools: every byte and the end are as without us, and the answer under them is the right one."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.server.running.recorded import DENIED, HARMLESS, WRAPPED, play

pytestmark = pytest.mark.slow

# Runs whose answer is not the right one yet; the list only shrinks.
MISSED: frozenset[str] = frozenset()


def _name(run: dict[str, Any]) -> str:
    return str(run["run"])


@pytest.mark.parametrize("run", DENIED, ids=_name)
def test_a_refused_run_is_as_it_was_with_the_answer_under_it(run: dict[str, Any], tmp_path: Path) -> None:
    """What the command printed comes first, whole; then the cause and the action that was refused."""
    alone, ours = play(run, tmp_path), play(run, tmp_path, *WRAPPED, "--")
    assert ours.code == alone.code
    # In a terminal both streams are one.
    whole, before = (ours.err, alone.err) if ours.out == alone.out else (ours.out, alone.out)
    assert whole.startswith(before)
    answer = re.sub(r"\x1b\[[\d;]*m|\r", "", whole[len(before) :].decode())
    assert answer.startswith("\nwhy this was denied\n")
    assert (run["run"] in MISSED) != _is_right(run, answer), answer
    assert run.get("secret", "-none-") not in answer


def _is_right(run: dict[str, Any], answer: str) -> bool:
    first = answer.partition("whydenied article ")
    cause = first[2].partition("\n")[0].strip()
    named = not run["denied"] or any(action.lower() in first[0].lower() for action in run["denied"])
    return cause == run["cause"] and named


@pytest.mark.parametrize("run", HARMLESS, ids=_name)
def test_nothing_is_added_where_aws_refused_nothing(run: dict[str, Any], tmp_path: Path) -> None:
    """Not a byte."""
    assert play(run, tmp_path, *WRAPPED, "--") == play(run, tmp_path)
