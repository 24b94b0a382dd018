"""The journal: one line for each file that was read, so that a run which was broken off goes on where it was.

A line holds all that the file gave. A last line that was cut off is thrown away, and its file read again; so is a file
that has changed since. Files that could not be read are not written down: the next run tries them again.
"""

from pathlib import Path
from typing import IO

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.triage.tally import FileResult

__all__ = ["Journal"]

_FORM = b'{"whydenied":"triage journal 2"}\n'
_LINE = msgspec.json.Decoder(FileResult)


class Journal:
    """What earlier runs read, by path; use it as a context manager, or call `close`."""

    def __init__(self, path: Path) -> None:
        """Open the journal, or begin one. Raises InputError where the file is something else, or not to be written."""
        self._path = path
        self._places: dict[str, tuple[int, int, int]] = {}
        try:
            self._end = self._load() if path.exists() and path.stat().st_size else 0
            # Without a buffer of its own: what cannot be written is not tried again when it is closed.
            self._file: IO[bytes] = path.open("r+b" if path.exists() else "w+b", buffering=0)
            self._file.truncate(self._end)
            if not self._end:
                self._append(_FORM)
        except OSError as error:
            raise InputError(f"the state `{path}` cannot be kept: {_why(error)}") from None

    def _load(self) -> int:
        """Note where each file's line is; return where the last whole line ends."""
        with self._path.open("rb") as file:
            if file.readline() != _FORM:
                raise InputError(f"`{self._path}` is no state of `whydenied triage`; give another --state")
            end = file.tell()
            while line := file.readline():
                try:
                    result = _LINE.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    break
                if not line.endswith(b"\n"):
                    break
                self._places[result.path] = (end, result.size, result.modified)
                end = file.tell()
        return end

    def recall(self, path: Path) -> FileResult | None:
        """Return what a file gave, if it was read and has not changed since."""
        place = self._places.get(str(path))
        if place is None:
            return None
        start, size, modified = place
        try:
            stat = path.stat()
        except OSError:
            return None
        if (stat.st_size, stat.st_mtime_ns) != (size, modified):
            return None
        with self._path.open("rb") as file:
            file.seek(start)
            return _LINE.decode(file.readline())

    def note(self, result: FileResult) -> None:
        """Write down what a file gave, whole or not at all. Raises InputError where there is no room for it."""
        if result.problem:
            return
        try:
            self._append(msgspec.json.encode(result) + b"\n")
        except OSError as error:
            message = f"the state `{self._path}` cannot be kept: {_why(error)}; what it holds is whole, to go on with"
            raise InputError(message) from None

    def _append(self, line: bytes) -> None:
        self._file.seek(self._end)
        written = 0
        try:
            while written < len(line):
                written += self._file.write(line[written:])
        except OSError:
            self._file.truncate(self._end)
            raise
        self._end += len(line)

    def close(self) -> None:
        """Close the journal."""
        self._file.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
