"""A fuzz of the reader: whatever is pasted, a field is in the paste, or follows from it by a rule that has a name.

The texts are invented: pieces of messages, masks, halves of ARNs and prose in any order, cut and joined anywhere.
"""

import json
import random
import re
from pathlib import Path

import pytest

from whydenied.engine.messages.operations import action_for
from whydenied.engine.messages.parse import Parser
from whydenied.engine.messages.parsed import FIELDS, ParsedError

PIECES: list[str] = json.loads((Path(__file__).parent / "pieces.json").read_text(encoding="utf-8"))

_SPACES = re.compile(r"[\s\"'`*\\│|>]+")


def _flat(text: str) -> str:
    """Leave out what the reader takes off: white space, quotes, marks of bold and code, boxes."""
    return _SPACES.sub("", text).lower()


def _follows(error: ParsedError, field: str, value: str, flat: str) -> bool:
    """Tell whether a field that is not in the paste follows from it: the rules by which one may, each named."""
    if field == "action":
        # From the operation, or from the name alone of an action, by the table of services; from a wrapper's call.
        name = value.split(":")[1].lower()
        derived = action_for(error.operation or "", value.split(":")[0]) or ""
        return name in flat or derived.lower() == value.lower()
    # The service of an action or an ARN, by the table of services.
    return field == "service"


@pytest.mark.parametrize("seed", range(40))
def test_every_field_is_in_the_paste_or_follows_from_it(seed: int, parser: Parser) -> None:
    chance = random.Random(seed)
    for _ in range(25):
        paste = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 12)))
        flat = _flat(paste)
        for reading in parser.parse(paste).readings:
            error = reading.error
            for field in FIELDS:
                value = getattr(error, field)
                if not isinstance(value, str) or field in ("policy_type", "effect"):
                    continue
                assert value.strip()
                assert _flat(value) in flat or _follows(error, field, value, flat), (field, value, paste)
            if error.principal:
                assert error.principal[0] not in "/:", paste
            if error.resource:
                assert not error.resource.startswith("..."), paste


WORDS = {
    "policy_type": r"polic|boundar|endpoint|trust|assumerole|assume role|identity|resource-based",
    "effect": r"explicit|because no|no .{0,40}polic|allows|does not allow|implicit",
}


@pytest.mark.parametrize("seed", range(20))
def test_a_kind_of_policy_and_an_effect_rest_on_words_of_the_paste(seed: int, parser: Parser) -> None:
    chance = random.Random(1000 + seed)
    for _ in range(25):
        paste = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 12)))
        for reading in parser.parse(paste).readings:
            for field, words in WORDS.items():
                if getattr(reading.error, field):
                    assert re.search(words, " ".join(paste.lower().split())), (field, paste)
