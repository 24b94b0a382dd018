"""Who owns what a request is about, where nobody says it.

Sources: Service Authorization Reference (an action without resource types has `*` for its resource, and some resource
types have ARNs without an account); S3 User Guide (buckets have such ARNs, and an owner); Systems Manager User Guide
(public parameters and AWS's own documents have ARNs without an account, though others of their types have one). What
belongs to AWS (foundation models, public images, AWS managed policies) takes no resource policy of a customer, so it is
decided like the caller's own: by the caller's policies alone. So is AssumeRoot (STS API): the management account, or
the administrator it delegates to, opens sessions in member accounts, which have no policy that could let it in.
"""

from functools import lru_cache

from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.principals import Caller

__all__ = ["AWS_OWNED", "account_in", "in_one_account"]

# What stands in place of an account in ARNs of AWS's own.
AWS_OWNED = "aws"

# By service the resources of AWS whose ARNs have no account, though the ARNs of their type have one.
_PUBLIC = {"ssm": ("parameter/aws/*", "document/*", "automation-definition/*"), "securityhub": ("product/aws/*",)}
_CALLER_DECIDES = frozenset({"sts:assumeroot"})


def account_in(resource: str) -> str | None:
    """Return the account that an ARN names (twelve digits, or `aws`); None where it names none."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return None
    account = parts[4]
    return account if account == AWS_OWNED or (len(account) == 12 and account.isdigit()) else None


def in_one_account(caller: Caller, action: str, resource: str, account: str | None) -> bool | None:
    """Tell whether the caller's account decides about a resource; None where its owner is not known.

    action: `service:name`, lower case. account: the owner as far as it is known."""
    if action in _CALLER_DECIDES:
        return bool(caller.account)
    if account is not None and account != AWS_OWNED:
        return account == caller.account
    if not caller.account:
        return False
    if account == AWS_OWNED or resource == "*":
        return True
    return True if _without_account(resource) else None


def _without_account(resource: str) -> bool:
    """Tell whether an ARN is of a type that has no account in its ARN, and is no bucket."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[4] or parts[2] == "s3":
        return False
    patterns = (*_PUBLIC.get(parts[2], ()), *_types_without_account(parts[2]))
    return any(glob(pattern)(parts[5]) for pattern in patterns)


@lru_cache(maxsize=64)
def _types_without_account(service: str) -> tuple[str, ...]:
    """Return the resource parts of a service's ARNs without an account, variables as `*`."""
    from whydenied.engine.policy.names import Names

    found = [pattern.split(":", 5) for pattern in Names().types(service)]
    return tuple(parts[5] for parts in found if len(parts) == 6 and parts[2] == service and not parts[4])
