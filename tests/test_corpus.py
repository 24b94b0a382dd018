"""Reading and explaining messages, on our field corpus: which records may be missed, a list that only gets shorter.

The shares, and those of other labelled files, are printed by tests/bench/corpus.py."""

import json
from pathlib import Path

import pytest

from tests.corpus.calibration import calibrate
from tests.corpus.score import FIELD, make_diagnoser, read_records, score
from whydenied.engine.diagnosis import Diagnoser

# By measure: the record, and the field or cause that is missed.
MISSED: dict[str, list[str]] = json.loads((Path(__file__).parent / "corpus" / "missed.json").read_text("utf-8"))
# Records of which the first cause is said to be likely, and is another.
LIKELY_AND_WRONG: list[str] = []


@pytest.fixture(scope="module")
def diagnoser() -> Diagnoser:
    return make_diagnoser()


def test_messages_are_read_and_explained_but_for_those_listed(diagnoser: Diagnoser) -> None:
    """One that is not listed must not be missed, and one that is missed no longer leaves the list."""
    measures = score(read_records(FIELD), diagnoser.diagnose)
    found = {name: sorted({miss.partition(":")[0] for miss in measure.missed}) for name, measure in measures.items()}
    assert {name: missed for name, missed in found.items() if missed} == MISSED


def test_nothing_is_confirmed_that_is_not_so(diagnoser: Diagnoser) -> None:
    """And what is only likely is wrong in the listed records alone."""
    wrong = calibrate(read_records(FIELD), diagnoser.diagnose).wrong
    assert [name for certainty, name in wrong if certainty == "confirmed"] == []
    assert [name for certainty, name in wrong if certainty == "likely"] == LIKELY_AND_WRONG
