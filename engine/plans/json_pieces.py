"""JSON of any size, read a piece at a time: what is passed over is not made, and what is taken is not kept.

The pieces themselves are decoded by Python's own json; here is only what finds where they begin."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator

__all__ = ["MAX_PIECE", "Pieces"]

MAX_PIECE = 64_000_000
"""Characters of a value that is taken whole."""
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?P<ended>"?)|[\[\]{}]', re.S)
_BLANK = re.compile(r"[ \t\r\n]*+")
# What follows a number that goes on, the end of what was read among it.
_GOES_ON = ("", ".", "e", "E")
_DECODER = json.JSONDecoder()


class Pieces:
    """The values of a JSON text, in its order.

    chunks: its bytes, in UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Every method raises ValueError for
    what is no JSON, and RecursionError for what nests too deep."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        first = next(self._chunks, b"")
        self._decode = codecs.getincrementaldecoder(json.detect_encoding(first))()
        self._text = self._decode.decode(first)
        self._at = 0
        self._ended = False

    def sign(self) -> str:
        """Return the first character of what comes next, "" at the end."""
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def value(self) -> object:
        """Take the next value whole. Raises ValueError."""
        self.sign()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            if self._text[end : end + 1] not in _GOES_ON or not self._more():
                self._at = end
                return value

    def members(self) -> Iterator[str]:
        """Yield the names of an object; whoever takes one takes its value, too. Anything else is passed over.

        Raises ValueError."""
        if self.sign() != "{":
            self.skip()
            return
        for _ in self._listed("}"):
            name = self.value()
            if not isinstance(name, str) or self.sign() != ":":
                raise ValueError("a name is missing")
            self._at += 1
            yield name

    def elements(self) -> Iterator[None]:
        """Yield once before each element of a list, which is taken then. Anything else is passed over."""
        if self.sign() != "[":
            self.skip()
            return
        yield from self._listed("]")

    def _listed(self, closing: str) -> Iterator[None]:
        self._at += 1
        if self.sign() == closing:
            self._at += 1
            return
        while True:
            yield
            sign = self.sign()
            self._at += 1
            if sign == closing:
                return
            if sign != ",":
                raise ValueError("a comma is missing")

    def skip(self) -> None:
        """Pass over the next value, without making it. Raises ValueError."""
        if self.sign() not in ("{", "["):
            self.value()
            return
        depth = 0
        while True:
            for match in _TOKEN.finditer(self._text, self._at):
                sign = self._text[match.start()]
                if sign == '"' and not match["ended"]:
                    self._at = match.start()
                    break
                self._at = match.end()
                depth += 1 if sign in "{[" else -1 if sign in "}]" else 0
                if not depth:
                    return
            if not self._more():
                raise ValueError("the end is missing")

    def _more(self) -> bool:
        """Read on, as much again as is held; False where there is no more."""
        held = self._text[self._at :]
        if len(held) > MAX_PIECE:
            raise ValueError("a value is too large")
        parts = [held]
        size = 0
        while not self._ended and size <= len(held):
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            parts.append(self._decode.decode(chunk or b"", final=self._ended))
            size += len(parts[-1])
        self._text, self._at = "".join(parts), 0
        return size > 0
