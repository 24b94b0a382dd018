"""The policies of the plan's own resources: in its state, or not there yet.

Source: Terraform AWS provider, the `policy` attribute of each type; IAM User Guide, "AWS services that work with IAM"
(resource-based policies); KMS Developer Guide, "Default key policy"."""

from collections.abc import Mapping

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.references import ANY
from whydenied.engine.plans.targets import Targets

__all__ = ["owned_policies"]

# Types that are, or hold, a resource's policy: the attribute that holds it.
_HOLDERS: Mapping[str, str] = {
    "aws_s3_bucket_policy": "policy",
    "aws_sqs_queue": "policy",
    "aws_sqs_queue_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_kms_key": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_ecr_repository_policy": "policy",
    "aws_efs_file_system_policy": "policy",
    "aws_dynamodb_resource_policy": "policy",
}
# The resources that these belong to, by the type of the ARN that a call for the holder is about.
_ABOUT: Mapping[str, str] = {
    "aws_s3_bucket_policy": "s3:PutBucketPolicy",
    "aws_sqs_queue_policy": "sqs:SetQueueAttributes",
    "aws_sns_topic_policy": "sns:SetTopicAttributes",
    "aws_secretsmanager_secret_policy": "secretsmanager:PutResourcePolicy",
    "aws_ecr_repository_policy": "ecr:SetRepositoryPolicy",
    "aws_efs_file_system_policy": "elasticfilesystem:PutFileSystemPolicy",
    "aws_dynamodb_resource_policy": "dynamodb:PutResourcePolicy",
}


def owned_policies(plan: Plan, targets: Targets) -> dict[str, object]:
    """Return the policies of resources by their ARN; None where the resource has none, or is not there yet.

    A policy that the plan itself puts in place is not in force when the calls for it are made, so it is the one before
    that counts."""
    found: dict[str, object] = {}
    for resource in plan.resources:
        if resource.is_data:
            continue
        if "create" in resource.actions and not resource.before and resource.kind not in _ABOUT:
            own = targets.arn_of(resource)
            account = parse_arn(own)
            is_key = resource.kind == "aws_kms_key" and account is not None
            found.setdefault(own, _of_key(account.account) if is_key and account else None)
        attribute = _HOLDERS.get(resource.kind)
        if attribute is None or not resource.before or resource.before.get(attribute) == ANY:
            continue
        document = _document(resource.before.get(attribute))
        action = _ABOUT.get(resource.kind)
        owners = targets.of_action(action, resource) if action else (targets.arn_of(resource),)
        for arn in owners:
            if document is not None or action is None:
                found[arn] = document
    return found


def _document(text: object) -> object:
    if not isinstance(text, str) or not text:
        return None
    try:
        return msgspec.json.decode(text.encode())
    except msgspec.DecodeError:
        return None


def _of_key(account: str) -> dict[str, object]:
    """The default key policy, which lets the account's own policies count."""
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
