"""IAM's own simulator, as a second opinion, and for what a member account cannot read: the SCPs' answer.

Source: IAM API, SimulatePrincipalPolicy. It knows no RCP, endpoint or session policy, and for roles no resource policy.
"""

from whydenied.engine.collectors.calls import Call, Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.sources import Source
from whydenied.engine.collectors.target import Target

__all__ = ["SOURCE"]

_DECISIONS = {"allowed": "allowed", "explicitDeny": "explicitly-denied", "implicitDeny": "implicitly-denied"}


def collect(reader: Reader, target: Target) -> Piece:
    """Ask the simulator about the caller, the action and the resource."""
    piece = Piece()
    parameters: dict[str, object] = {"PolicySourceArn": target.identity_arn, "ActionNames": [target.action]}
    if target.arn is not None:
        parameters["ResourceArns"] = [target.resource]
    if target.region:
        entry = {
            "ContextKeyName": "aws:RequestedRegion",
            "ContextKeyValues": [target.region],
            "ContextKeyType": "string",
        }
        parameters["ContextEntries"] = [entry]
    answer = reader.read(Call("iam", "SimulatePrincipalPolicy", parameters, target.account))
    results = answer.get("EvaluationResults") or []
    if not results:
        return piece
    organizations = [(one.get("OrganizationsDecisionDetail") or {}).get("AllowedByOrganizations") for one in results]
    if False in organizations:
        piece.facts.append(("scp.allows", "no"))
    elif True in organizations:
        piece.facts.append(("scp.allows", "yes"))
        if target.layer != "scp":
            # Whoever may not read the SCPs learns here that they let it pass.
            piece.policies["scp"] = []
    decision = _DECISIONS.get(str(results[0].get("EvalDecision")))
    if decision:
        piece.facts.append(("simulator.decision", decision))
    return piece


SOURCE = Source(
    "simulation",
    ("scp",),
    2,
    (("iam", "SimulatePrincipalPolicy"),),
    lambda target: target.kind in ("user", "role") and not target.identity_arn.endswith("*"),
    collect,
)
