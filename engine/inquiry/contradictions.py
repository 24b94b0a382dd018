"""Answers that cannot be true together, or beside what the message says: shown, and never averaged.

Which they are, the questions say (`incompatible`). Only what was answered or read counts: what rules derive from an
answer is that answer again.
"""

from collections.abc import Mapping

import msgspec

from whydenied.engine.facts import Facts
from whydenied.engine.inquiry.model import CauseModel

__all__ = ["Contradiction", "contradictions"]


class Contradiction(msgspec.Struct, frozen=True):
    """Two facts that contradict each other, `(name, value)` each, and why. The first is an answer."""

    one: tuple[str, str]
    other: tuple[str, str]
    because: str


def contradictions(model: CauseModel, facts: Facts) -> tuple[Contradiction, ...]:
    """Return the contradictions among some facts, each pair once, in the order of the questions."""
    known: dict[str, set[str]] = {}
    for fact in facts:
        known.setdefault(fact.name, set()).add(fact.value)
    found: dict[frozenset[tuple[str, str]], Contradiction] = {}
    for name in model.questions.keys() & known.keys():
        for one in _of(model, name, known):
            found.setdefault(frozenset((one.one, one.other)), one)
    return tuple(sorted(found.values(), key=lambda one: (one.one, one.other)))


def _of(model: CauseModel, name: str, known: Mapping[str, set[str]]) -> list[Contradiction]:
    return [
        Contradiction((name, answer), (other, value), rule.because)
        for rule in model.questions[name].incompatible
        for answer in sorted(rule.answers & known[name])
        for other, values in rule.beside.items()
        for value in sorted(values & known.get(other, set()))
    ]
