"""The AWS calls of questions: they exist in the SDK's own model, take these parameters, and their output is read right.

outputs.jsonl holds samples in the shapes that AWS documents, with the answer that must be read (null: none, because
the output leaves it open).
"""

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import jmespath
import msgspec
import pytest
from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator
from jmespath import parser as jmespath_parser

from whydenied.kb.catalogue import Catalogue
from whydenied.checks.aws_cli import NEWER

OUTPUTS = [
    msgspec.json.decode(line)
    for line in (Path(__file__).parent / "outputs.jsonl").read_text(encoding="utf-8").splitlines()
]
# What the reader of pasted output adds, and what stands inside a policy, an encoded message or an event.
OUTSIDE_THE_MODEL = set(
    "Error Code Statement Principal AWS Service Federated Condition Action explicitDeny User".split()
)


@functools.cache
def operation(service: str, name: str) -> OperationModel:
    """Return an operation of the SDK's model; it raises where there is none."""
    return botocore.session.get_session().get_service_model(service).operation_model(name)


def sample(value: Any, shape: Shape) -> Any:
    """Fill a parameter's placeholders with text of the right length."""
    if shape.type_name == "list":
        items = value if isinstance(value, list) else [value]
        return [sample(item, shape.member) for item in items]
    if shape.type_name in ("structure", "map") and isinstance(value, dict):
        members = shape.members if shape.type_name == "structure" else {}
        return {key: sample(item, members.get(key, shape)) for key, item in value.items()}
    return re.sub(r"\{[a-z.-]+\}", "sample-of-twenty-characters", value) if isinstance(value, str) else value


def names_in(shape: Shape | None) -> set[str]:
    """Return the names of all members of an output."""
    names: set[str] = set()
    seen: set[str] = set()
    waiting = [shape] if shape else []
    while waiting:
        here = waiting.pop()
        if here.name in seen:
            continue
        seen.add(here.name)
        if here.type_name == "structure":
            names |= set(here.members)
            waiting += here.members.values()
        elif here.type_name in ("list", "map"):
            waiting.append(here.member if here.type_name == "list" else here.value)
    return names


def fields_in(node: Any) -> Iterator[str]:
    """Yield the fields that an expression names."""
    if isinstance(node, dict):
        if node.get("type") == "field":
            yield node["value"]
        for child in node.get("children", []):
            yield from fields_in(child)


@pytest.fixture(scope="module")
def called(catalogue: Catalogue) -> list[Any]:
    """The questions that a call answers."""
    return [article for article in catalogue.of("question") if article.meta["call"]]


@pytest.mark.slow
def test_calls_exist_and_take_these_parameters(called: list[Any]) -> None:
    """By the SDK's own model and its own validation of parameters, newer services included."""
    for article in called:
        call = article.meta["call"]
        model = operation(call["service"], call["operation"])
        if model.input_shape is None:
            assert not call["parameters"]
            continue
        parameters = sample(call["parameters"], model.input_shape)
        report = ParamValidator().validate(parameters, model.input_shape)
        assert not report.has_errors(), f"{article.id}: {report.generate_report()}"
    assert any(article.meta["call"]["service"] in NEWER for article in called)


@pytest.mark.slow
def test_expressions_name_what_the_output_has(called: list[Any]) -> None:
    """A misspelt field would read every output as "no answer"."""
    for article in called:
        call = article.meta["call"]
        known = {*names_in(operation(call["service"], call["operation"]).output_shape), *OUTSIDE_THE_MODEL}
        for reading in article.meta["reads"]:
            named = set(fields_in(jmespath_parser.Parser().parse(reading["jmespath"]).parsed))
            assert named <= known, f"{article.id}: {sorted(named - known)}"


@pytest.mark.parametrize("case", OUTPUTS, ids=lambda case: f"{case['question']}-{case['value']}")
def test_an_output_is_read_as_its_answer(case: dict[str, Any], catalogue: Catalogue) -> None:
    """The answer is the first reading whose expression is true of the output."""
    article = catalogue.get("question", case["question"])
    assert article is not None
    answers = (r["value"] for r in article.meta["reads"] if jmespath.search(r["jmespath"], case["output"]))
    assert next(answers, None) == case["value"]


def test_every_reading_has_a_sample(catalogue: Catalogue) -> None:
    """No answer that an output can give is untried."""
    tried = {(case["question"], case["value"]) for case in OUTPUTS}
    for article in catalogue.of("question"):
        for reading in article.meta["reads"]:
            assert (article.id, reading["value"]) in tried
