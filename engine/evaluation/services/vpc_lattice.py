"""VPC Lattice: whoever calls a service needs an Allow of its auth policy and one of his own, within one account too.

Source: VPC Lattice User Guide, "Control access to VPC Lattice services using auth policies" ("both auth policies and
identity-based policies need to have explicit allow statements").
"""

from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.service import Service

__all__ = ["SERVICE"]


def _always(_request: Request) -> bool:
    return True


SERVICE = Service(
    "vpc-lattice-svcs", resource_policy="auth policy", resource_policy_rules=_always, both_must_allow=True
)
