"""What people typed before, and which articles were right, for the search to learn from (`kb.learning`).

`asked.jsonl` was labelled by hand, each query before its results were looked at.
"""

from pathlib import Path

import msgspec

__all__ = ["Asked", "read_asked"]

_FILE = Path(__file__).with_name("asked.jsonl")


class Asked(msgspec.Struct, frozen=True):
    """What somebody typed, and the articles any of which is the right one."""

    query: str
    right: tuple[str, ...]


def read_asked(file: Path = _FILE) -> list[Asked]:
    """Return the labelled queries of a file, a line each."""
    return msgspec.json.Decoder(Asked).decode_lines(file.read_bytes())
