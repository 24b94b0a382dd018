"""KMS: the key policy comes first, grants allow too, and AWS keeps its own aliases.

Source: KMS Developer Guide, "Key policies", "Policy evaluation", "Grants" and "Controlling access to aliases".
"""

from collections.abc import Mapping
from typing import Any

from engine.arn import parse_arn
from engine.evaluation.request import Request
from engine.evaluation.services.service import Service

__all__ = ["SERVICE"]

_ALIAS_WRITES = frozenset({"kms:createalias", "kms:deletealias", "kms:updatealias"})
_CONTEXT = "kms:encryptioncontext:"


def _is_key(request: Request) -> bool:
    arn = parse_arn(request.resource.text)
    return arn is not None and arn.service == "kms" and arn.resource.startswith("key/")


def _refuses(request: Request) -> str:
    arn = parse_arn(request.resource.text)
    if arn and request.key in _ALIAS_WRITES and arn.resource.startswith("alias/aws/"):
        return "aliases that start with `alias/aws/` belong to AWS; nobody else can change them"
    return ""


def _grants(request: Request) -> str:
    if not _is_key(request):
        return ""
    name = request.key.partition(":")[2]
    for grant in request.settings.grants:
        operations = grant.get("Operations")
        operations = operations if isinstance(operations, list) else []
        if (
            name in {str(operation).lower() for operation in operations}
            and _grantee(request, grant)
            and _constraints(request, grant)
        ):
            return f"the grant `{grant.get('GrantId') or grant.get('Name') or 'without id'}` allows it"
    return ""


def _grantee(request: Request, grant: Mapping[str, Any]) -> bool:
    """Tell whether a grant is the caller's; a grant to a role serves its sessions."""
    grantee = grant.get("GranteePrincipal")
    if not isinstance(grantee, str):
        return False
    arn = parse_arn(grantee)
    caller = request.caller
    if grantee == caller.text:
        return True
    return (
        arn is not None
        and caller.kind in ("role", "session")
        and arn.account == caller.account
        and arn.kind == "role"
        and arn.name == caller.name
    )


def _constraints(request: Request, grant: Mapping[str, Any]) -> bool:
    constraints = grant.get("Constraints")
    if not isinstance(constraints, Mapping):
        return True
    sent = {key[len(_CONTEXT) :]: value for key, value in request.context.values.items() if key.startswith(_CONTEXT)}
    for name, exact in (("EncryptionContextEquals", True), ("EncryptionContextSubset", False)):
        wanted = constraints.get(name)
        if isinstance(wanted, Mapping):
            pairs = {str(key).lower(): str(value) for key, value in wanted.items()}
            if any(sent.get(key) != value for key, value in pairs.items()) or (exact and len(pairs) != len(sent)):
                return False
    return True


def _notes(request: Request) -> tuple[str, ...]:
    if request.resource.text == "*" or _is_key(request):
        return ()
    return ("An alias ARN in Resource does not grant use of the key behind it; KMS checks the key ARN.",)


SERVICE = Service(
    "kms",
    refuses=_refuses,
    resource_policy="key policy",
    resource_policy_rules=_is_key,
    grants=_grants,
    notes=_notes,
)
