"""KMS: the key policy comes first, grants allow too, and AWS keeps its own aliases.

Sources: KMS Developer Guide, "Key policies", "Policy evaluation", "Grants" and "Controlling access to aliases"; KMS
API, GrantListEntry (KeyId, GranteeServicePrincipal) and GrantConstraints (to which operations each applies).
"""

from collections.abc import Iterator, Mapping

from whydenied.engine.arn import parse_arn
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.service import Service

__all__ = ["SERVICE", "default_key_policy"]

_ALIAS_WRITES = frozenset({"kms:createalias", "kms:deletealias", "kms:updatealias"})
_CONTEXT = "kms:encryptioncontext:"
# Operations with an encryption context; a constraint on it does not bind any other.
_WITH_CONTEXT = frozenset(
    "decrypt encrypt generatedatakey generatedatakeywithoutplaintext generatedatakeypair "
    "generatedatakeypairwithoutplaintext reencryptfrom reencryptto".split()
)


def default_key_policy(account: str, partition: str) -> dict[str, object]:
    """Return the policy of a key that is made without one: it lets the account's own policies count.

    Source: KMS Developer Guide, "Default key policy"."""
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _is_key(request: Request) -> bool:
    arn = parse_arn(request.resource.text)
    return arn is not None and arn.service == "kms" and arn.resource.startswith("key/")


def _refuses(request: Request) -> str:
    arn = parse_arn(request.resource.text)
    if arn and request.key in _ALIAS_WRITES and arn.resource.startswith("alias/aws/"):
        return "aliases that start with `alias/aws/` belong to AWS; nobody else can change them"
    return ""


def _grants(request: Request) -> str:
    for grant, fits in _fitting(request):
        if fits:
            return f"the grant `{grant.get('GrantId') or grant.get('Name') or 'without id'}` allows it"
    return ""


def _may_grant(request: Request) -> str:
    for grant, fits in _fitting(request):
        if fits is None:
            return f"what the constraints of the grant `{grant.get('GrantId') or 'without id'}` ask for"
    return ""


def _fitting(request: Request) -> Iterator[tuple[Mapping[str, object], bool | None]]:
    """Give the grants that are for this key, caller and operation, and whether their constraints hold."""
    if not request.settings.grants or not _is_key(request):
        return
    name = request.key.partition(":")[2]
    for grant in request.settings.grants:
        operations = grant.get("Operations")
        if not isinstance(operations, list) or name not in {str(one).lower() for one in operations}:
            continue
        if _of_key(request, grant) and _grantee(request, grant):
            yield grant, _constraints(request, grant, name)


def _of_key(request: Request, grant: Mapping[str, object]) -> bool:
    """Tell whether a grant is for the key of the request; one that does not say so is taken to be."""
    key = grant.get("KeyId")
    if not isinstance(key, str) or not key:
        return True
    return key == request.resource.text or (":" not in key and request.resource.text.endswith(f":key/{key}"))


def _grantee(request: Request, grant: Mapping[str, object]) -> bool:
    """Tell whether a grant is the caller's; a grant to a role serves its sessions."""
    caller = request.caller
    if caller.kind == "service":
        return caller.text in (grant.get("GranteeServicePrincipal"), grant.get("GranteePrincipal"))
    grantee = grant.get("GranteePrincipal")
    if not isinstance(grantee, str) or not caller.account:
        return False
    if grantee == caller.text:
        return True
    arn = parse_arn(grantee)
    return (
        arn is not None
        and caller.kind in ("role", "session")
        and (arn.service, arn.partition, arn.account) == ("iam", caller.partition, caller.account)
        and arn.kind == "role"
        and arn.name == caller.name
    )


def _constraints(request: Request, grant: Mapping[str, object], name: str) -> bool | None:
    """Tell whether a grant's constraints hold; None where that depends on a condition key that is not known."""
    constraints = grant.get("Constraints")
    if not isinstance(constraints, Mapping):
        return True
    wanted: dict[str, str] = {}
    source = constraints.get("SourceArn")
    if isinstance(source, str) and name != "retiregrant":
        wanted["aws:sourcearn"] = source
    exact: dict[str, str] | None = None
    if name in _WITH_CONTEXT:
        for kind in ("EncryptionContextSubset", "EncryptionContextEquals"):
            pairs = constraints.get(kind)
            if isinstance(pairs, Mapping) and pairs:
                keys = {f"{_CONTEXT}{str(key).lower()}": str(value) for key, value in pairs.items()}
                wanted.update(keys)
                exact = keys if kind == "EncryptionContextEquals" else exact
    context = request.context
    if any(context.values.get(key) != value and not context.unknown(key) for key, value in wanted.items()):
        return False
    if exact is not None and any(key.startswith(_CONTEXT) and key not in exact for key in context.values):
        return False
    return True if all(key in context.values for key in wanted) and (exact is None or context.complete) else None


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
    may_grant=_may_grant,
    notes=_notes,
)
