"""The policy that a message names: where a Deny of a managed policy matched, AWS puts the policy's ARN at the end.

Source: IAM User Guide, "Troubleshoot access denied error messages"; AWS Security Blog on policy ARNs in such messages
(the account in the ARN of an organization's policy is the management account)."""

import msgspec

from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.remedies.guardrails import untouchable

__all__ = ["NamedPolicy", "named_policy"]

_OF_ORGANIZATIONS = {"service_control_policy": "the SCP", "resource_control_policy": "the RCP"}


class NamedPolicy(msgspec.Struct, frozen=True):
    """words: the policy, in words. owner: who can edit it, "" where its ARN does not tell more than its gate does.

    left_alone: why it is not edited, "" where it can be."""

    words: str
    owner: str = ""
    left_alone: str = ""


def named_policy(policy_arn: str | None) -> NamedPolicy | None:
    """Return what the ARN of a policy tells; None without one, or where it is of another kind of thing."""
    arn = parse_arn(policy_arn or "")
    if arn is None:
        return None
    if arn.service == "organizations":
        return _of_organization(arn)
    if arn.service != "iam" or arn.kind != "policy":
        return None
    if arn.account == "aws":
        words = f"AWS's own policy `{arn.name}`"
        reason = untouchable(arn.name) or "Nobody can edit it: ask whoever attached it why it is there."
        return NamedPolicy(words, left_alone=f"The Deny stands in {words}. {reason}")
    return NamedPolicy(f"the policy `{arn.resource.partition('/')[2]}`")


def _of_organization(arn: Arn) -> NamedPolicy | None:
    """Read `policy/o-…/service_control_policy/p-…`."""
    parts = arn.resource.split("/")
    words = _OF_ORGANIZATIONS.get(parts[2]) if len(parts) == 4 else None
    if words is None:
        return None
    account = f" {arn.account}" if arn.account.isdigit() else ""
    owner = f"who manages the organization `{parts[1]}` (its management account{account}, or a delegated administrator)"
    return NamedPolicy(f"{words} `{parts[3]}`", owner)
