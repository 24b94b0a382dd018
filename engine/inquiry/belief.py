"""How probable each cause is.

    P(cause) ~ prior ** TEMPER * STRENGTH[what the rules say of the message] * product of P(answer | cause)

Priors are tempered: who gets as far as a question has looked at the commonest causes already, so that rare causes are
less rare here than among all denials.

The rules speak twice, and count once: from the message alone they give each cause its strength; what they conclude
from answers is left to the signs, which say the same more finely, with two exceptions: a cause that the rules rule
out has no probability at all, and one that an answer confirms is taken as confirmed. The strengths are lower than the
weights of engine.rules.ranking: those order causes, these have to be probabilities that an answer can still turn.

People look in the wrong place and type the wrong letter, so what they say is doubted before a cause is called likely:
`doubted` counts every answer as wrong SLIP of the time, lets none of them confirm or rule out, and takes priors as they
were counted. It orders nothing: it only has to agree.

A cause that stands in for what a message leaves unsaid gains nothing by the message: that it leaves it unsaid is known.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from whydenied.engine.facts import UNKNOWN
from whydenied.engine.findings import Finding
from whydenied.engine.inquiry.model import CauseModel

__all__ = [
    "CONFIRMED",
    "EXCLUDED",
    "SLIP",
    "STRENGTH",
    "TEMPER",
    "UNSPOKEN",
    "answers_in",
    "believe",
    "counted",
    "doubted",
    "normalised",
    "starting_weights",
]

CONFIRMED: Final = 1_000.0
TEMPER: Final = 0.8
STRENGTH: Final[Mapping[str, float]] = {"confirmed": CONFIRMED, "likely": 3.0, "possible": 1.0, "ruled-out": 0.0}
SLIP: Final = 0.02
"""How often somebody's answer is taken to be wrong. Unchecked: rough, and meant to be."""
UNSPOKEN: Final = 1.0
"""The strength of a cause that no rule speaks of: a message that gives no reason excludes none, and favours none."""
STAND_IN: Final = 0.02
"""The strength of a cause that stands in for what is unsaid: it comes first only where nothing else is left."""
EXCLUDED: Final = 0.002
"""The strength of a cause that no rule speaks of, where the message states the kind of policy: that excludes it."""


def answers_in(model: CauseModel, facts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the answers among some facts, `unknown` ones too, by question; of several values the first."""
    answers: dict[str, str] = {}
    for name, value in facts:
        question = model.questions.get(name)
        if question is not None and (value in question.values or value == UNKNOWN):
            answers.setdefault(name, value)
    return answers


def counted(model: CauseModel, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that are evidence: not `unknown`, and not contained in the answer to another question."""
    known = {name: value for name, value in answers.items() if value != UNKNOWN}
    contained = {inner for name in known for inner in model.questions[name].settles}
    return {name: value for name, value in known.items() if name not in contained}


def starting_weights(
    model: CauseModel,
    by_message: Sequence[Finding],
    by_all: Sequence[Finding],
    is_stated: bool,
    temper: float = TEMPER,
) -> tuple[float, ...]:
    """Return tempered prior times strength for each cause.

    by_message: what the rules conclude without any answer. is_stated: the message states the kind of policy. temper:
    the exponent of the priors, 1 for as they are.
    """
    said = {finding.cause: finding.certainty for finding in by_message}
    now = {finding.cause: finding.certainty for finding in by_all}
    weights = []
    for cause, prior in zip(model.causes, model.priors, strict=True):
        strength = STRENGTH[said[cause]] if cause in said else EXCLUDED if is_stated else UNSPOKEN
        if cause in model.stand_ins:
            strength = STAND_IN
        elif now.get(cause) == "confirmed":
            strength = CONFIRMED
        weights.append(0.0 if now.get(cause) == "ruled-out" else prior**temper * strength)
    return tuple(weights)


def believe(model: CauseModel, weights: Sequence[float], answers: Mapping[str, str]) -> tuple[float, ...]:
    """Return the probability of each cause, given its starting weight and the answers; all nought if none is left."""
    # Sorted, so that the same answers in another order give the same last digit, and so the same question.
    for name, value in sorted(counted(model, answers).items()):
        weights = [weight * share for weight, share in zip(weights, model.likelihoods[name][value], strict=True)]
    return normalised(weights)


def doubted(
    model: CauseModel, weights: Sequence[float], answers: Mapping[str, str], said: Container[str]
) -> tuple[float, ...]:
    """Return the probability of each cause where each answer that a person said may be wrong.

    weights: made without those answers, and with temper 1. said: the questions that a person answered by hand; what
    a message or an output tells is not doubted."""
    for name, value in sorted(counted(model, answers).items()):
        slip = SLIP if name in said else 0.0
        spread = slip / len(model.questions[name].values)
        column = model.likelihoods[name][value]
        weights = [weight * ((1 - slip) * share + spread) for weight, share in zip(weights, column, strict=True)]
    return normalised(weights)


def normalised(weights: Sequence[float]) -> tuple[float, ...]:
    """Return weights as shares of their sum."""
    total = sum(weights)
    return tuple(weight / total for weight in weights) if total else tuple(weights)
