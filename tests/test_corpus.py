"""The bars for reading and explaining messages, on our field corpus and on the shared one where it is there."""

from pathlib import Path

import pytest

from engine.diagnosis import Diagnoser
from tests.corpus.score import FIELD, make_diagnoser, read_records, score

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "errors.jsonl"

BARS = {
    "recognised": 0.98,
    "fields": 0.97,
    "policy type and effect": 1.0,
    "policy type not invented": 1.0,
    "acceptable cause first (message)": 0.95,
    "cause in first three (message)": 0.97,
    "cause in first three (thread)": 0.60,
    "look-alikes": 0.88,
}


@pytest.fixture(scope="module")
def diagnoser() -> Diagnoser:
    return make_diagnoser()


@pytest.mark.parametrize("path", [FIELD, SHARED], ids=["field", "shared"])
def test_messages_are_read_and_explained(path: Path, diagnoser: Diagnoser) -> None:
    if not path.exists():
        pytest.skip("this corpus is not beside the checkout")
    measures = score(read_records(path), diagnoser.diagnose)
    below = {
        name: (round(measures[name].share, 3), measures[name].missed)
        for name, bar in BARS.items()
        if measures[name].share < bar
    }
    assert not below
