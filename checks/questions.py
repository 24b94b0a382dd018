"""The AWS calls of questions: each is a read that the SDK knows, with its parameters, and its output is read right.

The SDK's own models (botocore) say which operations there are, what they take and what they return.
"""

import functools
import re
from collections.abc import Iterator

import botocore.session
import jmespath
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, OperationNotFoundError, Shape
from botocore.validate import ParamValidator
from jmespath.exceptions import JMESPathError

from whydenied.engine.messages.operations import action_for, service_named
from whydenied.engine.policy.names import Names
from whydenied.kb.article import Article
from whydenied.kb.problems import Problem, did_you_mean

__all__ = ["question_problems"]

_READS = ("Read", "List")
# Reads that have no action of their own name: what they return is the caller's own.
_FREE = frozenset({"GetCallerIdentity", "GetRequestAuthorizationDetails"})
# Operations whose action the reference calls a write although they change nothing.
_HARMLESS = frozenset({"DecodeAuthorizationMessage"})
# What the reader of pasted output adds, and what stands inside a policy, an encoded message or an event.
_OUTSIDE_THE_MODEL = frozenset(
    "Error Code Statement Principal AWS Service Federated Condition Action explicitDeny User".split()
)
_PLACEHOLDER = re.compile(r"\{[a-z.-]+\}")


def question_problems(article: Article, names: Names) -> Iterator[Problem]:
    """Return what is wrong with the call of a question and with the readings of its output."""
    call = article.meta["call"]
    operation: OperationModel | None = None
    if call:
        if call["operation"] not in _FREE | _HARMLESS:
            yield from _no_read(article, names)
        try:
            operation = _operation(call["service"], call["operation"])
            yield from _parameters(article, operation)
        except (UnknownServiceError, OperationNotFoundError):
            message = f"the SDK knows no operation `{call['operation']}` of `{call['service']}`"
            yield Problem(article.file, None, "call.operation", message, "write both as the SDK does")
    yield from _readings(article, operation)


def _no_read(article: Article, names: Names) -> Iterator[Problem]:
    call = article.meta["call"]
    action = action_for(call["operation"], service_named(call["service"]) or call["service"])
    level = names.access_level(action) if action else None
    if level not in _READS:
        message = f"`{call['operation']}` needs `{action}`, which is of the kind {level or 'unknown'}"
        yield Problem(article.file, None, "call.operation", message, "use a call that only reads")


def _parameters(article: Article, operation: OperationModel) -> Iterator[Problem]:
    given = article.meta["call"]["parameters"]
    if operation.input_shape is None:
        return
    report = ParamValidator().validate(_sample(given, operation.input_shape), operation.input_shape)
    if report.has_errors():
        text = report.generate_report().splitlines()[0]
        yield Problem(article.file, None, "call.parameters", text, f"{operation.name} takes other parameters")


def _readings(article: Article, operation: OperationModel | None) -> Iterator[Problem]:
    known = {*_names_in(operation.output_shape), *_OUTSIDE_THE_MODEL} if operation else None
    for number, reading in enumerate(article.meta["reads"]):
        field = f"reads[{number}].jmespath"
        try:
            parsed = jmespath.compile(reading["jmespath"]).parsed
        except JMESPathError as error:
            yield Problem(article.file, None, field, str(error).splitlines()[0], "correct the expression")
            continue
        for name in _fields_in(parsed):
            if known is not None and name not in known:
                instead = did_you_mean(name, known) or "see the operation's output in the SDK"
                yield Problem(article.file, None, field, f"the output has no field `{name}`", instead)


@functools.cache
def _operation(service: str, name: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(name)


def _sample(value: object, shape: Shape) -> object:
    """Fill a parameter's placeholders with text of the right length."""
    if shape.type_name == "list":
        return [_sample(item, shape.member) for item in (value if isinstance(value, list) else [value])]
    if isinstance(value, dict):
        members = shape.members if shape.type_name == "structure" else {}
        return {key: _sample(item, members.get(key, shape)) for key, item in value.items()}
    return _PLACEHOLDER.sub("sample-of-twenty-characters", value) if isinstance(value, str) else value


def _names_in(shape: Shape | None) -> set[str]:
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


def _fields_in(node: object) -> Iterator[str]:
    """Yield the fields that a compiled expression names."""
    if isinstance(node, dict):
        if node.get("type") == "field":
            yield str(node["value"])
        for child in node.get("children", []):
            yield from _fields_in(child)
