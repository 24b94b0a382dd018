"""What terminals, tools and people do to a message on its way into a paste box changes nothing of the answer."""

from collections import Counter
from functools import cache
from typing import Any

import pytest

from tests.corpus.score import FIELD, causes_of, make_diagnoser, read_records
from tests.perturbations import ALL
from whydenied.engine.diagnosis import Diagnoser
from whydenied.kb.catalogue import default_roots, load_catalogue

FIELDS = ("error_code", "principal", "action", "operation", "resource", "effect", "policy_type")
BAR = 0.99
# What a message may lose where its own words are what was lost or added.
EACH = 0.93


@cache
def _diagnoser() -> Diagnoser:
    return make_diagnoser()


def _texts() -> list[str]:
    """Return every message that we have: the examples of patterns and causes, and the field corpus."""
    catalogue = load_catalogue(default_roots())
    texts = [example["text"] for pattern in catalogue.plain("pattern") for example in pattern["examples"]]
    texts += [cause["example"]["text"] for cause in catalogue.plain("cause")]
    return texts + [record["raw"] for record in read_records(FIELD)]


def _answer(text: str) -> dict[str, Any]:
    """Return what must not change: the fields read, the cause that comes first, whether it is recognised."""
    diagnosis = _diagnoser().diagnose(text)
    error = diagnosis.main.error.as_dict() if diagnosis.main else {}
    fields = {field: "".join(str(error.get(field)).split()) for field in FIELDS}
    return fields | {"cause": causes_of(diagnosis)[:1], "recognised": diagnosis.recognised}


@pytest.mark.slow
def test_perturbed_messages_get_the_same_answer() -> None:
    wanted = {text: _answer(text) for text in _texts()}
    missed: Counter[str] = Counter()
    for name, perturb in ALL.items():
        for text, answer in wanted.items():
            got = _answer(perturb(text))
            if got != answer:
                missed[name] += 1
                changed = {key: (answer[key], got[key]) for key in answer if answer[key] != got[key]}
                print(f"{name}: {text[:90]!r}: {changed}")
    print({name: missed[name] for name in ALL})
    assert 1 - missed.total() / (len(ALL) * len(wanted)) >= BAR
    assert max(missed.values(), default=0) / len(wanted) <= 1 - EACH
