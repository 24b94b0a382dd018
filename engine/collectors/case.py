"""The case: what the collectors found, in the form that `engine.evaluation` reads, and what they could not find."""

from collections.abc import Iterable

import msgspec

from whydenied.engine.collectors.calls import Answer, command_of
from whydenied.engine.collectors.target import Target
from whydenied.engine.evaluation.gates import POLICY_GATES

__all__ = ["Case", "Piece", "Unknown"]


class Unknown(msgspec.Struct, frozen=True):
    """Something that could not be read. gate: whose; what: in words; why: the code; command: for who may read it."""

    gate: str
    what: str
    why: str
    command: str


class Piece:
    """What one collector found: policies by gate, condition keys, settings, facts; and what it could not read."""

    def __init__(self) -> None:
        self.policies: dict[str, object] = {}
        self.context: dict[str, str | None] = {}
        self.settings: dict[str, object] = {}
        self.facts: list[tuple[str, str]] = []
        self.unknown: list[Unknown] = []
        self.owner = ""
        self.complete_context = False

    def fail(self, gate: str, what: str, answers: Iterable[Answer]) -> None:
        """Note that a gate stays unknown because of the answers that brought nothing."""
        for answer in answers:
            if not answer.known:
                self.unknown.append(Unknown(gate, what, answer.code, command_of(answer.call)))


class Case:
    """Everything found so far. A gate of which nothing was read is unknown, unless it is assumed to be empty."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.policies: dict[str, object] = {}
        self.context: dict[str, str | None] = dict(target.context)
        self.settings: dict[str, object] = {}
        self.facts: list[tuple[str, str]] = []
        self.unknown: list[Unknown] = []
        self.owner = target.owner
        self.complete_context = False

    def add(self, piece: Piece) -> None:
        """Add what a collector found; what was known already stays."""
        for gate, found in piece.policies.items():
            self.policies.setdefault(gate, found)
        for key, value in piece.context.items():
            self.context.setdefault(key, value)
        self.settings.update(piece.settings)
        self.facts += [fact for fact in piece.facts if fact not in self.facts]
        self.unknown += [one for one in piece.unknown if one not in self.unknown]
        self.owner = self.owner or piece.owner
        self.complete_context = self.complete_context or piece.complete_context

    @property
    def open_gates(self) -> list[str]:
        """The gates of which nothing is known."""
        return [gate.name for gate in POLICY_GATES if gate.name not in self.policies]

    def as_case(self, without: Iterable[str] = (), context: dict[str, str | None] | None = None) -> dict[str, object]:
        """Return the case as `engine.evaluation.read_case` takes it.

        without: gates that are assumed to be empty. context: further condition keys, assumed for once.
        """
        case: dict[str, object] = {
            gate.field: self.policies[gate.name] for gate in POLICY_GATES if gate.name in self.policies
        }
        case["unknown"] = [gate for gate in self.open_gates if gate not in set(without)]
        request: dict[str, object] = {
            "principal": self.target.principal,
            "action": self.target.action,
            "resource": self.target.resource,
            "context": {**self.context, **(context or {})},
            "context_complete": self.complete_context,
        }
        if self.owner:
            request["resource_account"] = self.owner
        return {"request": request, "settings": dict(self.settings), **case}
