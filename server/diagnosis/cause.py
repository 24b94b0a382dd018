"""A cause made showable: its article, how certain it is and why, and what to do with the reader's own names in it.

A diagnosis and a step of the wizard make the same thing of a finding, so that they cannot say different things of it.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from functools import cached_property

import msgspec

from whydenied.engine.facts import Fact
from whydenied.engine.findings import Certainty, Finding
from whydenied.kb.article import Article, Meta
from whydenied.kb.gates import GATES_BY_ID, Gate
from whydenied.server.diagnosis.commands import Command, suited

__all__ = ["Because", "Cause", "Evidence", "cause_of"]


class Evidence(msgspec.Struct, frozen=True):
    """Words of the paste that a reason rests on, and the mark they stand in ('' where they are not marked)."""

    words: str
    mark: str


class Because(msgspec.Struct, frozen=True):
    """A reason: its sentence, the words of the paste it goes back to, its rule and the facts that this rests on."""

    text: str
    evidence: tuple[Evidence, ...]
    rule: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def longest(self) -> tuple[Evidence, ...]:
        """The longest of the words, which tells most, and of equals the last; () where there are none."""
        return tuple(sorted(self.evidence, key=lambda one: len(one.words))[-1:])


class Cause(msgspec.Struct, frozen=True, dict=True):
    """A cause. names: the reader's own, for the commands. remedy: what to do, of the article or of one of its cases."""

    article: Article
    gate: Gate
    certainty: Certainty
    probability: float
    because: tuple[Because, ...]
    names: Mapping[str, str]
    remedy: Meta

    @property
    def id(self) -> str:
        """The id of the article."""
        return self.article.id

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """The commands, filled in as far as the paste tells."""
        # Made when they are asked for: of ten causes a page shows the commands of one.
        is_a_case = self.remedy is not self.article.meta
        return suited(self.remedy["commands"], self.names, self.gate.id, is_a_case=is_a_case)

    @property
    def answer(self) -> str:
        """Why, in the words of a title: after "x may not do y: ", or alone where it is no denial."""
        return str(self.remedy.get("answer") or self.article.meta.get("answer") or self.article.title)

    @property
    def heading(self) -> str:
        """Why, where the text names nobody: in the words of the case that holds, else the article's title."""
        case = "" if self.remedy is self.article.meta else str(self.remedy.get("answer") or "")
        return case or self.article.title

    @property
    def owner(self) -> str:
        """Who can change it."""
        return str(self.article.meta["owner"])

    @property
    def fix(self) -> str:
        """The fix, in one sentence."""
        return str(self.remedy["fix"])

    @property
    def verify(self) -> str:
        """How to see that it is fixed, in one sentence."""
        return str(self.remedy["verify"])


def _nowhere(_facts: tuple[Fact, ...]) -> tuple[Evidence, ...]:
    return ()


def cause_of(
    finding: Finding,
    article: Article,
    names: Mapping[str, str],
    known: Container[tuple[str, str]],
    evidence: Callable[[tuple[Fact, ...]], tuple[Evidence, ...]] = _nowhere,
) -> Cause:
    """Join a finding with the article of its cause.

    names: of server.diagnosis.commands.command_names, or of the placeholders alone. known: the name and value of each
    fact of the denial. evidence: gives the words that the facts of a reason go back to; without it none are quoted."""
    reasons = {
        reason.text: Because(reason.text, evidence(reason.facts), reason.rule, reason.facts)
        for reason in finding.because
    }
    return Cause(
        article,
        GATES_BY_ID[article.meta["gate"]],
        finding.certainty,
        finding.probability,
        tuple(reasons.values()),
        names,
        _remedy(article, known),
    )


def _remedy(article: Article, known: Container[tuple[str, str]]) -> Meta:
    """Return what to do: the article's first case whose facts all hold, else its own fix, verify and commands."""
    for case in article.meta.get("cases", ()):
        if all(_holds(name, value, known) for name, value in case["when"].items()):
            return {"commands": [], **case}
    return article.meta


def _holds(name: str, value: str | Sequence[str], known: Container[tuple[str, str]]) -> bool:
    return (name, value) in known if isinstance(value, str) else any((name, one) in known for one in value)
