"""The knowledge base's questions, answered by their calls: parameters filled in, outputs read with JMESPath.

The call stands in the question's front matter once; the page's command, the reader of pasted output and this all use
it. A call that is not on the list of reads is not made.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from whydenied.engine.collectors.calls import Answer, Call
from whydenied.engine.collectors.reads import is_read
from whydenied.engine.collectors.target import Target

__all__ = ["Question", "answer_of", "call_of", "make_questions"]

_PLACEHOLDER = re.compile(r"\{([a-z]+(?:\.[a-z]+)?)\}")
_GLOBAL = frozenset({"iam", "sts", "organizations", "s3", "account"})
_OF_CALLER = frozenset({"iam", "ec2", "cloudtrail", "eks", "account", "sts"})


class Question(msgspec.Struct, frozen=True):
    """A question with a call. reads: (compiled expression, value), the first true one is the answer."""

    id: str
    service: str
    operation: str
    parameters: Mapping[str, Any]
    reads: tuple[tuple[Any, str], ...]


def make_questions(front_matter: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Return the questions that a read of ours can answer."""
    questions = []
    for one in front_matter:
        call = one.get("call")
        reads = tuple((jmespath.compile(str(read["jmespath"])), str(read["value"])) for read in one.get("reads") or ())
        if call and reads and is_read(call["service"], call["operation"]):
            parameters = call.get("parameters") or {}
            questions.append(Question(str(one["id"]), call["service"], call["operation"], parameters, reads))
    return questions


def call_of(question: Question, target: Target) -> Call | None:
    """Return the call that answers a question about a target; None where the target does not fill its parameters."""
    names = _names(target, question.id)
    try:
        parameters = {name: _fill(value, names) for name, value in question.parameters.items()}
    except KeyError:
        return None
    account = target.account if question.service in _OF_CALLER else target.owner
    if question.id.startswith(("trust.", "role.")):
        account = target.owner
    region = "" if question.service in _GLOBAL else target.place
    return Call(question.service, question.operation, parameters, account, region)


def answer_of(question: Question, answer: Answer) -> str | None:
    """Read a question's answer off an output; None where it does not tell."""
    if not answer.known:
        return None
    data = answer.output if answer.output is not None else {"Error": {"Code": answer.code, "Message": answer.message}}
    for expression, value in question.reads:
        try:
            if expression.search(data):
                return value
        except JMESPathError:
            continue
    return None


def _fill(value: Any, names: Mapping[str, str]) -> Any:
    """Fill placeholders; raise KeyError for one without a value."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: names[match[1]], value)
    if isinstance(value, Mapping):
        return {name: _fill(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, names) for inner in value]
    return value


def _names(target: Target, question: str) -> dict[str, str]:
    """Return the values of the placeholders that a target tells."""
    arn = target.arn
    of_role = question.startswith(("trust.", "role."))
    names = {
        "action": target.action,
        "resource": target.resource if arn else "",
        "operation": target.operation,
        "service": target.service,
        "region": target.place,
        "identity.arn": target.identity_arn if target.kind in ("user", "role") else "",
        "principal.name": target.session or target.name,
        "principal.account": target.account,
        "role.name": target.trust_role if of_role else target.name if target.kind == "role" else "",
        "user.name": target.name if target.kind == "user" else "",
        "bucket": target.bucket,
        "instance.id": target.instance,
        "authorization.id": target.authorization_id,
    }
    if arn is not None:
        by_kind = {
            ("kms", "key"): "key.id",
            ("lambda", "function"): "function",
            ("ecr", "repository"): "repository.name",
            ("es", "domain"): "domain.name",
            ("bedrock", "foundation-model"): "model.id",
            ("iam", "role"): "role.arn",
        }
        name = by_kind.get((arn.service, arn.kind))
        if name:
            rest = arn.resource[len(arn.kind) + 1 :]
            names[name] = target.resource if name in ("key.id", "role.arn", "function") else rest
    return {name: value for name, value in names.items() if value}
