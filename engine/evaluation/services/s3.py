"""S3: which bucket policies are public, whom they do not bind, access points, and what surprises about its 403.

Sources: S3 User Guide, "Blocking public access to your Amazon S3 storage" (The meaning of "public"), "Controlling
ownership of objects" and "Configuring IAM policies for using access points" ("both the access point and the
underlying bucket must permit the request"); S3 API, PutBucketPolicy (the root user of the owner's account can read,
write and delete the policy "even if their bucket policy explicitly denies" it).
"""

from collections.abc import Callable

from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.service import Service
from whydenied.engine.policy.conditions.condition import Condition, split_operator
from whydenied.engine.policy.conditions.ip import read_block
from whydenied.engine.policy.document import Document
from whydenied.engine.policy.matching import has_wildcard
from whydenied.engine.policy.statement import Statement

__all__ = ["SERVICE", "is_public", "public_statements"]


def _fixed(value: str) -> bool:
    return not has_wildcard(value) and "${" not in value


def _fixed_account(value: str) -> bool:
    """Tell whether an ARN names one account; the rest may hold wildcards."""
    parts = value.split(":", 5)
    return len(parts) == 6 and _fixed(parts[4]) and bool(parts[4]) and "${" not in value


def _fixed_organization(value: str) -> bool:
    organization, slash, _ = value.partition("/")
    return bool(slash) and _fixed(organization) and "${" not in value


def _narrow(value: str) -> bool:
    block = read_block(value)
    return block is not None and block.prefixlen >= (8 if block.version == 4 else 32)


def _user_id(value: str) -> bool:
    """Tell whether an id is fixed; the session name of a role's id may be a wildcard (`AROAEXAMPLE:*`)."""
    return _fixed(value.partition(":")[0]) and "${" not in value


# A condition on one of these keys keeps an Allow for everyone from being public, where all its values pass the test.
_LIMITS: dict[str, Callable[[str], bool]] = {
    "aws:principalarn": _fixed_account,
    "aws:principalaccount": _fixed,
    "aws:principalorgid": _fixed,
    "aws:principalorgpaths": _fixed_organization,
    "aws:principalisawsservice": lambda value: value.lower() == "true",
    "aws:principalservicename": lambda value: "${" not in value,
    "aws:principalservicenameslist": lambda value: "${" not in value,
    "aws:userid": _user_id,
    "aws:sourceip": _narrow,
    "aws:sourcearn": _fixed,
    "aws:sourceaccount": _fixed,
    "aws:sourceowner": _fixed,
    "aws:sourceorgid": _fixed,
    "aws:sourceorgpaths": _fixed_organization,
    "aws:sourcevpc": _fixed,
    "aws:sourcevpcarn": _fixed,
    "aws:sourcevpce": _fixed,
    "aws:vpceaccount": _fixed,
    "aws:vpceorgid": _fixed,
    "aws:vpceorgpaths": _fixed_organization,
    "s3:dataaccesspointarn": _fixed_account,
    "s3:dataaccesspointaccount": _fixed,
}

_LIMITING_OPERATORS = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress", "Bool"}
)


def _limits(condition: Condition) -> bool:
    quantifier, base, if_exists = split_operator(condition.operator)
    test = _LIMITS.get(condition.key.lower())
    # IfExists and ForAllValues let in requests without the key.
    if (
        test is None
        or if_exists
        or quantifier == "ForAllValues"
        or base not in _LIMITING_OPERATORS
        or not condition.values
    ):
        return False
    return all(test(value) for value in condition.values)


def _is_public(statement: Statement) -> bool:
    return bool(statement.allow) and statement.principal.public and not any(map(_limits, statement.conditions))


def public_statements(document: Document) -> list[Statement]:
    """Return the statements that make a bucket policy public: an Allow for everyone without a limiting condition."""
    return [statement for statement in document.statements if _is_public(statement)]


def is_public(document: Document) -> bool:
    """Tell whether a bucket policy is public; one public statement makes the whole policy so."""
    return bool(public_statements(document))


_OF_THE_POLICY = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})


def _above_policy(request: Request) -> str:
    if request.key in _OF_THE_POLICY and request.caller.kind == "root" and request.same_account:
        return "no bucket policy keeps the owner's root user from the bucket policy itself"
    return ""


def also_needs(request: Request) -> str:
    """Name the policy that must permit a request through an access point besides the access point's own."""
    text = request.resource.text
    if ":accesspoint" in text and text.split(":", 5)[-1].startswith(("accesspoint/", "accesspoint:")):
        return "the policy of the bucket behind the access point"
    return ""


def _notes(request: Request) -> tuple[str, ...]:
    notes: list[str] = []
    if request.key in ("s3:getobject", "s3:getobjectversion"):
        bucket, slash, _ = request.resource.text.rpartition(":s3:::")[2].partition("/")
        if slash and ":" not in bucket:
            notes.append(
                "S3 answers 403 also for an object that does not exist, unless the caller has s3:ListBucket on "
                f"`{bucket}`."
            )
    if also_needs(request):
        notes.append("Through an access point, its own policy and the policy of its bucket must both permit the call.")
    if request.caller.kind == "anonymous" or not request.same_account:
        notes.append("ACLs may allow too, unless Object Ownership is BucketOwnerEnforced; they are not evaluated.")
    return tuple(notes)


SERVICE = Service(
    "s3", resource_policy="bucket policy", above_policy=_above_policy, also_needs=also_needs, notes=_notes
)
