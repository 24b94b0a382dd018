"""The sign that stands for each hidden character.

It must be a character that IAM gives no meaning: `*` and `?` are wildcards of policies, and a masked name that went
into one would open what it hid. No name of AWS's may hold this one, so that a masked name is known wherever it comes.
"""

import re
from collections.abc import Iterator

import msgspec

__all__ = ["MASK", "is_masked", "masked_in", "shown"]

MASK = "•"
_BYTES = MASK.encode()

# Over the line ends and the frame of a box that stay where a blob was hidden.
_RUN = re.compile(rf"{MASK}(?:[\s│┃]{{0,8}}{MASK}){{8,}}+")


def is_masked(text: str | None) -> bool:
    """Tell whether a part of this text was hidden: then it names nothing, and no policy or command may hold it."""
    return bool(text) and MASK in str(text)


def shown(text: str) -> str:
    """Return a text with each run of MASK as one short word, for people: how long a secret was tells nothing."""
    return _RUN.sub(MASK * 8, text)


def masked_in(value: object) -> str:
    """Return the first text within plain data (lists, dictionaries, texts) that was masked; "" where none was."""
    if isinstance(value, str):
        return value if MASK in value else ""
    try:
        # Writing it out is many times faster than walking it, and nearly always shows that there is nothing.
        written = msgspec.json.encode(value)
        if written.isascii() or _BYTES not in written:
            return ""
    except (TypeError, ValueError, RecursionError):
        pass  # no JSON: it is walked
    return next((text for text in _texts(value) if MASK in text), "")


def _texts(value: object) -> Iterator[str]:
    """Yield the texts in plain data, names of fields too, in the order in which they are written; however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(reversed([part for item in one.items() for part in item]))
        elif isinstance(one, (list, tuple)):
            waiting.extend(reversed(one))
