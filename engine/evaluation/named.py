"""Policies that a case names and does not hold.

`{"name": "arn:aws:iam::aws:policy/ReadOnlyAccess"}`, the bare ARN, or an entry of `aws iam
list-attached-user-policies`. AWS's own are read with their real text; what another says is not known, and it is never
read as a policy that says nothing."""

from collections.abc import Mapping

__all__ = ["name_alone", "text_of"]

_ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_ORGANIZATIONS = {
    "p-FullAWSAccess": {"Version": "2012-10-17", "Statement": [_ANYTHING]},
    "p-RCPFullAWSAccess": {"Version": "2012-10-17", "Statement": [{**_ANYTHING, "Principal": "*"}]},
}

# How the name of a policy is spelt: in a case, and by the IAM API in lists of attachments.
_NAMES = ("PolicyArn", "arn", "Arn", "name", "PolicyName")


def name_alone(raw: object) -> str:
    """Return the name of a policy that is named without its document; "" where there is more than a name."""
    if isinstance(raw, str):
        return raw if raw.startswith("arn:") else ""
    if not isinstance(raw, Mapping) or not raw or any(key not in (*_NAMES, "document", "home") for key in raw):
        return ""
    if raw.get("document") is not None:
        return ""
    return next((name for key in _NAMES if isinstance(name := raw.get(key), str) and name), "")


def text_of(name: str) -> Mapping[str, object] | None:
    """Return the document of a policy that is known by its name alone; None where it is not known.

    Known are AWS's managed policies and the two that Organizations attaches (Organizations User Guide, "SCP
    evaluation" and "RCPFullAWSAccess")."""
    from whydenied.engine.policy.managed import (
        managed_policy,  # its reader is loaded where a policy is named, and nowhere else
    )

    policy = managed_policy(name)
    if policy is not None:
        return policy.document
    ending = name.rpartition("/")[2] if name.startswith("arn:") else ""
    return _ORGANIZATIONS.get(ending)
