"""The smallest IAM policy with which everything here can be read, made from the list of reads itself.

One statement on `*`: what has to be read is not known before somebody is denied. `sts:GetCallerIdentity` needs no
permission. The file `policy.json` beside this module is what this makes; a test holds them together.
"""

from whydenied.engine.collectors.reads import READS
from whydenied.engine.messages.operations import action_for, service_named

__all__ = ["action_of", "minimal_policy"]

# Where the action's name is not the operation's. Source: Service Authorization Reference, Amazon S3 and others.
_ACTIONS = {
    ("s3", "GetPublicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("s3control", "GetPublicAccessBlock"): "s3:GetAccountPublicAccessBlock",
}
_PREFIXES = {"iam-toolbox": "iam", "s3control": "s3", "sso-admin": "sso", "opensearch": "es"}


def action_of(service: str, operation: str) -> str:
    """Return the IAM action that a call needs; '' for one that needs none."""
    if (service, operation) == ("sts", "GetCallerIdentity"):
        return ""
    if (service, operation) in _ACTIONS:
        return _ACTIONS[service, operation]
    prefix = _PREFIXES.get(service) or service_named(service) or service
    return action_for(operation, prefix) or f"{prefix}:{operation}"


def minimal_policy() -> dict[str, object]:
    """Return the policy document."""
    actions = {action_of(service, operation) for service, operations in READS.items() for operation in operations}
    statement = {
        "Sid": "WhyDeniedReads",
        "Effect": "Allow",
        "Action": sorted(actions - {""}),
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
