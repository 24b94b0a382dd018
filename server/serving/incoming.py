"""A request as it arrives, piece by piece: whether it is whole, so that a thread need not wait for the rest.

Only the framing is read here (RFC 9112: where the head ends, how long the body is). What is odd in a head counts as
whole: the parser behind refuses it.
"""

import re
from typing import Final

__all__ = ["Incoming"]

MAX_HEAD: Final = 64 * 1024
"""Bytes of a request line with its headers."""
MAX_KEPT: Final = 5 * 1024 * 1024
"""Bytes that are kept of a request: more than the site takes of any (server.http.settings)."""
MAX_READ: Final = 32 * 1024 * 1024
"""Bytes that are read of a request; what is not kept is thrown away, so that the sender hears that it is too much."""
_MAX_CHUNK_LINE: Final = 1024

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_LENGTHS = re.compile(rb"\r\ncontent-length:", re.IGNORECASE)
_ENCODINGS = re.compile(rb"\r\ntransfer-encoding:[ \t]*(.*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")


class Incoming:
    """What has arrived of one request, and of what was sent behind it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.is_overlong = False
        self.head_is_overlong = False
        self.is_malformed = False  # chunks that are none: a parser might wait for what they announce
        self._read = 0
        self._searched = 0
        self._end = 0  # where the head ends, 0 until it is known
        self._whole = 0  # how long the request is, 0 while that is not known
        self._chunk = 0  # where the next chunk begins, 0 where there are none

    @property
    def has_head(self) -> bool:
        """Whether the request line and all headers are there."""
        return self._end > 0

    @property
    def waits_to_be_asked(self) -> bool:
        """Whether the sender waits for a `100 Continue` before it sends the body."""
        return self.has_head and _EXPECTS.search(self.data, 0, self._end) is not None

    def add(self, piece: bytes | bytearray) -> bool:
        """Take up what arrived; return whether the request is whole, or too long to go on reading.

        Of a body that is announced as longer than MAX_KEPT nothing is kept: `is_overlong`.
        """
        self._read += len(piece)
        self.data += piece
        if not self._end and not self._find_end():
            self.head_is_overlong = len(self.data) > MAX_HEAD
            return self.head_is_overlong
        if self._chunk and not self._whole:
            self._find_last_chunk()
        if self._chunk:
            self.is_overlong = len(self.data) > MAX_KEPT
            return self._whole > 0 or self.is_overlong or self.is_malformed
        if self._whole > MAX_KEPT:
            self.is_overlong = True
            del self.data[self._end :]
        return self._read >= min(self._whole, MAX_READ)

    def _find_end(self) -> bool:
        """Find where the head ends, and what it says of the body."""
        place = self.data.find(b"\r\n\r\n", max(0, self._searched - 3))
        self._searched = len(self.data)
        if place < 0:
            return False
        self._end = place + 4
        encodings = [bytes(found).lower() for found in _ENCODINGS.findall(self.data, 0, self._end)]
        if encodings == [b"chunked"]:
            self._chunk = self._end
            return True
        lengths = _LENGTHS.findall(self.data, 0, self._end)
        length = _LENGTH.search(self.data, 0, self._end)
        self._whole = self._end + (int(length[1]) if length and len(lengths) == 1 and not encodings else 0)
        return True

    def _find_last_chunk(self) -> None:
        """Go from chunk to chunk as far as they have arrived."""
        while self._chunk < len(self.data):
            line = _CHUNK.match(self.data, self._chunk)
            if line is None:
                is_cut = self.data.find(b"\r\n", self._chunk) < 0 and len(self.data) - self._chunk < _MAX_CHUNK_LINE
                self.is_malformed = not is_cut
                return
            size = int(line[1], 16)
            if size:
                self._chunk = line.end() + size + 2
                continue
            if self.data.startswith(b"\r\n", line.end()):
                self._whole = line.end() + 2
            elif (end := self.data.find(b"\r\n\r\n", line.end())) >= 0:
                self._whole = end + 4  # behind the trailers
            else:
                self.is_malformed = len(self.data) - line.end() > MAX_HEAD
            return
