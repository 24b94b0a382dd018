"""Who is asked: what somebody can look at decides what can be answered, and so what is worth asking.

A question says what its answer takes (`needs`); a kind of person knows that with some probability. Which kind it is,
is guessed from what was answered and what was not: whoever does not know the simulator's answer will hardly know what
the boundary says. Beside the answers to the first question that takes a look at IAM stands that one cannot take it
(`ways_out`): told with the same click as an answer, it costs nobody a question of its own.

The probabilities are rough, and are meant to be: they order questions, and decide nothing about a cause.
"""

from collections.abc import Container, Mapping
from typing import Final

from whydenied.engine.facts import UNKNOWN
from whydenied.engine.inquiry.model import CauseModel, Question

__all__ = [
    "KINDS",
    "LEAST_KNOWN",
    "MAX_ASKED",
    "READER",
    "known_by",
    "most_asked",
    "people",
    "ways_out",
]

READER: Final = "reader.sees"
"""The question whose answer says what somebody can look at; its values are the kinds of person. It is never put."""
LEAST_KNOWN: Final = 0.2
"""A question is not put to somebody who knows its answer less often than this."""
MAX_ASKED: Final = 7
"""How many questions anybody is asked at most: what the first page promises."""
_READS_IAM: Final = 0.5
"""From which probability on somebody is taken to read IAM."""
_PASSES_BY: Final = 0.03
"""How often somebody who cannot look at IAM says "I don't know" although that stands beside it. Unchecked."""

KINDS: Final[Mapping[str, float]] = {"both": 0.2, "iam": 0.2, "resource": 0.1, "nothing": 0.5}
"""How common each kind of person is, before anything is known. Unchecked: about half of those who ask for help cannot
read IAM, as far as the walked journeys of the first release tell."""
_KNOWS: Final[Mapping[str, Mapping[str, float]]] = {
    "both": {
        "message": 0.95,
        "own": 0.9,
        "again": 0.75,
        "attempt": 0.55,
        "iam": 0.95,
        "resource": 0.95,
        "organization": 0.5,
        "network": 0.6,
        "trail": 0.7,
    },
    "iam": {
        "message": 0.95,
        "own": 0.9,
        "again": 0.7,
        "attempt": 0.5,
        "iam": 0.95,
        "resource": 0.5,
        "organization": 0.4,
        "network": 0.5,
        "trail": 0.7,
    },
    "resource": {
        "message": 0.95,
        "own": 0.9,
        "again": 0.65,
        "attempt": 0.5,
        "iam": 0.1,
        "resource": 0.95,
        "organization": 0.15,
        "network": 0.4,
        "trail": 0.3,
    },
    "nothing": {
        "message": 0.95,
        "own": 0.88,
        "again": 0.65,
        "attempt": 0.4,
        "iam": 0.03,
        "resource": 0.1,
        "organization": 0.15,
        "network": 0.25,
        "trail": 0.05,
    },
}


def people(model: CauseModel, answers: Mapping[str, str]) -> dict[str, float]:
    """Return how probable each kind of person is, from the answers and from what was answered with `unknown`."""
    told = answers.get(READER, UNKNOWN)
    if told in KINDS:
        return {kind: float(kind == told) for kind in KINDS}
    weights = dict(KINDS)
    for name, value in answers.items():
        question = model.questions[name]
        ways = ways_out(question, ())
        for kind in KINDS:
            knows = _KNOWS[kind][question.needs]
            weights[kind] *= (1 - knows) * (_PASSES_BY if kind in ways else 1) if value == UNKNOWN else knows
    total = sum(weights.values())
    return {kind: weight / total for kind, weight in weights.items()}


def known_by(kinds: Mapping[str, float], question: Question) -> float:
    """Return how often a question is known to somebody who is of these kinds with these probabilities."""
    return sum(share * _KNOWS[kind][question.needs] for kind, share in kinds.items())


def most_asked(kinds: Mapping[str, float]) -> int:
    """Return how many questions somebody of these kinds is asked at most. Whoever reads IAM is done earlier."""
    reads_iam = sum(share for kind, share in kinds.items() if kind in ("both", "iam"))
    return MAX_ASKED - 1 if reads_iam >= _READS_IAM else MAX_ASKED


def ways_out(question: Question, answered: Container[str]) -> tuple[str, ...]:
    """Return the values of READER that stand beside a question's answers: what somebody is who cannot look at IAM."""
    return ("resource", "nothing") if question.needs == "iam" and READER not in answered else ()
