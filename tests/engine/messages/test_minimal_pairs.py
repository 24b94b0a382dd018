"""Texts that differ in one word (minimal_pairs.jsonl) are read apart, alone and in one paste."""

import json
from pathlib import Path
from typing import Any

import pytest

from whydenied.engine.messages.parse import Parser

PAIRS = [json.loads(line) for line in (Path(__file__).parent / "minimal_pairs.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{n} {pair['what']}" for n, pair in enumerate(PAIRS)])
def test_each_is_read_as_it_says(pair: dict[str, Any], parser: Parser) -> None:
    for text, wanted in zip(pair["texts"], pair["reads"], strict=True):
        (reading,) = parser.parse(text).readings
        read = reading.error.as_dict()
        assert {name: read[name] for name in wanted} == wanted


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{n} {pair['what']}" for n, pair in enumerate(PAIRS)])
def test_both_in_one_paste_are_two_errors(pair: dict[str, Any], parser: Parser) -> None:
    readings = parser.parse("\n".join(pair["texts"])).readings
    assert len(readings) == 2
    for reading, wanted in zip(readings, pair["reads"], strict=True):
        read = reading.error.as_dict()
        assert {name: read[name] for name in wanted} == wanted
