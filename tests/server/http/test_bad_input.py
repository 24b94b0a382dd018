"""Whatever is sent gets a clear answer: never an error of ours, never a hang."""

import io
import os
import tempfile
import zipfile

import pytest
from flask.testing import FlaskClient
from gunicorn.http.errors import InvalidChunkSize


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("noise", os.urandom(4_000))
    return packed.getvalue()


PASTES = {
    "binary": os.urandom(20_000),
    "invalid UTF-8": b"\xff\xfe\xc3\x28" * 200,
    "a zip": _zip(),
    "a script": b"<script>alert(1)</script>",
    "a deep list": b"[" * 100_000 + b"]" * 100_000,
    "a deep object": b'{"a":' * 40_000,
    "a regex bomb": b"User: " + b"a" * 60_000 + b" is not authorized " * 500,
    "another": b"arn:aws:" * 30_000,
    "one more": b"not authorized to perform: " * 9_000,
    "nothing but zeroes": b"\0" * 10_000,
    "one long word": b"x" * 200_000,
    "direction characters": "\u202e\u2066User: x".encode(),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PASTES)
def test_a_strange_paste_is_answered(client: FlaskClient, name: str) -> None:
    answer = client.post("/diagnose", data={"text": PASTES[name]})
    assert answer.status_code == 200
    assert "<h1>" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("name", PASTES)
def test_a_strange_body_is_answered(client: FlaskClient, name: str) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/zip", ""):
        assert client.post("/diagnose", data=PASTES[name], content_type=kind).status_code in (200, 400, 413)
    assert client.post("/api/v1/diagnose", data=PASTES[name], content_type="application/json").status_code in (400, 413)


def test_ten_megabytes_are_refused(client: FlaskClient) -> None:
    assert client.post("/diagnose", data={"text": "x" * 10_000_000}).status_code == 413


@pytest.mark.parametrize(
    "path", ["/search?q=%ff", "/search?q=%00", "/suggest?q=%ed%a0%80", "/articles/%ff", "/%00", "//x"]
)
def test_a_strange_address_is_answered(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (200, 301, 308, 400, 404)


def test_a_body_in_malformed_chunks_is_the_senders_mistake(client: FlaskClient) -> None:
    """The server's parser says so while a page reads the body."""

    class Malformed(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, _: object) -> int:
            raise InvalidChunkSize(b"zz")

    asked = {"wsgi.input": Malformed(), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    for path, kind in (("/api/v1/diagnose", "application/json"), ("/diagnose", "application/x-www-form-urlencoded")):
        answer = client.post(path, content_type=kind, environ_overrides=asked)
        assert answer.status_code == 400, path
        assert "zz" not in answer.text


def test_a_file_in_a_form_is_never_put_on_disk(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Werkzeug would put one of more than 500 KB into a temporary file."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, fail)
        monkeypatch.setattr(f"werkzeug.formparser.{name}", fail, raising=False)
    part = b'--b\r\nContent-Disposition: form-data; name="text"; filename="e.txt"\r\n\r\n%s\r\n--b--\r\n'
    body = part % (b"AccessDenied: x " * 50_000)
    assert client.post("/diagnose", data=body, content_type="multipart/form-data; boundary=b").status_code < 500
