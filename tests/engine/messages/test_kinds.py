"""Kinds of message that were once misread (kinds.jsonl): what is read, and which cause comes first or must not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.score import causes_of
from whydenied.engine.diagnosis import Diagnoser

CASES = [json.loads(line) for line in (Path(__file__).parent / "kinds.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[f"{number} {case['kind']}" for number, case in enumerate(CASES)])
def test_a_kind_is_read_and_explained(case: dict[str, Any], diagnoser: Diagnoser) -> None:
    diagnosis = diagnoser.diagnose(case["text"])
    assert diagnosis.main
    read, causes = diagnosis.main.error.as_dict(), causes_of(diagnosis)
    assert {name: read[name] for name in case["reads"]} == case["reads"]
    if case["cause"]:
        assert causes[:1] == [case["cause"]]
    if case["never"]:
        assert causes[:1] != [case["never"]]
    assert len(diagnosis.denials) == case.get("errors", 1) or case["kind"] == "the deciding error first"
