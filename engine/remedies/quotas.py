"""How large a policy may be, so that no command is printed that AWS is bound to refuse.

Sources: IAM User Guide, "IAM and AWS STS quotas" (white space is not counted; inline policies count together, user
2,048, role 10,240, group 5,120; managed policy 6,144; role trust policy 2,048 unless raised; session policy 2,048; five
versions of a managed policy); Organizations User Guide, "Quotas and service limits" (SCP 10,240, RCP 5,120 characters);
PrivateLink Guide, "Control access to VPC endpoints using endpoint policies" (20,480 characters); IAM Identity Center
User Guide, "Quotas" (inline policy of a permission set 32,768 bytes); the services' own guides for the rest."""

from collections.abc import Iterable, Mapping

import msgspec

__all__ = ["MAX_VERSIONS", "limit_of", "size_of", "warning"]

MAX_VERSIONS = 5

# Kinds that are spoken with a vowel first.
_VOWELS = ("inline", "scp", "rcp")

_LIMITS = {
    "inline-user-policy": 2_048,
    "inline-group-policy": 5_120,
    "inline-role-policy": 10_240,
    "customer-managed-policy": 6_144,
    "permissions-boundary": 6_144,
    "permission-set": 32_768,
    "trust-policy": 2_048,
    "session-policy": 2_048,
    "scp": 10_240,
    "rcp": 5_120,
    "vpc-endpoint-policy": 20_480,
    "bucket-policy": 20_480,
    "access-point-policy": 20_480,
    "key-policy": 32_768,
    "queue-policy": 8_192,
    "topic-policy": 30_720,
    "secret-policy": 20_480,
    "repository-policy": 10_240,
    "function-policy": 20_480,
    "table-policy": 20_480,
}


def limit_of(kind: str) -> int | None:
    """Return how many characters a policy of a target's kind may have; None where that is not known."""
    return _LIMITS.get(kind)


def size_of(document: Mapping[str, object]) -> int:
    """Count the characters of a document without white space between its parts."""
    return len(msgspec.json.encode(document).decode())


def warning(kind: str, document: Mapping[str, object], beside: Iterable[Mapping[str, object]] = ()) -> str:
    """Say that a policy would be too large; "" where it fits. beside: the documents that count together with it."""
    limit = _LIMITS.get(kind)
    total = size_of(document) + sum(map(size_of, beside))
    if limit is None or total <= limit:
        return ""
    one = f"{'an' if kind.startswith(_VOWELS) else 'a'} {kind.replace('-', ' ')}"
    return (
        f"It would have {total:,} characters, and {one} may have {limit:,}: writing it fails with LimitExceeded. "
        "Shorten or split the policy first."
    )
