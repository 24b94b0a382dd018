"""VPC endpoint policies: what may pass through the endpoint that the request came by.

Source: PrivateLink Guide, "Control access to VPC endpoints using endpoint policies": they cap and never grant.
"""

from engine.evaluation.answer import Answer, not_applicable, not_given, settle
from engine.evaluation.gates.gate import Gate
from engine.evaluation.scan import scan
from engine.evaluation.situation import Excuse, Situation

__all__ = ["GATE"]


def answer(situation: Situation, _excuse: Excuse) -> Answer:
    """Answer for the policy of the VPC endpoint, where the request went through one."""
    request, policies = situation.request, situation.policies
    if request.caller.kind == "service":
        return not_applicable("vpce", "AWS services do not call through your VPC endpoint")
    documents = policies.documents("vpce")
    if not documents and "vpce" not in policies.unknown:
        return not_applicable("vpce", "the request went through no VPC endpoint with a policy")
    tally = scan(documents, request, principal=True, bounded=situation.bounded, thorough=situation.thorough)
    if "vpce" in policies.unknown:
        missing = policies.missing("vpce", "the VPC endpoint policy, if there is one")
        return not_given("vpce", "the VPC endpoint policy was not given", missing, tally, "VPC endpoint policy")
    return settle("vpce", tally, True, "VPC endpoint policy")


GATE = Gate(
    name="vpce",
    place=30,
    title="VPC endpoint policy",
    owner="who owns the VPC endpoint",
    answer=answer,
    kind="vpce",
    field="vpc_endpoint_policies",
    words="VPC endpoint policy",
    policies="VPC endpoint policies",
    may_stay_open="no VPC endpoint policy refuses it",
)
