"""Requests that stay in memory: what was pasted is on no disk, not for a moment."""

from io import BytesIO
from typing import IO

from flask import Flask
from flask import Request as FlaskRequest

__all__ = ["register"]


class Request(FlaskRequest):
    """A request whose files are read into memory; `MAX_CONTENT_LENGTH` bounds them."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Return where a file of a form is put: werkzeug would put one of more than 500 KB into a temporary file."""
        return BytesIO()


def register(app: Flask) -> None:
    """Let an application read requests so."""
    app.request_class = Request
