"""VPC endpoint policies: what may pass through the endpoint that the request came by.

Source: PrivateLink Guide, "Control access to VPC endpoints using endpoint policies": they cap and never grant. Under
"Principals for gateway endpoints": Principal "must be set to *"; an account there means its root user only, "not all
users and roles for the account". S3 and DynamoDB have endpoints of both kinds, so that what a Principal says may depend
on a kind that nobody gave.
"""

import msgspec

from whydenied.engine.evaluation.answer import Answer, not_applicable, not_given, settle
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.scan import Reach, scan
from whydenied.engine.evaluation.situation import Excuse, Situation
from whydenied.engine.policy.principals import Caller
from whydenied.engine.policy.statement import Statement

__all__ = ["GATE", "GATEWAY_SERVICES"]

GATEWAY_SERVICES = frozenset({"s3", "dynamodb"})
"""The prefixes of services that have gateway endpoints."""

_KIND = "the kind of the VPC endpoint (gateway or interface)"


def answer(situation: Situation, _excuse: Excuse) -> Answer:
    """Answer for the policy of the VPC endpoint, where the request went through one."""
    request, policies = situation.request, situation.policies
    if request.caller.kind == "service":
        return not_applicable("vpce", "AWS services do not call through your VPC endpoint")
    documents = policies.documents("vpce")
    if not documents and "vpce" not in policies.unknown:
        return not_applicable("vpce", "the request went through no VPC endpoint with a policy")
    reach = _reach(request)
    tally = scan(
        documents, request, principal=True, bounded=situation.bounded, reach=reach, thorough=situation.thorough
    )
    if "vpce" in policies.unknown:
        missing = policies.missing("vpce", "the VPC endpoint policy, if there is one")
        return not_given("vpce", "the VPC endpoint policy was not given", missing, tally, "VPC endpoint policy")
    settled = settle("vpce", tally, True, "VPC endpoint policy")
    if reach is not None and any(reach(one, request.caller) is None for _, one in settled.undecided):
        return msgspec.structs.replace(settled, missing=_KIND)
    return settled


def _reach(request: Request) -> Reach | None:
    """Return how Principal is read: as usual at interface endpoints."""
    kind = request.settings.endpoint_kind
    if request.service not in GATEWAY_SERVICES or kind == "interface":
        return None
    return _at_gateway if kind == "gateway" else _at_either


def _at_gateway(statement: Statement, caller: Caller) -> bool:
    if "Principal" not in statement.raw and "NotPrincipal" not in statement.raw:
        return True
    element = statement.principal
    return not element.negated and (element.everyone or (caller.kind == "root" and element.names_account(caller)))


def _at_either(statement: Statement, caller: Caller) -> bool | None:
    return True if _at_gateway(statement, caller) else None


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
