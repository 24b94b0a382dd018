"""The request of a case out of form fields: who calls, and the context as JSON or as lines of `key = value`."""

from typing import Any

from whydenied.engine.errors import InputError
from whydenied.engine.policy.context import read_context
from whydenied.engine.policy.principals import read_caller
from whydenied.server.evaluation.documents import JsonError, read_one

__all__ = ["read_action", "read_context_field", "read_principal"]

# Domains of providers that tell who somebody is; other names with a dot are services.
_PROVIDERS = (
    "cognito-identity.amazonaws.com",
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
    "token.actions.githubusercontent.com",
)


def read_principal(text: str) -> Any:
    """Read the caller: an ARN, a service, a provider, `anonymous`, or the JSON form. Raises InputError."""
    text = text.strip()
    if not text:
        raise InputError("who calls is missing; paste the ARN that `aws sts get-caller-identity` prints")
    principal: Any = read_one(text) if text.startswith("{") else text
    if text in _PROVIDERS:
        principal = {"federated": text}
    read_caller(principal)
    return principal


def read_action(text: str) -> str:
    """Read the action. Raises InputError where it is no `service:Action`."""
    text = text.strip()
    service, colon, name = text.partition(":")
    if not text:
        raise InputError("the action is missing; write it as `service:Action`, such as `s3:GetObject`")
    if not colon or not service or not name or " " in text:
        raise InputError(f"`{text[:80]}` is no action; write it as `service:Action`, such as `s3:GetObject`")
    if "*" in text or "?" in text:
        raise InputError(f"`{text[:80]}` has a wildcard; a request is for one action")
    return text


def read_context_field(text: str) -> dict[str, Any]:
    """Read the context: a JSON object, or a line a key; a key on several lines has several values.

    Raises InputError, with the line, for anything else.
    """
    text = text.strip()
    if text.startswith("{"):
        context = read_one(text)
    else:
        context = {}
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                _add(context, number, line)
    read_context(context)
    return dict(context)


def _add(context: dict[str, Any], number: int, line: str) -> None:
    key, equals, value = (part.strip() for part in line.partition("="))
    if not equals or not key or " " in key:
        raise JsonError(line, 0, "no `key = value`; write it as `aws:SourceIp = 203.0.113.7`", number)
    value = value.strip('"') if value.startswith('"') else value
    if key not in context:
        context[key] = value
    elif isinstance(context[key], list):
        context[key].append(value)
    else:
        context[key] = [context[key], value]
