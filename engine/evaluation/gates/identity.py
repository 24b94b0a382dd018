"""Identity-based policies: those of the user and its groups, or of the role.

Source: IAM User Guide, "Identity-based policies and resource-based policies"."""

from whydenied.engine.evaluation.answer import ALLOW, Answer, not_applicable, not_given, settle
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.scan import scan
from whydenied.engine.evaluation.situation import Excuse, Situation

__all__ = ["GATE"]


def answer(situation: Situation, excuse: Excuse) -> Answer:
    """Answer for the caller's identity policies."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity:
        return not_applicable("identity", "the caller has no identity policies")
    if caller.kind == "root":
        return Answer("identity", ALLOW, False, "the root user has no identity policies and needs none")
    if "identity" in policies.unknown:
        tally = scan(policies.documents("identity"), situation.request, thorough=situation.thorough)
        missing = policies.missing("identity", "the caller's identity policies")
        return not_given("identity", "the identity policies were not given", missing, tally, "identity policy")
    tally = scan(policies.documents("identity"), situation.request, thorough=situation.thorough)
    return settle("identity", tally, excuse.identity, "identity policy", excuse.why)


GATE = Gate(
    name="identity",
    place=50,
    title="Identity policies",
    owner="the IAM administrator of account {ours}",
    answer=answer,
    kind="identity",
    field="identity_policies",
    words="identity policy",
    policies="the caller's own policies",
    grants=True,
)
