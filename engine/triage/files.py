"""One file of events: what it is, and what is in it, in memory that does not grow with the file.

A log file of CloudTrail is one JSON object, decoded in one go up to MAX_FILE bytes (CloudTrail's own hold some tens of
megabytes); JSON lines and CSV are read line by line, Parquet some rows at a time, of any size. Digest files hold no
events.
"""

import csv
import io
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import IO, cast

from isal import igzip, isal_zlib

from whydenied.engine.cloudtrail.forms import concatenated, event_of_row, events_in, find_events, looks_like_rows
from whydenied.engine.triage.classify import Classifier
from whydenied.engine.triage.counter import MALFORMED, Counter, records_of
from whydenied.engine.triage.tally import FileResult

__all__ = ["MAX_FILE", "MAX_LINE", "find_files", "read_file"]

MAX_FILE = 256_000_000
"""Bytes of one JSON object, unpacked."""
MAX_LINE = 4_000_000
"""Bytes of one JSON line or CSV row: an event is at most 256 KB."""
MAX_RATIO = 500
"""How many times its size a file may unpack to, beyond MAX_FILE: logs take some 20 times the room, nothing but repeated
nonsense a thousand times."""
_SUFFIXES = (
    ".zip",
    ".json",
    ".json.gz",
    ".jsonl",
    ".jsonl.gz",
    ".csv",
    ".csv.gz",
    ".log",
    ".log.gz",
    ".gz",
    ".parquet",
)
_HEAD = 65_536
_PARQUET = b"PAR1"
# Log files of one archive that are read.
MAX_MEMBERS = 10_000
# `…}{"…`: one object behind the other, and not the objects of one list.
_CONCATENATED = re.compile(rb'\}\s{0,8}\{\s{0,8}"')
_CORRUPT: tuple[type[Exception], ...] = (EOFError, zlib.error, cast("type[Exception]", isal_zlib.error))


class _Unreadable(Exception):
    """Why a file is not read; the text goes into the report."""


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file that may hold events, folders searched in the order of their names; others as they are given.

    Below a folder that is given links are not followed, nor pipes and devices opened: each file is there once, and the
    search ends. A folder that cannot be listed is yielded itself, for `read_file` to say why.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        open_folders = [iter(_listed(path))]
        while open_folders:
            entry = next(open_folders[-1], None)
            if entry is None:
                open_folders.pop()
            elif isinstance(entry, Path):
                yield entry
            elif entry.is_dir(follow_symlinks=False):
                open_folders.append(iter(_listed(Path(entry))))
            elif _may_hold(entry.name) and entry.is_file(follow_symlinks=False):
                yield Path(entry)


