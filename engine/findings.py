"""Findings: causes with how sure we are and why."""

from typing import Literal

import msgspec

from whydenied.engine.facts import Fact

__all__ = ["CERTAINTIES", "Certainty", "Finding", "Reason"]

Certainty = Literal["confirmed", "likely", "possible", "ruled-out"]
CERTAINTIES: tuple[Certainty, ...] = ("confirmed", "likely", "possible", "ruled-out")


class Reason(msgspec.Struct, frozen=True):
    """One rule that spoke for (or against) a cause: its sentence and the facts it rests on, down to their roots."""

    rule: str
    text: str
    facts: tuple[Fact, ...]


class Finding(msgspec.Struct, frozen=True):
    """A cause (the id of its article), how certain it is, its probability among the causes left, and the reasons."""

    cause: str
    certainty: Certainty
    probability: float
    because: tuple[Reason, ...]
