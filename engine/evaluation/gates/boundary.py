"""Permissions boundaries: the most that the identity policies of a user or role can give.

Source: IAM User Guide, "Permissions boundaries for IAM entities".
"""

from engine.evaluation.answer import NOT_APPLICABLE, UNKNOWN, Answer, settle
from engine.evaluation.scan import scan
from engine.evaluation.situation import Situation

__all__ = ["answer"]


def answer(situation: Situation) -> Answer:
    """Answer for the caller's permissions boundary."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity or caller.kind == "root":
        return Answer("boundary", NOT_APPLICABLE, False, "such a caller has no permissions boundary")
    if "boundary" in policies.unknown:
        return Answer(
            "boundary",
            UNKNOWN,
            None,
            "whether there is a permissions boundary was not given",
            missing="the permissions boundary, if there is one",
        )
    if not policies.boundaries:
        return Answer("boundary", NOT_APPLICABLE, False, "the caller has no permissions boundary")
    tally = scan(policies.boundaries, situation.request, thorough=situation.thorough)
    return settle("boundary", tally, situation.needs_limits, "permissions boundary", situation.excused)
