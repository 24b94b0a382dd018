"""The facts that content may use are those of the architecture's table."""

import fnmatch
import re
from pathlib import Path

from whydenied.kb.facts import FACTS


def test_the_table_is_the_documented_one() -> None:
    """docs/architecture.md lists the same names and the same closed lists of values."""
    text = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("\n## Facts\n")[2].partition("\n## ")[0]
    rows = [
        (name, values)
        for pattern, values in re.findall(r"^\| `([a-z.*-]+)` \| ([^|]*) \|", table, re.MULTILINE)
        for name in (fnmatch.filter(FACTS, pattern) if "*" in pattern else [pattern])
    ]
    assert {name for name, _ in rows} == set(FACTS)
    for name, values in rows:
        closed = FACTS[name]
        if closed is not None:
            assert {value.strip() for value in re.sub(r"\([^)]*\)", "", values).split(",")} == set(closed)
