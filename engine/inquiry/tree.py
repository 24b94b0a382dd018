"""The decision tree that the inquiry amounts to, as computed: nobody draws it.

From an entry's facts every answer is followed that is likely enough; rarer ways end in the cause that is first there,
marked as cut. Answers that lead to the same end at once are one branch. "I don't know" is left out: it leads to the
next best question, wherever it is given.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.inquiry.belief import normalised
from whydenied.engine.inquiry.inquiry import Inquiry, Step

__all__ = ["LEAST", "Branch", "Node", "grow"]

LEAST: Final = 0.02
"""The share of all who start at the entry that a branch must have to be followed further."""


class Node(msgspec.Struct, frozen=True):
    """A question with its branches, or an end with the causes that come first there.

    answers: those given on the way, by question. cut: more is asked here than is drawn.
    """

    question: str
    causes: tuple[tuple[str, float], ...]
    answers: tuple[tuple[str, str], ...]
    branches: tuple["Branch", ...] = ()
    cut: bool = False

    @property
    def leaves(self) -> int:
        """How many ends there are below."""
        return sum(branch.to.leaves for branch in self.branches) or 1


class Branch(msgspec.Struct, frozen=True):
    """The values that lead on to one node, and the share of those who come this way (0 to 1, of this question)."""

    values: tuple[str, ...]
    share: float
    to: Node


def grow(inquiry: Inquiry, facts: Facts, favoured: Iterable[str] = (), least: float = LEAST) -> Node:
    """Return the tree from an entry's facts; favoured: causes of the set-up that was named."""
    return _node(inquiry, facts, tuple(favoured), (), 1.0, least)


def _node(
    inquiry: Inquiry,
    facts: Facts,
    favoured: Sequence[str],
    answers: tuple[tuple[str, str], ...],
    share: float,
    least: float,
) -> Node:
    known = Facts([*facts, *(Fact(name, value, Source("answer", name)) for name, value in answers)])
    step = inquiry.step(known, favoured)
    causes = tuple((one.cause, one.probability) for one in step.findings[:3] if one.certainty != "ruled-out")
    if step.ask is None or share < least:
        return Node("", causes, answers, cut=step.ask is not None)
    question = step.ask.question
    branches = [
        Branch((value,), part, _node(inquiry, facts, favoured, (*answers, (question, value)), share * part, least))
        for value, part in _shares(inquiry, step, question)
    ]
    return Node(question, causes, answers, _merged(branches))


def _shares(inquiry: Inquiry, step: Step, question: str) -> list[tuple[str, float]]:
    """Return how probable each value of a question is at a step."""
    table = inquiry.model.likelihoods[question]
    # A step's probabilities leave some room for wrong answers; those who go on from here did not give any.
    shares = normalised([finding.probability for finding in step.findings])
    belief = {finding.cause: share for finding, share in zip(step.findings, shares, strict=True)}
    return [
        (value, sum(belief[cause] * share for cause, share in zip(inquiry.model.causes, column, strict=True)))
        for value, column in table.items()
    ]


def _merged(branches: Sequence[Branch]) -> tuple[Branch, ...]:
    """Join the branches that end at once in the same cause."""
    merged: dict[object, Branch] = {}
    for branch in branches:
        end = branch.to
        key: object = (end.causes[:1] and end.causes[0][0], end.cut) if not end.question else branch.values
        if key in merged:
            first = merged[key]
            merged[key] = Branch((*first.values, *branch.values), first.share + branch.share, first.to)
        else:
            merged[key] = branch
    return tuple(merged.values())
