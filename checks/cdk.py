"""The CDK on a page, in TypeScript: constructs that exist, with the properties they take, and the page's own policies.

Nothing here can run it. The code reads the same JSON files as the page's Terraform, so that it grants what they grant
(`checks.forms`); what is looked at is that it reads each of them, and gives it to a construct that takes it. The
constructs are the CDK's first level, whose properties are CloudFormation's.
"""

import re
from collections.abc import Collection, Iterator

import msgspec

from whydenied.checks.cloudformation import Piece

__all__ = ["cdk_problems", "files_read", "permissions_given"]


class _Construct(msgspec.Struct, frozen=True):
    """The properties of a construct (AWS CDK API Reference): those that it must have, and those it may."""

    needed: frozenset[str]
    allowed: frozenset[str]


def _construct(needed: str, allowed: str = "") -> _Construct:
    return _Construct(frozenset(needed.split()), frozenset(f"{needed} {allowed}".split()))


_CONSTRUCTS = {
    "iam.CfnRole": _construct(
        "assumeRolePolicyDocument", "roleName maxSessionDuration permissionsBoundary managedPolicyArns"
    ),
    "iam.CfnRolePolicy": _construct("policyName roleName policyDocument"),
    "iam.CfnUserPolicy": _construct("policyName userName policyDocument"),
    "iam.CfnManagedPolicy": _construct("policyDocument", "managedPolicyName roles users"),
    "iam.CfnInstanceProfile": _construct("roles", "instanceProfileName"),
    "iam.CfnOIDCProvider": _construct("url", "clientIdList"),
    "backup.CfnBackupVault": _construct("backupVaultName", "accessPolicy"),
    "codeartifact.CfnDomain": _construct("domainName permissionsPolicyDocument"),
    "codeartifact.CfnRepository": _construct("domainName repositoryName permissionsPolicyDocument"),
    "cognito.CfnIdentityPoolRoleAttachment": _construct("identityPoolId", "roles"),
    "dynamodb.CfnTable": _construct(
        "keySchema", "tableName billingMode attributeDefinitions globalSecondaryIndexes resourcePolicy"
    ),
    "ec2.CfnVPCEndpoint": _construct("vpcId", "serviceName vpcEndpointType routeTableIds policyDocument"),
    "ecr.CfnRegistryPolicy": _construct("policyText"),
    "ecr.CfnRepository": _construct("repositoryName repositoryPolicyText"),
    "ecs.CfnService": _construct("", "serviceName cluster taskDefinition desiredCount enableExecuteCommand"),
    "ecs.CfnTaskDefinition": _construct(
        "",
        "family requiresCompatibilities networkMode cpu memory executionRoleArn taskRoleArn containerDefinitions",
    ),
    "efs.CfnFileSystem": _construct("fileSystemPolicy", "encrypted"),
    "eks.CfnAccessEntry": _construct("clusterName principalArn", "accessPolicies"),
    "eks.CfnPodIdentityAssociation": _construct("clusterName namespace serviceAccount roleArn"),
    "iot.CfnPolicy": _construct("policyName policyDocument"),
    "kms.CfnKey": _construct("keyPolicy"),
    "lambda_.CfnPermission": _construct("action functionName principal", "sourceArn sourceAccount"),
    "opensearchserverless.CfnAccessPolicy": _construct("name type policy"),
    "organizations.CfnPolicy": _construct("name type content", "targetIds"),
    "organizations.CfnResourcePolicy": _construct("content"),
    "s3.CfnAccessPoint": _construct("bucket", "name policy"),
    "s3.CfnBucketPolicy": _construct("bucket policyDocument"),
    "s3express.CfnBucketPolicy": _construct("bucket policyDocument"),
    "scheduler.CfnSchedule": _construct("flexibleTimeWindow scheduleExpression target", "name"),
    "secretsmanager.CfnResourcePolicy": _construct("secretId resourcePolicy"),
    "servicecatalog.CfnLaunchRoleConstraint": _construct("portfolioId productId", "roleArn"),
    "sqs.CfnQueuePolicy": _construct("queues policyDocument"),
    "sso.CfnPermissionSet": _construct("instanceArn name", "inlinePolicy"),
}
_NEW = re.compile(r"^(?:const (\w+) = )?new (\w+\.\w+)\(this, '(\w+)', \{\n((?:  .*\n)*)\}\);$", re.MULTILINE)
_PROPERTY = re.compile(r"^  (\w+): (.+),$", re.MULTILINE)
_READ = re.compile(r"\bread\('([^']+)'\)")
_REFERENCE = re.compile(r"\b(\w+)\.ref\b")
_IMPORT = re.compile(r"\baws_(\w+) as (\w+)\b")


def files_read(text: str) -> list[str]:
    """Return the names of the files that a piece of code reads."""
    return _READ.findall(text)


def permissions_given(text: str) -> list[dict[str, str]]:
    """Return the arguments of the permissions for functions that a piece of code gives."""
    return [
        {name: value.strip("'") for name, value in _PROPERTY.findall(match[4])}
        for match in _NEW.finditer(text)
        if match[2] == "lambda_.CfnPermission"
    ]


def cdk_problems(piece: Piece, files: set[str], types: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a piece of the CDK's TypeScript.

    files: those that the page's Terraform names. types: the resource types of its CloudFormation, of which the CDK's
    first level makes the same; IAM's may be inside others there."""
    found = list(_NEW.finditer(piece.text))
    if len(found) != len(re.findall(r"\bnew \w+\.", piece.text)) or not found:
        yield "holds a construct that is not written as `new iam.CfnRole(this, 'Id', {` and a line for each property"
    imported = {name for _, name in _IMPORT.findall(piece.text)}
    made = {match[1] for match in found if match[1]}
    for match in found:
        known = _CONSTRUCTS.get(match[2])
        names = {name for name, _ in _PROPERTY.findall(match[4])}
        if known is None or match[2].partition(".")[0] not in imported:
            yield f"`{match[2]}` is not imported, or no construct of {', '.join(_CONSTRUCTS)}"
        elif names - known.allowed or known.needed - names:
            yield f"`{match[3]}` has {', '.join(sorted(names))}; it takes {', '.join(sorted(known.allowed))}"
    made_there = {name.removeprefix("AWS::").lower() for name in types}
    for made_here in sorted({match[2] for match in found if not match[2].startswith("iam.")}):
        service, _, kind = made_here.replace("_", "").partition(".Cfn")
        if f"{service}::{kind}".lower() not in made_there:
            yield f"`{made_here}` makes what the page's CloudFormation does not"
    for name in sorted(set(_REFERENCE.findall(piece.text)) - made):
        yield f"`{name}` is made nowhere"
    read = set(files_read(piece.text))
    if read != files:
        yield f"reads {', '.join(sorted(read))}, and the page's Terraform {', '.join(sorted(files)) or 'no file'}"
