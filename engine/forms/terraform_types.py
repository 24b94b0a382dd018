"""Which resource types of Terraform's AWS provider make identities and resources, and which ones hold their policies.

Source: the provider's documentation of each type."""

from collections.abc import Mapping

import msgspec

__all__ = [
    "ENDPOINT",
    "IDENTITIES",
    "LIMITS",
    "PERMISSION_SET",
    "RESOURCES",
    "UNSAFE_ALONE",
    "Identity",
    "PolicyHolder",
]


class Identity(msgspec.Struct, frozen=True):
    """A role or a user. owner: the type that makes it; inline, attachment: the types that give it a policy; link:
    the attribute in which both name it; several: the list attribute of aws_iam_policy_attachment."""

    owner: str
    inline: str
    attachment: str
    link: str
    several: str


class PolicyHolder(msgspec.Struct, frozen=True):
    """A resource that takes a policy. owner: the type that makes it; policy: the type that holds its policy; link: the
    attribute in which that one names it; reference: what of the owner is written there; attribute: the policy's own
    attribute; inside: the attribute of the owner that may hold the policy as well, "" where it has none; further:
    what else of the owner its policy must name, as attribute and reference."""

    owner: str
    policy: str
    link: str
    reference: str
    attribute: str = "policy"
    inside: str = "policy"
    further: tuple[tuple[str, str], ...] = ()


_ROLE = Identity("aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment", "role", "roles")
_USER = Identity("aws_iam_user", "aws_iam_user_policy", "aws_iam_user_policy_attachment", "user", "users")
IDENTITIES: Mapping[str, Identity] = {"role": _ROLE, "assumed-role": _ROLE, "user": _USER}

RESOURCES: Mapping[str, PolicyHolder] = {
    "s3": PolicyHolder("aws_s3_bucket", "aws_s3_bucket_policy", "bucket", "id"),
    "sqs": PolicyHolder("aws_sqs_queue", "aws_sqs_queue_policy", "queue_url", "id"),
    "sns": PolicyHolder("aws_sns_topic", "aws_sns_topic_policy", "arn", "arn"),
    "kms": PolicyHolder("aws_kms_key", "aws_kms_key_policy", "key_id", "key_id"),
    "secretsmanager": PolicyHolder(
        "aws_secretsmanager_secret", "aws_secretsmanager_secret_policy", "secret_arn", "arn", inside=""
    ),
    "ecr": PolicyHolder("aws_ecr_repository", "aws_ecr_repository_policy", "repository", "name", inside=""),
    "dynamodb": PolicyHolder("aws_dynamodb_table", "aws_dynamodb_resource_policy", "resource_arn", "arn", inside=""),
    "es": PolicyHolder(
        "aws_opensearch_domain",
        "aws_opensearch_domain_policy",
        "domain_name",
        "domain_name",
        attribute="access_policies",
        inside="access_policies",
    ),
    "events": PolicyHolder(
        "aws_cloudwatch_event_bus", "aws_cloudwatch_event_bus_policy", "event_bus_name", "name", inside=""
    ),
    "elasticfilesystem": PolicyHolder(
        "aws_efs_file_system", "aws_efs_file_system_policy", "file_system_id", "id", inside=""
    ),
}

PERMISSION_SET = PolicyHolder(
    "aws_ssoadmin_permission_set",
    "aws_ssoadmin_permission_set_inline_policy",
    "permission_set_arn",
    "arn",
    attribute="inline_policy",
    inside="",
    further=(("instance_arn", "instance_arn"),),
)
ENDPOINT = PolicyHolder("aws_vpc_endpoint", "aws_vpc_endpoint_policy", "vpc_endpoint_id", "id")

# Where the policies stand that give nothing and only limit, by gate. A session policy is no resource: whoever makes the
# session passes it.
LIMITS: Mapping[str, str] = {
    "boundary": "policy of the aws_iam_policy that is its permissions_boundary",
    "session": "policy of assume_role in the provider, or of whatever makes the session",
    "scp": "content of aws_organizations_policy of type SERVICE_CONTROL_POLICY",
    "rcp": "content of aws_organizations_policy of type RESOURCE_CONTROL_POLICY",
    "vpce": "policy of aws_vpc_endpoint or aws_vpc_endpoint_policy",
}

# A key has a policy from its first day on, which lets its account administer it; one statement alone in its place
# would lock everybody out. A file system without one lets every client of the network mount, and with one only whom it
# names (EFS API, PutFileSystemPolicy).
UNSAFE_ALONE = frozenset(("aws_kms_key_policy", "aws_efs_file_system_policy"))
