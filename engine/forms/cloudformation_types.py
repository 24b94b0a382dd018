"""Which resource types of CloudFormation make identities and resources, and which ones hold their policies.

Source: the CloudFormation template reference of each type."""

from collections.abc import Mapping
from typing import Literal

import msgspec

__all__ = [
    "ENDPOINTS",
    "GATEWAYS",
    "HOLDERS",
    "IDENTITIES",
    "LIMITS",
    "NAMES",
    "PERMISSION_SET",
    "TemplateHolder",
    "TemplateIdentity",
    "TemplateLimit",
]


class TemplateIdentity(msgspec.Struct, frozen=True):
    """A role or a user. owner: the type that makes it; inline: the type that gives it one inline policy; link: the
    property in which that one names it."""

    owner: str
    inline: str
    link: str


class TemplateHolder(msgspec.Struct, frozen=True):
    """A resource that takes a policy. owner: the type that makes it; policy: the type that holds its policy, "" where
    the owner itself has it; link: the property in which that one names it; linked_by: how it is named there; several:
    it names a list; attribute: the policy's own property, with dots where it stands in another; id: the property for a
    name of the statement, "" where it has none."""

    owner: str
    policy: str
    link: str
    linked_by: Literal["name", "arn", "url"] = "name"
    several: bool = False
    attribute: str = "PolicyDocument"
    id: str = ""


class TemplateLimit(msgspec.Struct, frozen=True):
    """A resource that is a policy, or has one. owner: the type that makes it; attribute: the policy's own property;
    needed: the properties that it must have besides, with blanks."""

    owner: str
    attribute: str
    needed: Mapping[str, str]


_ROLE = TemplateIdentity("AWS::IAM::Role", "AWS::IAM::RolePolicy", "RoleName")
_USER = TemplateIdentity("AWS::IAM::User", "AWS::IAM::UserPolicy", "UserName")
IDENTITIES: Mapping[str, TemplateIdentity] = {"role": _ROLE, "assumed-role": _ROLE, "user": _USER}

HOLDERS: Mapping[str, TemplateHolder] = {
    "s3": TemplateHolder("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Bucket"),
    "sqs": TemplateHolder("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues", "url", several=True),
    "sns": TemplateHolder("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics", "arn", several=True),
    "secretsmanager": TemplateHolder(
        "AWS::SecretsManager::Secret", "AWS::SecretsManager::ResourcePolicy", "SecretId", attribute="ResourcePolicy"
    ),
    "events": TemplateHolder(
        "AWS::Events::EventBus", "AWS::Events::EventBusPolicy", "EventBusName", attribute="Statement", id="StatementId"
    ),
    "kms": TemplateHolder("AWS::KMS::Key", "", "", attribute="KeyPolicy"),
    "ecr": TemplateHolder("AWS::ECR::Repository", "", "", attribute="RepositoryPolicyText"),
    "dynamodb": TemplateHolder("AWS::DynamoDB::Table", "", "", attribute="ResourcePolicy.PolicyDocument"),
}

# Where the policies stand that give nothing and only limit, by gate; templates hold no session policies.
LIMITS: Mapping[str, TemplateLimit] = {
    "boundary": TemplateLimit("AWS::IAM::ManagedPolicy", "PolicyDocument", {"ManagedPolicyName": "<policy-name>"}),
    "scp": TemplateLimit(
        "AWS::Organizations::Policy", "Content", {"Name": "<policy-name>", "Type": "SERVICE_CONTROL_POLICY"}
    ),
    "rcp": TemplateLimit(
        "AWS::Organizations::Policy", "Content", {"Name": "<policy-name>", "Type": "RESOURCE_CONTROL_POLICY"}
    ),
    "vpce": TemplateLimit(
        "AWS::EC2::VPCEndpoint",
        "PolicyDocument",
        {"VpcId": "<vpc-id>", "ServiceName": "com.amazonaws.<region>.<service>"},
    ),
}
# The last part of an endpoint's name where it is not the prefix of the service (PrivateLink Guide, "AWS services that
# integrate with AWS PrivateLink"), and the services whose endpoints may be of the type Gateway, which is the default.
ENDPOINTS: Mapping[str, str] = {
    "cloudwatch": "monitoring",
    "ecr": "<ecr.api-or-ecr.dkr>",
    "kinesis": "kinesis-streams",
}
GATEWAYS = frozenset({"s3", "dynamodb"})
PERMISSION_SET = TemplateLimit("AWS::SSO::PermissionSet", "InlinePolicy", {"InstanceArn": "<instance-arn>"})
"""An identity policy, but one that stands in a resource of its own as those do."""

# The property that names a thing; without it CloudFormation makes a name up.
NAMES: Mapping[str, str] = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::KMS::Key": "",
}
