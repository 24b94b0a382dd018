"""The documentation's pictures show what would be shown now."""

import json
import struct
from pathlib import Path

import pytest

pytest.importorskip("playwright")
from scripts.take_pictures import FOLDER, shown

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
TOOLS = (Path(__file__).parents[1] / "docs" / "in-your-tools.md").read_text("utf-8")


@pytest.mark.slow
def test_the_pictures_are_fresh() -> None:
    """`python scripts/take_pictures.py` after a change of what they show."""
    assert json.loads((FOLDER / "shown.json").read_text("utf-8")) == shown()


def test_each_picture_is_shown_and_small() -> None:
    """In its page, as wide as it says, and no more than 200 kB."""
    pages = {"diagnosis": README, "wizard": README, "terminal": README, "comment": TOOLS, "chat": TOOLS}
    for name, page in {**pages, "assistant": TOOLS}.items():
        data = (FOLDER / f"{name}.png").read_bytes()
        assert f"pictures/{name}.png" in page
        assert struct.unpack(">II", data[16:24]) == (1100, 760)
        assert len(data) < 200_000
