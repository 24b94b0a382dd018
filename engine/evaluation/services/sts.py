"""STS: role trust policies, the calls that need no permission, and those that some credentials cannot make.

Sources: IAM User Guide, "Roles terms and concepts" (trust policy) and "Compare AWS STS credentials"; STS API:
GetCallerIdentity ("no permissions are required"; an explicit Deny does not stop it either), GetSessionToken ("No
permissions are required for users … You cannot use policies to control authentication operations"), AssumeRole ("You
cannot call … GetFederationToken or GetSessionToken"), GetFederationToken ("You cannot call any STS operations except
GetCallerIdentity"), AssumeRoot ("You cannot use root user credentials to make this call").
"""

from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.service import Service

__all__ = ["SERVICE", "TRUST_ACTIONS", "is_trust"]

_SESSION_TOKEN = "sts:getsessiontoken"
# They take the long-term credentials of a user.
_LONG_TERM = frozenset({_SESSION_TOKEN, "sts:getfederationtoken"})
_NOT_BY_ROOT = frozenset({"sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:assumeroot"})

TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
    }
)
"""The actions, in lower case, of which a role's trust policy is the resource policy."""


def is_trust(request: Request) -> bool:
    """Tell whether a role's trust policy is the resource policy of the request."""
    return request.key in TRUST_ACTIONS


def _always_allowed(request: Request) -> bool:
    if request.key == _SESSION_TOKEN:
        return request.caller.kind in ("user", "root")
    return request.key == "sts:getcalleridentity"


def _refuses(request: Request) -> str:
    kind = request.caller.kind
    if kind == "federated-user":
        return "sessions of GetFederationToken can call no operation of STS but GetCallerIdentity"
    if kind in ("role", "session") and request.key in _LONG_TERM:
        return f"{request.action} takes the long-term credentials of a user; the session of a role cannot call it"
    if kind == "root" and request.key in _NOT_BY_ROOT:
        return f"the root user cannot call {request.action}; call it as a user or a role"
    return ""


SERVICE = Service(
    "sts",
    always_allowed=_always_allowed,
    refuses=_refuses,
    resource_policy="role trust policy",
    resource_policy_rules=is_trust,
)
