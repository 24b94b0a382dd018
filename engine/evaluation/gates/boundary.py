"""Permissions boundaries: the most that the identity policies of a user or role can give.

Source: IAM User Guide, "Permissions boundaries for IAM entities".
"""

from whydenied.engine.evaluation.answer import Answer, not_applicable, not_given, settle
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.scan import scan
from whydenied.engine.evaluation.situation import Excuse, Situation

__all__ = ["GATE"]


def answer(situation: Situation, excuse: Excuse) -> Answer:
    """Answer for the caller's permissions boundary."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity or caller.kind == "root":
        return not_applicable("boundary", "such a caller has no permissions boundary")
    if "boundary" in policies.unknown:
        reason = "whether there is a permissions boundary was not given"
        tally = scan(policies.documents("boundary"), situation.request, thorough=situation.thorough)
        missing = policies.missing("boundary", "the permissions boundary, if there is one")
        return not_given("boundary", reason, missing, tally, "permissions boundary")
    documents = policies.documents("boundary")
    if not documents:
        return not_applicable("boundary", "the caller has no permissions boundary")
    tally = scan(documents, situation.request, thorough=situation.thorough)
    return settle("boundary", tally, excuse.limits, "permissions boundary", excuse.why)


GATE = Gate(
    name="boundary",
    place=60,
    title="Permissions boundary",
    owner="who sets permissions boundaries in account {ours}",
    answer=answer,
    kind="boundary",
    field="permissions_boundaries",
    words="permissions boundary",
    policies="the permissions boundary",
    guardrail="A permissions boundary is a guardrail: it says what this identity may be given at the very most.",
    may_stay_open="no permissions boundary refuses it",
)
