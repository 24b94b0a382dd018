"""The note to send to whoever owns the gate: who is denied what, where, since which message, and what is asked for."""

from collections.abc import Sequence
from typing import Protocol

from engine.messages.parsed import ParsedError
from engine.secrets.sign import shown
from kb.article import Article
from kb.gates import Gate

__all__ = ["handoff"]


class _Line(Protocol):
    @property
    def why(self) -> str: ...
    @property
    def run(self) -> str: ...


class _Cause(Protocol):
    @property
    def article(self) -> Article: ...
    @property
    def gate(self) -> Gate: ...
    @property
    def owner(self) -> str: ...
    @property
    def fix(self) -> str: ...
    @property
    def verify(self) -> str: ...
    @property
    def id(self) -> str: ...


def handoff(error: ParsedError, cause: _Cause, commands: Sequence[_Line]) -> str:
    """Write the note as plain text, with what the message states and nothing that it does not."""
    gate = cause.gate
    rows = [
        ("Who is denied", error.principal),
        ("Action", error.action or error.operation),
        ("Resource", error.resource),
        ("Region", error.region),
        ("Gate", None if gate.id == "none" else gate.name),
        ("Policy", error.policy_arn),
        ("Error code", error.error_code),
        ("Request id", error.request_id),
        ("Authorization id", error.authorization_id),
    ]
    what = error.action or error.operation or "A request"
    stated = "\n".join(f"  {name + ':':<18}{shown(' '.join(value.split()))}" for name, value in rows if value)
    parts = [
        f"{what} is denied. Most likely cause: {cause.article.title}",
        stated,
        f"Asked of: {cause.owner}\nWhat is asked: {cause.fix}\nHow to verify: {cause.verify}",
    ]
    if commands:
        parts.append("To check:\n" + "\n".join(f"  # {command.why}\n  {command.run}" for command in commands))
    parts.append(f"Explained in: Why Denied, article {cause.id}")
    return "\n\n".join(part for part in parts if part) + "\n"
