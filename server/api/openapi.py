"""GET /api/v1/openapi.json: the API's description (OpenAPI 3.1), made from the operations and the types of the code."""

import re
from importlib.metadata import version
from typing import Any

import msgspec
from flask import Blueprint, Response

from whydenied.server.api.operations import OPERATIONS, TAGS, Operation, Query
from whydenied.server.data import shapes
from whydenied.server.http.addresses import answer_absolute

__all__ = ["blueprint", "document"]

blueprint = Blueprint("openapi", __name__)

PATH = "/openapi.json"
_ABOUT = (
    "Why an AWS request was denied, and the smallest change that fixes it. What is sent is read in memory and "
    "forgotten: never stored, never logged. Send messages in bodies, never in addresses."
)
_REF = "#/components/schemas/{name}"
# Articles have more fields than every kind shares; policies and requests are AWS's.
_OPEN = {"Article", "EvaluateBody"}
_STATUSES = {
    400: "What was sent is not in the form that is asked for.",
    404: "There is no such thing.",
    413: "What was sent is larger than can be read at once.",
    414: "The address is too long.",
    415: "What was sent is not JSON.",
    429: "Too many requests: wait as long as Retry-After says.",
    500: "Something broke here.",
}
# Two classes of one name get one each here: a client generated from the description has one type a name.
_NAMES = {
    "whydenied.engine.facts.Source": "FactSource",
    "whydenied.engine.remedies.remedy.Change": "PolicyChange",
    "whydenied.server.data.shapes.Change": "Change",
    "whydenied.server.data.shapes.Source": "ArticleSource",
}
Schema = dict[str, Any]
"""A piece of the document, as JSON Schema and OpenAPI have it."""
_ALWAYS = (400, 414, 429, 500)


@blueprint.get(PATH)
def openapi() -> Response:
    """Describe the API."""
    return answer_absolute(
        f"/api/v1{PATH}", "application/json", lambda base: msgspec.json.encode(document(base)).decode()
    )


def document(base: str) -> Schema:
    """Return the description of the API at this address."""
    types = [operation.answer for operation in OPERATIONS.values()]
    types += [operation.body for operation in OPERATIONS.values() if operation.body is not None]
    types.append(shapes.ProblemDetails)
    schemas, components = _named(*msgspec.json.schema_components(types, ref_template=_REF))
    by_type = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, Schema] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method] = _operation(path, operation, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Why Denied",
            "version": version("whydenied"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {"schemas": {name: _tidy(name, schema) for name, schema in sorted(components.items())}},
    }


def _named(schemas: Any, components: dict[str, Schema]) -> tuple[list[Schema], dict[str, Schema]]:
    """Give the components of _NAMES their names, wherever they are referred to."""
    text = msgspec.json.encode([list(schemas), components]).decode()
    for full, name in _NAMES.items():
        text = text.replace(f'"{_REF.format(name=full)}"', f'"{_REF.format(name=name)}"')
    listed, found = msgspec.json.decode(text)
    named = {_NAMES.get(name, name): schema for name, schema in found.items()}
    return listed, {name: {**schema, "title": name} if "title" in schema else schema for name, schema in named.items()}


def _tidy(name: str, schema: Schema) -> Schema:
    """Say whether an object has fields that it does not name, and put its description on one line."""
    if "properties" in schema:
        schema["additionalProperties"] = name in _OPEN
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].split())
    _say_open(schema)
    return schema


def _say_open(schema: object) -> None:
    """Say of each object without fields of its own (a statement, a policy) that it may have any.

    JSON Schema means that anyway; openapi-typescript makes a type of it of which no field can be read or written.
    """
    if isinstance(schema, list):
        for item in schema:
            _say_open(item)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" not in schema:
            schema.setdefault("additionalProperties", True)
        for item in schema.values():
            _say_open(item)


def _operation(path: str, operation: Operation, by_type: dict[int, Schema]) -> Schema:
    made: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [*_path_parameters(path), *map(_query_parameter, operation.query)],
        "responses": {"200": _answer(operation, by_type[id(operation.answer)])},
    }
    if operation.body is not None:
        media = {"schema": by_type[id(operation.body)], "example": operation.example}
        made["requestBody"] = {"required": True, "content": {"application/json": media}}
    if operation.cached:
        made["responses"]["304"] = {"description": "It is what the one who asks has: its ETag is the same."}
    problem = {"application/problem+json": {"schema": by_type[id(shapes.ProblemDetails)]}}
    for status in sorted({*_ALWAYS, *operation.problems}):
        made["responses"][str(status)] = {"description": _STATUSES[status], "content": problem}
    wait = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
    made["responses"]["429"]["headers"] = {"Retry-After": wait}
    return made


def _answer(operation: Operation, schema: Schema) -> Schema:
    answer: Schema = {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    if operation.cached:
        answer["headers"] = {"ETag": {"description": "A name for this very content.", "schema": {"type": "string"}}}
    return answer


def _path_parameters(path: str) -> list[Schema]:
    schema = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[a-z0-9][a-z0-9.-]*$"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in re.findall(r"\{(\w+)\}", path)]


def _query_parameter(query: Query) -> Schema:
    schema: Schema = {"type": "string"}
    if query.required:
        schema["minLength"] = 1
    return {
        "name": query.name,
        "in": "query",
        "description": query.about,
        "required": query.required,
        "schema": schema,
    }