def _listed(folder: Path) -> "Sequence[os.DirEntry[str] | Path]":
    """Return what is in a folder, sorted; where it cannot be listed, the folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return [folder]


def _may_hold(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not name.startswith(".")


def read_file(path: Path, classifier: Classifier) -> FileResult:
    """Read one file. Nothing is raised for what is in it: `problem` says why a file was not read, or not to its end."""
    result = FileResult(str(path))
    counter = Counter(result, classifier)
    try:
        stat = path.stat()
        result.size, result.modified = stat.st_size, stat.st_mtime_ns
        if not S_ISREG(stat.st_mode):
            raise _Unreadable(_no_file(path))
        _read(path, counter)
    except _Unreadable as problem:
        result.problem = str(problem)
    except FileNotFoundError:
        result.problem = "it is not there (any more)"
    except OSError as error:
        # A truncated gzip file raises EOFError or an OSError of its own; what came before the fault is not counted.
        result.problem = f"it cannot be read: {error.strerror or error}"
    except _CORRUPT as error:
        result.problem = f"it is cut off or no gzip file: {error}"
    except Exception as error:  # one file that we cannot cope with does not cost the report on all others
        result.problem = f"it holds something that could not be read ({type(error).__name__})"
    if result.problem:
        return FileResult(result.path, result.size, result.modified, problem=result.problem)
    counter.finish()
    return result


def _no_file(path: Path) -> str:
    """Say why what is no regular file is not read."""
    if not path.is_dir():
        return "it is a pipe or a device: give a file"
    try:
        os.scandir(path).close()
    except OSError as error:
        return f"it cannot be searched: {error.strerror or error}"
    return "it is a folder"


def _read(path: Path, counter: Counter) -> None:
    with path.open("rb") as file:
        begins = file.read(4)
        packed = begins[:2] == b"\x1f\x8b"
        file.seek(0)
        if begins == b"PK\x03\x04":
            _read_zip(file, counter)
            return
        if begins == _PARQUET:
            _read_parquet(file, counter)
            return
        if not packed:
            _read_stream(file, counter, lambda: _bounded(file))
            return
        with igzip.open(file, "rb") as unpacked:  # type: ignore[no-untyped-call]
            _read_stream(cast("IO[bytes]", unpacked), counter, lambda: _unpack(file))


def _most(counter: Counter) -> int:
    """Return the bytes that a file may unpack to, where it is not read in one go."""
    return max(MAX_FILE, MAX_RATIO * counter.size)


def _read_parquet(file: IO[bytes], counter: Counter) -> None:
    try:
        # Here and not above: hardly any log comes so, and what reads it takes more room than all else of ours.
        from whydenied.engine.triage.parquet import Parquet, TooLargeError, UnreadableError
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        raise _Unreadable(f"it is Parquet, and `{module}` is not installed: pip install 'whydenied[parquet]'") from None
    try:
        table = Parquet(file, _most(counter))
        if not ({"actor", "api"} <= set(table.columns) or looks_like_rows(table.columns)):
            raise _Unreadable("it is Parquet without the columns of a trail (`eventname` …) or OCSF (`api`, `actor`)")
        for row in table.rows():
            events = events_in(row)
            counter.count(events)
            counter.broken(not events)
    except UnreadableError as error:
        raise _Unreadable(f"it is Parquet that cannot be read: {error}") from None
    except TooLargeError:
        raise _Unreadable(f"it unpacks to more than {MAX_FILE // 1_000_000} MB or {MAX_RATIO} times its size") from None


def _read_zip(file: IO[bytes], counter: Counter) -> None:
    """Read each log file in an archive, unpacked one at a time and up to the bound, whatever its list says."""
    # Here and not above: hardly any log comes so.
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in sorted(archive.namelist()) if _may_hold(name.rpartition("/")[2])]
            for name in names[:MAX_MEMBERS]:
                with archive.open(name) as member:
                    data = member.read(MAX_FILE + 1)
                if len(data) > MAX_FILE:
                    raise _Unreadable(f"`{name}` in it unpacks to more than {MAX_FILE // 1_000_000} MB; split it")
                _read_member(io.BytesIO(data), counter)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _Unreadable(f"it is a zip file that cannot be read: {error}") from None
    if len(names) > MAX_MEMBERS:
        raise _Unreadable(f"it holds more than {MAX_MEMBERS} files: unpack it")


def _read_member(data: io.BytesIO, counter: Counter) -> None:
    if data.getvalue()[:4] == _PARQUET:
        _read_parquet(data, counter)
        return
    if data.getvalue()[:2] != b"\x1f\x8b":
        _read_stream(data, counter, lambda: _bounded(data))
        return
    with igzip.open(data, "rb") as unpacked:  # type: ignore[no-untyped-call]
        _read_stream(cast("IO[bytes]", unpacked), counter, lambda: _unpack(data))


def _bounded(file: IO[bytes]) -> bytes:
    file.seek(0)
    data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise _Unreadable(
            f"it is one JSON object of more than {MAX_FILE // 1_000_000} MB; split it, or give JSON lines"
        )
    return data


def _unpack(file: IO[bytes]) -> bytes:
    """Unpack a whole gzip file, all its members, up to the bound."""
    file.seek(0)
    packed = file.read(MAX_FILE + 1)
    parts: list[bytes] = []
    length = 0
    while packed:
        member = isal_zlib.decompressobj(wbits=31)
        parts.append(member.decompress(packed, MAX_FILE + 1 - length))
        length += len(parts[-1])
        if length > MAX_FILE:
            raise _Unreadable(f"it unpacks to one JSON object of more than {MAX_FILE // 1_000_000} MB; split it")
        if not member.eof:
            raise EOFError("the file ends in the middle")
        packed = member.unused_data.lstrip(b"\0")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _read_stream(stream: IO[bytes], counter: Counter, whole: Callable[[], bytes]) -> None:
    """Choose how to read by the first bytes."""
    head = stream.read(_HEAD).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise _Unreadable("it is empty")
    stream.seek(0)
    if head[:1] not in (b"{", b"["):
        _read_rows(_Lines(stream, _most(counter)), counter)
    elif _is_lines(head):
        _read_lines(_Lines(stream, _most(counter)), counter)
    elif _CONCATENATED.search(head) and head.startswith(b"{"):
        _read_concatenated(whole(), counter)
    else:
        _read_object(whole(), counter)


def _is_lines(head: bytes) -> bool:
    """Tell whether the file is JSON lines: its first line is an object by itself, and an event rather than a log."""
    line, end, _ = head.partition(b"\n")
    return bool(end) and line.rstrip().endswith(b"}") and b'"Records"' not in line[:1_000] and line.startswith(b"{")


def _read_concatenated(data: bytes, counter: Counter) -> None:
    """Read objects that have nothing between them; a file that is one object after all is read as one."""
    try:
        counter.count_log(data)
        return
    except MALFORMED:
        pass
    number = 0
    for value in concatenated(data.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")):
        events = events_in(value)
        number += 1
        counter.count(events)
        counter.broken(not events)
    if number < 2:
        _read_odd_object(data, counter, "it ends in the middle")


def _read_object(data: bytes, counter: Counter) -> None:
    try:
        counter.count_log(data)
    except MALFORMED as error:
        _read_odd_object(data, counter, str(error))


def _read_odd_object(data: bytes, counter: Counter, why: str) -> None:
    """Read what is no plain log file: one with odd records, a digest, the output of a command, JSON in another form."""
    if b'"digestS3Object"' in data[:10_000] or b'"previousDigestSignature"' in data[:10_000]:
        return
    try:
        records = records_of(data)
    except MALFORMED:
        events = find_events(data.decode("utf-8", "replace"))
        if not events:
            raise _Unreadable(f"it is no CloudTrail log: {why[:200]}") from None
        counter.count(events)
        return
    for raw in records:
        counter.count_raw(raw)


class _Lines:
    """The lines of a stream, as long as none, no row of several, and not the whole of them is too much."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        """most: bytes that the stream may unpack to."""
        self._stream = stream
        self._most = most
        self._read = 0
        self._row = 0

    def __iter__(self) -> Iterator[bytes]:
        while line := self._stream.readline(MAX_LINE + 1):
            self._read += len(line)
            self._row += len(line)
            if self._row > MAX_LINE:
                raise _Unreadable(f"a line or row has more than {MAX_LINE} characters")
            if self._read > self._most:
                raise _Unreadable(f"it unpacks to more than {MAX_RATIO} times its size")
            yield line

    def end_row(self) -> None:
        """Begin to count anew: what was read so far is done with."""
        self._row = 0


def _read_lines(lines: _Lines, counter: Counter) -> None:
    for line in lines:
        lines.end_row()
        if line.strip():
            counter.count_raw(line)


def _read_rows(lines: _Lines, counter: Counter) -> None:
    csv.field_size_limit(MAX_LINE)
    try:
        # Decoded line by line: a reader of text would look for the end of a line without bound.
        reader = csv.DictReader(line.decode("utf-8", "replace") for line in lines)
        if not looks_like_rows(reader.fieldnames or ()):
            raise _Unreadable("it is neither JSON nor a table with the columns of a trail (`eventname`, `errorcode` …)")
        lines.end_row()
        for row in reader:
            lines.end_row()
            counter.count((event_of_row(row),))
    except csv.Error as error:
        raise _Unreadable(f"it is no CSV to its end: {error}") from None
