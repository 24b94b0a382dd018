"""The end of a stream, in bounded memory."""

__all__ = ["Tail"]


class Tail:
    """Keeps the last `most` bytes of what is added, in at most twice the room and a piece."""

    def __init__(self, most: int) -> None:
        self._most, self._kept, self._cut = most, bytearray(), False

    def add(self, data: bytes) -> None:
        """Add what came; what is older goes."""
        self._kept += data
        if len(self._kept) > 2 * self._most:
            del self._kept[: -self._most]
            self._cut = True

    def bytes(self) -> bytes:
        """Return the last `most` bytes; where more came, from the first whole line of them on."""
        data = bytes(self._kept[-self._most :])
        if self._cut or len(self._kept) > self._most:
            return data[data.find(b"\n") + 1 :]
        return data
