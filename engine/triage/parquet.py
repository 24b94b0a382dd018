"""The rows of a Parquet file as JSON values: Security Lake's form of a trail (OCSF), and tables that Athena wrote.

Sources: Security Lake User Guide, "Open Cybersecurity Schema Framework (OCSF)" (objects are Apache Parquet); Apache
Parquet, "File Format" (a file begins with `PAR1`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["Parquet", "TooLargeError", "UnreadableError"]

_ROWS_AT_ONCE = 500
# What a row counts at least: a column of nothing but one repeated value takes no room in a file.
_ROW = 100
# What is read of OCSF; the rest of a row (the whole event once more, what is derived from it) is most of it.
_OCSF = ("actor", "api", "cloud", "metadata", "resources", "time_dt")


class UnreadableError(Exception):
    """The file is damaged, or no Parquet."""


class TooLargeError(Exception):
    """The file unpacks to more than is read."""


class Parquet:
    """A file of rows."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        """most: bytes that it may unpack to. Raises UnreadableError."""
        self._most = most
        try:
            # Spark writes times of a kind of its own, which are nanoseconds if not told otherwise.
            self._file = pq.ParquetFile(file, coerce_int96_timestamp_unit="us")
        except (pa.ArrowException, OSError) as error:
            raise UnreadableError(_line(error)) from None

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._file.schema_arrow.names)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each row, its times as ISO 8601 in UTC. Raises UnreadableError and TooLargeError."""
        names = set(self.columns)
        columns = [name for name in _OCSF if name in names] if {"actor", "api"} <= names else None
        read = 0
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns, use_threads=False):
                read += max(batch.nbytes, _ROW * batch.num_rows)
                if read > self._most:
                    raise TooLargeError
                for row in batch.to_pylist():
                    yield {name: _plain(value) for name, value in row.items()}
        except (pa.ArrowException, OSError) as error:
            raise UnreadableError(_line(error)) from None


def _plain(value: object) -> object:
    """Return a value of a top column as JSON has it; what lies deeper is text and numbers in a trail."""
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
