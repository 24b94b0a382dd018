"""Identity-based policies: those of the user and its groups, or of the role."""

from engine.evaluation.answer import ALLOW, NOT_APPLICABLE, UNKNOWN, Answer, settle
from engine.evaluation.scan import scan
from engine.evaluation.situation import Situation

__all__ = ["answer"]


def answer(situation: Situation) -> Answer:
    """Answer for the caller's identity policies."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity:
        return Answer("identity", NOT_APPLICABLE, False, "the caller has no identity policies")
    if caller.kind == "root":
        return Answer("identity", ALLOW, False, "the root user has no identity policies and needs none")
    if "identity" in policies.unknown:
        return Answer(
            "identity", UNKNOWN, None, "the identity policies were not given", missing="the caller's identity policies"
        )
    tally = scan(policies.identity, situation.request, thorough=situation.thorough)
    return settle("identity", tally, situation.needs_identity, "identity policy", situation.excused)
