"""Who is asked: what somebody can look at decides what can be answered, and so what is worth asking.

A question says what its answer takes (`needs`); a kind of person knows that with some probability. Which kind it is,
is guessed from what was answered and what was not: whoever does not know the simulator's answer will hardly know what
the boundary says. Beside the answers to the first question that takes a look at IAM stands that one cannot take it
(`ways_out`): told with the same click as an answer, it costs nobody a question of its own. Where a question is put in
place of that look (`in_place_of`), its answers stand there, and whoever gives one cannot take the look.

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
    "may_be_unable",
    "most_asked",
    "people",
    "stands_beside",
    "takes_the_look",
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
_MAY_LOOK: Final = 0.1
"""Up to which probability of reading IAM somebody is asked what is known without it, and of not reading it, is not."""
_SAYS_LESS: Final = 0.25
"""How often somebody who can look at the resource, and not at IAM, answers the question beside without saying so.
Unchecked."""
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
    if not takes_the_look(model, answers):
        weights |= {"both": 0.0, "iam": 0.0, "resource": KINDS["resource"] * _SAYS_LESS}
    for name, value in answers.items():
        question = model.questions[name]
        ways = ways_out(question, ())
        for kind in KINDS:
            knows = _KNOWS[kind][question.needs]
            weights[kind] *= (1 - knows) * (_PASSES_BY if kind in ways else 1) if value == UNKNOWN else knows
    total = sum(weights.values())
    return {kind: weight / total for kind, weight in weights.items()}


def takes_the_look(model: CauseModel, answers: Mapping[str, str]) -> bool:
    """Tell whether somebody has not said by an answer that IAM cannot be looked at, or has an answer of it by now."""
    questions = [(model.questions[name], value) for name, value in answers.items()]
    if any(one.needs == "iam" and value != UNKNOWN for one, value in questions):
        return True
    return not any(one.in_place_of == "iam" for one, _ in questions)


def known_by(kinds: Mapping[str, float], question: Question) -> float:
    """Return how often a question is known to somebody who is of these kinds with these probabilities."""
    return sum(share * _KNOWS[kind][question.needs] for kind, share in kinds.items())


def most_asked(kinds: Mapping[str, float]) -> int:
    """Return how many questions somebody of these kinds is asked at most. Whoever reads IAM is done earlier."""
    reads_iam = sum(share for kind, share in kinds.items() if kind in ("both", "iam"))
    return MAX_ASKED - 1 if reads_iam >= _READS_IAM else MAX_ASKED


def stands_beside(question: Question, kinds: Mapping[str, float]) -> bool:
    """Tell whether a question is put only beside another one: somebody of these kinds may take the look itself."""
    return question.in_place_of == "iam" and kinds["both"] + kinds["iam"] > _MAY_LOOK


def may_be_unable(kinds: Mapping[str, float]) -> bool:
    """Tell whether somebody of these kinds may be unable to look at IAM: who has just read it there, is not."""
    return kinds["both"] + kinds["iam"] < 1 - _MAY_LOOK


def ways_out(question: Question, answered: Container[str]) -> tuple[str, ...]:
    """Return the values of READER that stand beside a question's answers: what somebody is who cannot look at IAM, or
    who can where that was said not to be so."""
    if question.in_place_of == "iam" and READER not in answered:
        return ("both", "iam")
    return ("resource", "nothing") if question.needs == "iam" and READER not in answered else ()
