"""A server that has whatever it is asked for: every operation of every service is answered in the shape that botocore's
model says, with the same few values throughout, so that what is looked for is found.

What a program calls to read something can be seen with it for any service, without anything being made first."""

import json
import re
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from tests.terraform.call import ACCOUNT, REGION, operation_of, s3_operation
from tests.terraform.enforcing import reply

__all__ = ["ARN", "NAME", "answering"]

NAME = "probe"
"""What everything is called, and every id is."""
ARN = f"arn:aws:{NAME}:{REGION}:{ACCOUNT}:{NAME}/{NAME}"
_SDK = re.compile(r" api/([\w.-]+?)#")
_MODE = "application/x-amz-json-1.1"
_PATIENCE = 3
_MAX_DEPTH = 9
# States that a reader goes on with, before all others.
_GOOD = re.compile(r"(?i)(active|available|enabled|in_?service|issued|completed?|succeeded|created|ready|deployed)")
# Where more is to come, a reader asks again, for ever.
_MORE = re.compile(
    r"(?i)(next|pagination|continuation|page).*token|nextmarker|marker|istruncated|hasmore|nextpage|position"
)
_NUMBER = re.compile(r"(?i).*(max(imum)?_?items|size|count|priority|number|port|seconds|minutes|days|weight)")
_ACCOUNT = re.compile(r"(?i)(.*aws)?account(_?id)?|.*ownerid|registryid")
_DOCUMENT = re.compile(r"(?i)(policy|document|definition|template|body|pattern)(text|string|json)?$")


@contextmanager
def answering() -> Iterator[str]:
    """Run the server; gives its address."""
    _clients()
    server = _Server(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """It answers the same request a few times; whoever asks on, waits for something that never comes."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._lately: deque[object] = deque(maxlen=6 * _PATIENCE)

    def is_asked_on(self, request: object) -> bool:
        """Tell whether the same request came too often lately."""
        self._lately.append(request)
        return self._lately.count(request) > _PATIENCE

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: whoever asked may have gone away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            assert isinstance(self.server, _Server)
            if self.server.is_asked_on((self.path, headers.get("x-amz-target"), body)):
                raise TimeoutError("the same again")
            status, kept, content = answer(self.command, self.path, headers, body)
        except Exception as error:  # whoever waits for an answer gets one
            status, kept, content = (
                400,
                {"content-type": _MODE},
                json.dumps({"__type": "Odd", "message": repr(error)}).encode(),
            )
        reply(self, status, {name: str(value) for name, value in kept.items()}, content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the answer to a request. Raises LookupError for a service or an operation that
    is not known."""
    found = _SDK.search(headers.get("user-agent", ""))
    client = _clients()[found[1].replace("-", "")] if found else "s3"
    model = get_service_model(client)
    given: dict[str, Any] = {}
    if client == "s3":
        name = s3_operation(method, path)[0]
    else:
        name, given = operation_of(model, method, path, dict(headers), body)
    given = {**given, **dict(parse_qsl(urlsplit(path).query))}
    operation = model.operation_model(name)
    shape = operation.output_shape
    result = _structure(shape, dict(_strings(given)), 0) if shape else {}
    said = get_serializer_class(client, _protocol(model, headers, body))(operation).serialize(result)
    content = said["body"]
    sent = {name.lower(): value for name, value in said["headers"].items() if name.lower() != "content-length"}
    return said["status_code"], sent, content.encode() if isinstance(content, str) else content


@cache
def _clients() -> Mapping[str, str]:
    """Return the name of botocore's client by that of the SDK's."""
    session = botocore.session.get_session()
    names = session.get_available_services()
    called = {re.sub(r"\W", "", session.get_service_model(name).service_id).lower(): name for name in names}
    return {name.replace("-", ""): name for name in names} | called


def _protocol(model: Any, headers: Mapping[str, str], body: bytes) -> str:
    """Return the protocol of a request: some services know several."""
    if "x-amz-target" in headers:
        return "json"
    if body.startswith(b"Action="):
        return "ec2" if model.service_name == "ec2" else "query"
    return str(model.metadata["protocol"])


def _strings(given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a request with their names, in lower case; those of filters are called otherwise."""
    for name, value in given.items():
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and "." not in name:
            yield name.lower(), first


def _structure(shape: StructureShape, given: Mapping[str, str], depth: int) -> dict[str, Any]:
    members = {name: one for name, one in shape.members.items() if not _MORE.fullmatch(name)}
    if getattr(shape, "is_tagged_union", False):
        members = dict([*members.items()][:1])
    return {name: value for name, one in members.items() if (value := _value(one, name, given, depth + 1)) is not None}


def _value(shape: Shape, name: str, given: Mapping[str, str], depth: int) -> Any:
    if depth > _MAX_DEPTH:
        return None
    if isinstance(shape, StructureShape):
        return _structure(shape, given, depth)
    if isinstance(shape, ListShape):
        inner = _value(shape.member, name.removesuffix("s"), given, depth + 1)
        return [] if inner is None else [inner]
    if isinstance(shape, MapShape):
        keys = shape.key.enum or [_text(shape.key, "", given)]
        return {key: _value(shape.value, key, given, depth + 1) for key in keys}
    if isinstance(shape, StringShape):
        return _text(shape, name, given)
    if shape.type_name == "timestamp":
        return datetime(2026, 1, 1, tzinfo=UTC)
    return {"boolean": "default" in name.lower(), "blob": NAME.encode()}.get(shape.type_name, 1)


def _text(shape: StringShape, name: str, given: Mapping[str, str]) -> str:
    asked = given.get(name.lower())
    if shape.enum:
        good = [one for one in shape.enum if _GOOD.fullmatch(one)]
        return asked if asked and asked in shape.enum else str((good or shape.enum)[0])
    if asked is not None:
        return asked
    if _ACCOUNT.fullmatch(name):
        return ACCOUNT
    if name.lower().endswith("arn"):
        return next((one for one in given.values() if one.startswith("arn:")), ARN)
    if _DOCUMENT.search(name):
        return "{}"
    if _NUMBER.fullmatch(name):
        return "1"
    return NAME
