"""The mistakes that scripts/break_articles.py makes can all be made, each in some article."""

import random
from pathlib import Path

import pytest

from scripts.break_articles import BREAKS, ROOT

TEXTS = [path.read_text("utf-8") for path in sorted(Path(ROOT, "content").glob("*/*.md"))]


@pytest.mark.parametrize("name", BREAKS)
def test_each_kind_of_break_breaks_something(name: str) -> None:
    """A kind that no article has room for would count as nothing and say nothing."""
    chance = random.Random(1)
    assert any(broken not in (None, text) for text in TEXTS for broken in [BREAKS[name](text, chance)])


def test_there_are_enough_kinds() -> None:
    assert len(BREAKS) >= 60
