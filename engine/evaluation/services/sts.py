"""STS: role trust policies, and the call that everybody may make.

Sources: IAM User Guide, "Roles terms and concepts" (trust policy), "Policy evaluation logic"; STS API,
GetCallerIdentity ("no permissions are required"; an explicit Deny does not stop it either).
"""

from engine.evaluation.request import Request
from engine.evaluation.services.service import Service

__all__ = ["SERVICE", "is_trust"]

_TRUST = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
    }
)


def is_trust(request: Request) -> bool:
    """Tell whether a role's trust policy is the resource policy of the request."""
    return request.key in _TRUST


SERVICE = Service(
    "sts",
    always_allowed=lambda request: request.key == "sts:getcalleridentity",
    resource_policy="role trust policy",
    resource_policy_rules=is_trust,
)
