"""The tables behind the inquiry: how common causes are, and how likely each answer is under each cause.

Authors write priors, costs and `signs` (P(answer | cause), meaningful values only); nobody draws a tree. Where a cause
has no sign for a question, the question's `usual` answers stand in. No answer is ever impossible: people look in the
wrong place and type the wrong letter, so every probability is kept above FLOOR and one answer cannot end the matter
by arithmetic alone. Only rules can rule out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from whydenied.engine.errors import ContentError

__all__ = ["FLOOR", "CauseModel", "Incompatible", "Question", "make_model"]

FLOOR: Final = 0.001


class Incompatible(msgspec.Struct, frozen=True):
    """Answers of a question, the facts beside any of which they cannot be true, and why, in a sentence."""

    answers: frozenset[str]
    beside: Mapping[str, frozenset[str]]
    because: str


class Question(msgspec.Struct, frozen=True):
    """One observable fact, as far as the inquiry needs to know it.

    title, labels: its words, and those of each value but `unknown`, which every question has. cost: minutes.
    asked_when: facts of which one must hold; empty for "always". unless: facts that make it pointless. settles:
    questions that its answer contains. call: what names its AWS call, "" for none. needs: what somebody must be able
    to look at (engine.inquiry.person). family: what it is read off together with others, "" for nothing. retired:
    not put any more, but still counted where an address holds its answer. in_place_of: the look (one of needs) beside
    which it is put, for whoever cannot take it; "" for none. incompatible: what its answers contradict.
    """

    id: str
    title: str
    labels: Mapping[str, str]
    cost: int
    asked_when: tuple[tuple[str, frozenset[str]], ...] = ()
    unless: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    call: str = ""
    needs: str = "own"
    family: str = ""
    retired: bool = False
    in_place_of: str = ""
    incompatible: tuple[Incompatible, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The values, in the author's order."""
        return tuple(self.labels)

    def says(self, value: str) -> str:
        """Return an answer as a sentence."""
        return f"{self.title} {self.labels[value].rstrip('.')}."


class CauseModel(msgspec.Struct, frozen=True):
    """Causes and questions as tables. Make one with `make_model`.

    causes, priors: in one order. stand_ins: causes that name what a message leaves unsaid. refined_by: the questions
    that matter still once a cause is clear. likelihoods: by question and value, P(value | cause) in the causes' order.
    """

    causes: tuple[str, ...]
    priors: tuple[float, ...]
    stand_ins: frozenset[str]
    refined_by: Mapping[str, tuple[str, ...]]
    questions: Mapping[str, Question]
    likelihoods: Mapping[str, Mapping[str, tuple[float, ...]]]


def make_model(causes: Iterable[Mapping[str, Any]], questions: Iterable[Mapping[str, Any]]) -> CauseModel:
    """Compile front matter, each with its `id`. Raise ContentError, naming the article, for what cannot be used."""
    asked = {question["id"]: _question(question) for question in questions}
    usual = {question["id"]: dict(question.get("usual", {})) for question in questions}
    causes = list(causes)
    for cause in causes:
        _check_signs(cause, asked)
    likelihoods = {
        question.id: _table(question, usual[question.id], [cause.get("signs", {}) for cause in causes])
        for question in asked.values()
    }
    return CauseModel(
        causes=tuple(cause["id"] for cause in causes),
        priors=tuple(float(cause["prior"]) for cause in causes),
        stand_ins=frozenset(cause["id"] for cause in causes if cause.get("stand_in", False)),
        refined_by={cause["id"]: tuple(cause.get("refined_by", ())) for cause in causes},
        questions=asked,
        likelihoods=likelihoods,
    )


def _question(front: Mapping[str, Any]) -> Question:
    call = front.get("call") or {}
    return Question(
        id=front["id"],
        title=front["title"],
        labels={choice["value"]: choice["label"] for choice in front["values"]},
        cost=front["cost"],
        asked_when=tuple((name, frozenset(_listed(values))) for name, values in front.get("asked_when", {}).items()),
        unless=tuple(front.get("unless", ())),
        settles=tuple(front.get("settles", ())),
        call=f"{call['service']}:{call['operation']}:{call.get('parameters', {})}" if call else "",
        needs=front.get("needs", "own"),
        family=front.get("family") or "",
        retired=front.get("retired", False),
        in_place_of=front.get("in_place_of") or "",
        incompatible=tuple(
            Incompatible(
                frozenset(_listed(rule["answer"])),
                {name: frozenset(_listed(values)) for name, values in rule["beside"].items()},
                rule["because"],
            )
            for rule in front.get("incompatible", ())
        ),
    )


def _listed(values: Any) -> Sequence[str]:
    return [values] if isinstance(values, str) else values


def _check_signs(cause: Mapping[str, Any], questions: Mapping[str, Question]) -> None:
    for name, shares in cause.get("signs", {}).items():
        where = f"cause `{cause['id']}`, signs.{name}"
        if name not in questions:
            continue  # its article was left out for problems of its own: the other signs still count
        for value in shares:
            if value not in questions[name].values:
                known = ", ".join(questions[name].values)
                raise ContentError(f"{where}: the question has no value `{value}`: use one of {known}")
        if sum(shares.values()) > 1.001:
            raise ContentError(f"{where}: the probabilities add up to more than 1: lower one of them")


def _table(
    question: Question, usual: Mapping[str, float], signs: Sequence[Mapping[str, Mapping[str, float]]]
) -> dict[str, tuple[float, ...]]:
    background = _spread(question.values, usual, {})
    columns = [_spread(question.values, sign.get(question.id, {}), background) for sign in signs]
    return {value: tuple(column[value] for column in columns) for value in question.values}


def _spread(values: Sequence[str], given: Mapping[str, float], background: Mapping[str, float]) -> Mapping[str, float]:
    """Fill up a distribution: what the given values leave of 1 goes to the others, as they are usually."""
    if not given and background:
        return background
    rest = [value for value in values if value not in given]
    left = max(0.0, 1.0 - sum(given.values()))
    weights = {value: background.get(value, 1.0) for value in rest}
    total = sum(weights.values()) or 1.0
    raw = {value: given.get(value, left * weights.get(value, 0.0) / total) for value in values}
    floored = {value: max(share, FLOOR) for value, share in raw.items()}
    whole = sum(floored.values())
    return {value: share / whole for value, share in floored.items()}
