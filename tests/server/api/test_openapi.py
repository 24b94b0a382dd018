"""The API is what its description says, and the description is all of it."""

import re

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from whydenied.server.api.openapi import document
from whydenied.server.api.operations import OPERATIONS
from whydenied.server.app import create_app
from whydenied.server.service import Service


@pytest.fixture(scope="module")
def api(service: Service) -> schemathesis.schemas.BaseSchema:
    """The API of the made-up site, as its own description describes it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(service))


def test_the_description_is_valid(client: FlaskClient) -> None:
    OpenAPIV31SpecValidator(client.get("/api/v1/openapi.json").get_json()).validate()


def test_every_route_of_the_api_is_described_and_no_other(app: Flask) -> None:
    routes = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and not rule.rule.endswith("/openapi.json")
    }
    assert routes == set(OPERATIONS)


def test_every_part_says_what_it_is() -> None:
    described = document("https://whydenied.example")
    assert [name for name, part in described["components"]["schemas"].items() if not part.get("description")] == []


def test_the_examples_are_answered(client: FlaskClient) -> None:
    for (method, path), operation in OPERATIONS.items():
        if method == "post":
            assert client.post(path, json=operation.example).status_code == 200, path


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_one_that_is_described(
    api: schemathesis.schemas.BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    """No 500, and no status, content type, header or field that the description does not have."""
    cases = api[path][method].as_strategy(generation_mode=mode)

    @given(case=cases)
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def send(case: schemathesis.Case) -> None:
        # A text of blanks, or a case of the evaluator that cannot be read, fits its schema and is refused with reasons.
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=[positive_data_acceptance])

    send()
