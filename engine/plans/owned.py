"""The policies of the plan's own resources: those in force when its calls are made, and those that it leaves.

Source: Terraform AWS provider, the `policy` attribute of each type; IAM User Guide, "AWS services that work with IAM"
(resource-based policies); KMS Developer Guide, "Default key policy"."""

from collections.abc import Mapping

from whydenied.engine.arn import parse_arn
from whydenied.engine.evaluation.services.kms import default_key_policy
from whydenied.engine.plans.documents import Documents, decoded
from whydenied.engine.plans.operations import Operation
from whydenied.engine.plans.plan import Plan, Resource
from whydenied.engine.plans.references import ANY
from whydenied.engine.plans.targets import Targets

__all__ = ["left_policies", "owned_policies"]

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


# The same in a template, where the property is called otherwise.
_IN_TEMPLATES: Mapping[str, str] = {
    "aws_s3_bucket_policy": "policy_document",
    "aws_kms_key": "key_policy",
    "aws_secretsmanager_resource_policy": "resource_policy",
}


def left_policies(plan: Plan, targets: Targets, after: Documents) -> dict[str, object]:
    """Return the policies of resources as the plan leaves them, by ARN; None where a new resource gets none.

    A role's is its trust policy. What is known after the apply only, and what the plan does not have, is not here."""
    found: dict[str, object] = {}
    there = [one for one in plan.resources if one.after and not one.is_data]
    # A policy that is a resource of its own counts more than what the other one's computed attribute says.
    for resource in sorted(there, key=lambda one: one.kind in _ABOUT):
        own = targets.arn_of(resource)
        if resource.kind == "aws_iam_role":
            name = "assume_role_policy"
            if trust := after.after(resource, name if name in resource.after else f"{name}_document"):
                found[own] = trust
            continue
        attribute = _HOLDERS.get(resource.kind, _IN_TEMPLATES.get(resource.kind, ""))
        if (other := _IN_TEMPLATES.get(resource.kind, "")) in resource.after:
            attribute = other
        action = _ABOUT.get(resource.kind)
        document = after.after(resource, attribute) if attribute else None
        owners = targets.of_action(action, resource, Operation(*action.split(":"))) if action else (own,)
        if document is None and resource.unknown.get(attribute):
            for arn in owners:
                found.pop(arn, None)
        elif document is not None:
            found.update(dict.fromkeys(owners, document))
        elif action is None and "create" in resource.actions:
            found.setdefault(own, _of_new(resource, own))
    return {arn: document for arn, document in found.items() if "*" not in arn}


def owned_policies(plan: Plan, targets: Targets) -> dict[str, object]:
    """Return the policies of resources by their ARN; None where the resource has none, or is not there yet.

    A policy that the plan itself puts in place is not in force when the calls for it are made, so it is the one before
    that counts."""
    found: dict[str, object] = {}
    for resource in plan.resources:
        if resource.is_data:
            continue
        if resource.kind == "aws_iam_role" and resource.before:
            found[targets.arn_of(resource)] = decoded(resource.before.get("assume_role_policy"))
        if "create" in resource.actions and not resource.before and resource.kind not in _ABOUT:
            own = targets.arn_of(resource)
            found.setdefault(own, _of_new(resource, own))
        attribute = _HOLDERS.get(resource.kind)
        if attribute is None or not resource.before or resource.before.get(attribute) == ANY:
            continue
        document = decoded(resource.before.get(attribute))
        action = _ABOUT.get(resource.kind)
        owners = (
            targets.of_action(action, resource, Operation(*action.split(":")))
            if action
            else (targets.arn_of(resource),)
        )
        for arn in owners:
            if document is not None or action is None:
                found[arn] = document
    return found


def _of_new(resource: Resource, own: str) -> object:
    """Return the policy that a resource has which is made without one."""
    arn = parse_arn(own)
    return (
        default_key_policy(arn.account, arn.partition) if resource.kind == "aws_kms_key" and arn is not None else None
    )
