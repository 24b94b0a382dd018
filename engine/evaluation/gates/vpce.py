"""VPC endpoint policies: what may pass through the endpoint that the request came by.

Source: PrivateLink Guide, "Control access to VPC endpoints using endpoint policies": they cap and never grant.
"""

from engine.evaluation.answer import NOT_APPLICABLE, UNKNOWN, Answer, settle
from engine.evaluation.scan import scan
from engine.evaluation.situation import Situation

__all__ = ["answer"]


def answer(situation: Situation) -> Answer:
    """Answer for the policy of the VPC endpoint, where the request went through one."""
    policies = situation.policies
    if situation.request.caller.kind == "service":
        return Answer("vpce", NOT_APPLICABLE, False, "AWS services do not call through your VPC endpoint")
    if "vpce" in policies.unknown:
        return Answer(
            "vpce",
            UNKNOWN,
            None,
            "the VPC endpoint policy was not given",
            missing="the VPC endpoint policy, if there is one",
        )
    if not policies.vpce:
        return Answer("vpce", NOT_APPLICABLE, False, "the request went through no VPC endpoint with a policy")
    tally = scan(
        policies.vpce, situation.request, principal=True, bounded=situation.bounded, thorough=situation.thorough
    )
    return settle("vpce", tally, True, "VPC endpoint policy")
