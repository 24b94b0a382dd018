"""The outputs of questions' calls are read right; that calls and expressions fit the SDK's models is checked elsewhere.

outputs.jsonl holds samples in the shapes that AWS documents, with the answer that must be read (null: none, because
the output leaves it open).
"""

from pathlib import Path
from typing import Any

import jmespath
import msgspec
import pytest

from whydenied.kb.catalogue import Catalogue

OUTPUTS = [
    msgspec.json.decode(line)
    for line in (Path(__file__).parent / "outputs.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("case", OUTPUTS, ids=lambda case: f"{case['question']}-{case['value']}")
def test_an_output_is_read_as_its_answer(case: dict[str, Any], catalogue: Catalogue) -> None:
    """The answer is the first reading whose expression is true of the output."""
    article = catalogue.get("question", case["question"])
    assert article is not None
    answers = (r["value"] for r in article.meta["reads"] if jmespath.search(r["jmespath"], case["output"]))
    assert next(answers, None) == case["value"]


def test_every_reading_has_a_sample(catalogue: Catalogue) -> None:
    """No answer that an output can give is untried."""
    tried = {(case["question"], case["value"]) for case in OUTPUTS}
    for article in catalogue.of("question"):
        for reading in article.meta["reads"]:
            assert (article.id, reading["value"]) in tried
