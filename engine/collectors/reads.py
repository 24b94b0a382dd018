"""The list of reads: everything that this package may ever call. What is not on it is refused before it is sent.

Left out on purpose, though a question names them, since they return or need more than a diagnosis may see:
`s3:HeadObject` and `s3:GetObjectAcl` (they need permissions on the objects themselves) and
`lambda:GetFunctionConfiguration` (it prints environment variables, where people keep secrets).
"""

from collections.abc import Mapping

__all__ = ["LEFT_OUT", "READS", "is_read"]

READS: Mapping[str, frozenset[str]] = {
    service: frozenset(operations.split())
    for service, operations in {
        "account": "GetRegionOptStatus",
        "bedrock": "GetFoundationModelAvailability",
        "cloudtrail": "LookupEvents",
        "dynamodb": "GetResourcePolicy",
        "ec2": "DescribeInstances DescribeVpcEndpoints",
        "ecr": "GetRepositoryPolicy",
        "eks": "DescribeAccessEntry ListAssociatedAccessPolicies",
        "iam": (
            "GetAccountAuthorizationDetails GetGroupPolicy GetInstanceProfile GetPolicy GetPolicyVersion GetRole"
            " GetRolePolicy GetUser GetUserPolicy ListAttachedGroupPolicies ListAttachedRolePolicies"
            " ListAttachedUserPolicies ListGroupPolicies ListGroupsForUser ListOpenIDConnectProviders"
            " ListRolePolicies ListRoles ListUserPolicies SimulatePrincipalPolicy"
        ),
        "iam-toolbox": "GetRequestAuthorizationDetails GetRequestAuthorizationPolicy",
        "kms": "DescribeKey GetKeyPolicy ListGrants",
        "lakeformation": "ListPermissions",
        "lambda": "GetPolicy",
        "opensearch": "DescribeDomain",
        "organizations": "DescribeOrganization DescribePolicy ListParents ListPolicies ListPoliciesForTarget",
        "s3": (
            "GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketRequestPayment"
            " GetPublicAccessBlock ListBuckets"
        ),
        "s3control": "GetPublicAccessBlock",
        "secretsmanager": "GetResourcePolicy",
        "sns": "GetTopicAttributes",
        "sqs": "GetQueueAttributes",
        "sso-admin": "ListAccountAssignments",
        "sts": "DecodeAuthorizationMessage GetCallerIdentity",
    }.items()
}

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "s3": frozenset({"GetObjectAcl", "HeadObject"}),
    "lambda": frozenset({"GetFunctionConfiguration"}),
}


def is_read(service: str, operation: str) -> bool:
    """Tell whether an operation (botocore's names: `iam`, `GetRole`) is on the list."""
    return operation in READS.get(service, ())
