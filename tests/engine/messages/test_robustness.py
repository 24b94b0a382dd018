"""Whatever is pasted, the engine answers, and its work grows no faster than the paste."""

import random
import sys
from types import FrameType
from typing import Any

import pytest

from tests.adversarial import INPUTS
from whydenied.engine.diagnosis import Diagnoser

SIZE = 65_536


def _repeat(text: str, size: int) -> str:
    return (text * (size // len(text) + 1))[:size]


@pytest.mark.slow
@pytest.mark.parametrize("name", INPUTS)
def test_64_kb_of_anything_is_answered(name: str, diagnoser: Diagnoser) -> None:
    paste = _repeat(INPUTS[name], SIZE)
    assert len(diagnoser.diagnose(paste).text) == SIZE


@pytest.mark.slow
@pytest.mark.parametrize("char", 'aA \n"(é\x00')
def test_a_megabyte_of_one_character_is_answered(char: str, diagnoser: Diagnoser) -> None:
    assert not diagnoser.diagnose(char * 1_000_000).recognised


@pytest.mark.slow
def test_binary_is_answered(diagnoser: Diagnoser) -> None:
    data = random.Random(5).randbytes(SIZE)
    assert not diagnoser.diagnose(data.decode("latin-1")).recognised
    diagnoser.diagnose(data.decode("utf-8", errors="replace"))
    diagnoser.diagnose(data.decode("utf-16", errors="surrogatepass"))


@pytest.mark.parametrize("depth", [1, 3, 12, 400])
def test_nested_quotes_are_answered(depth: int, diagnoser: Diagnoser) -> None:
    text = "AccessDenied: Access Denied"
    for _ in range(min(depth, 6)):
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    diagnoser.diagnose(text + '"' * depth + "\\" * depth)


def test_surrogates_and_unassigned_escapes_are_answered(diagnoser: Diagnoser) -> None:
    diagnoser.diagnose("\\ud83d\\ude00 &#xD800; &#99999; \ud800 AccessDenied: Access Denied")


def _calls(diagnoser: Diagnoser, paste: str) -> int:
    """Count the function calls of a diagnosis: the same on every machine."""
    count = 0

    def tick(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        diagnoser.diagnose(paste)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("name", INPUTS)
def test_twice_the_paste_is_at_most_about_twice_the_work(name: str, diagnoser: Diagnoser) -> None:
    small, large = (_repeat(INPUTS[name], size) for size in (4_096, 8_192))
    diagnoser.diagnose(large)
    assert _calls(diagnoser, large) <= 2.2 * _calls(diagnoser, small) + 500
