"""From the rules that fired to ranked findings: how certain each cause is, and how probable among the others.

Certainty of a cause, from its fired rules:
 - confirmed and ruled-out together are evidence that contradicts itself: `possible`, with both reasons;
 - else ruled-out beats likely and possible;
 - else the strongest.

Probability, over the causes that have a finding and are not ruled out:

    probability = prior * strength / sum of the same over those causes
    strength    = WEIGHTS[certainty] * min(2 ** (rules that speak for the cause - 1), 8)

The strongest rule counts in full (likely is twenty times possible, confirmed twenty times likely), each further one
that does not rule the cause out doubles, and the doubling ends at eight: rules about one cause mostly look at the
same evidence from several sides, so counting each in full would make the cause with the most rules win. A ruled-out
cause has probability 0.

The order is by certainty first, then by probability, then by the cause's id.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from whydenied.engine.facts import Fact
from whydenied.engine.findings import CERTAINTIES, Certainty, Finding, Reason
from whydenied.engine.rules.model import Rule, Verdict

__all__ = ["MAX_BOOST", "WEIGHTS", "rank"]

WEIGHTS: Final[Mapping[Certainty, float]] = {"confirmed": 400.0, "likely": 20.0, "possible": 1.0}
MAX_BOOST: Final = 8


def rank(
    rules: Iterable[Rule], supports: Mapping[str, tuple[Fact, ...]], priors: Mapping[str, float]
) -> tuple[Finding, ...]:
    """Return one finding for each cause that the fired rules speak of, ranked; supports: each rule's facts, by id."""
    spoken: dict[str, list[tuple[Certainty, Reason]]] = {}
    for rule in rules:
        if isinstance(rule.conclusion, Verdict):
            reason = Reason(rule.id, rule.because, supports[rule.id])
            spoken.setdefault(rule.conclusion.cause, []).append((rule.conclusion.certainty, reason))
    certainties = {cause: _combine({certainty for certainty, _ in said}) for cause, said in spoken.items()}
    weights = {
        cause: priors[cause] * _strength(certainties[cause], [certainty for certainty, _ in said])
        for cause, said in spoken.items()
    }
    total = sum(weights.values())
    findings = [
        Finding(
            cause,
            certainties[cause],
            weights[cause] / total if weights[cause] else 0.0,
            _because(certainties[cause], said),
        )
        for cause, said in spoken.items()
    ]
    return tuple(sorted(findings, key=_place))


def _combine(said: set[Certainty]) -> Certainty:
    if "confirmed" in said and "ruled-out" in said:
        return "possible"
    if "ruled-out" in said:
        return "ruled-out"
    return min(said, key=CERTAINTIES.index)


def _strength(certainty: Certainty, said: Sequence[Certainty]) -> float:
    if certainty == "ruled-out":
        return 0.0
    speaking_for = sum(1 for one in said if one != "ruled-out")
    return WEIGHTS[certainty] * min(1 << (speaking_for - 1), MAX_BOOST)


def _because(certainty: Certainty, said: Sequence[tuple[Certainty, Reason]]) -> tuple[Reason, ...]:
    """Order the reasons by strength, and what rules the cause out first where it is ruled out; equals as written."""
    order = ("ruled-out", *CERTAINTIES) if certainty == "ruled-out" else CERTAINTIES
    return tuple(reason for _, reason in sorted(said, key=lambda one: order.index(one[0])))


def _place(finding: Finding) -> tuple[int, float, str]:
    return CERTAINTIES.index(finding.certainty), -finding.probability, finding.cause
