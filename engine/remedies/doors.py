"""How the policy of a resource is read and written with the AWS CLI, by service; and by whom it cannot be.

Sources: the services' API references (Get…Policy, Put…Policy) as the AWS CLI has them; every line is parsed by the real
AWS CLI in the tests. EFS API, PutFileSystemPolicy (a first policy takes the place of the default one, which lets every
client of the network mount); VPC Lattice API, PutAuthPolicy (no newline, so no file); S3 API, PutBucketPolicy
(directory buckets too); Glue API, PutResourcePolicy (one policy for the Data Catalog of a Region)."""

import re
import shlex
from typing import NamedTuple

from whydenied.engine.arn import Arn, parse_arn, policy_holder, queue_url
from whydenied.engine.evaluation.request import Request

__all__ = ["Door", "door_of"]


class Door(NamedTuple):
    """read, write: the calls, `FILE` for the file with the document. none: the error that says that there is no policy;
    "" where the call answers with an empty one, where there always is one, or where a first one must not be made. wrap:
    what the written file holds besides the document, as the end of a jq program."""

    read: str
    write: str
    none: str = ""
    wrap: str = ""


def door_of(request: Request) -> Door | None:
    """Return how the policy of the request's resource is read and written; None where that is not known here."""
    arn = parse_arn(request.resource.text)
    if arn is None:
        return None
    holder = policy_holder(arn)
    # The account is part of what is matched: a bucket has none, and what else S3 has is no bucket.
    place = f"{holder.account}:{holder.resource}"
    for form, door in _DOORS.get(request.service, ()):
        if found := re.fullmatch(form, place):
            return _filled(door, holder, found.groupdict())
    return None


def _filled(door: Door, holder: Arn, named: dict[str, str]) -> Door:
    names = {name: shlex.quote(value) for name, value in named.items()}
    names |= {
        "arn": shlex.quote(str(holder)),
        "account": shlex.quote(holder.account),
        "region": f" --region {shlex.quote(holder.region)}" if holder.region else "",
        "url": shlex.quote(queue_url(holder)),
    }
    return door._replace(read=door.read.format_map(names), write=door.write.format_map(names))


_ACCESS_POINT = "--account-id {account} --name {name}{region}"
_SECRET = "--secret-id {secret}{region}"
_ECR = "--registry-id {account} --repository-name {name}"
_DOMAIN_OF_PACKAGES = "--domain {domain} --domain-owner {account}"

_CLUSTER = Door(
    "kafka get-cluster-policy --cluster-arn {arn}{region} --query Policy",
    "kafka put-cluster-policy --cluster-arn {arn}{region} --policy file://FILE",
    "NotFoundException",
)

# By the prefix of the action: the form of what has the policy (`account:resource`), and its door. A name in the form is
# filled in where the door has it.
_DOORS: dict[str, tuple[tuple[str, Door], ...]] = {
    "s3": (
        (
            r"\d+:accesspoint/(?P<name>[^/.]+)",
            Door(
                f"s3control get-access-point-policy {_ACCESS_POINT} --query Policy",
                f"s3control put-access-point-policy {_ACCESS_POINT} --policy file://FILE",
                "NoSuchAccessPointPolicy",
            ),
        ),
        (
            r":(?P<bucket>[^/:]+)",
            Door(
                "s3api get-bucket-policy --bucket {bucket} --query Policy",
                "s3api put-bucket-policy --bucket {bucket} --policy file://FILE",
                "NoSuchBucketPolicy",
            ),
        ),
    ),
    "s3express": (
        (
            r"\d+:bucket/(?P<bucket>[^/]+)",
            Door(
                "s3api get-bucket-policy --bucket {bucket}{region} --query Policy",
                "s3api put-bucket-policy --bucket {bucket}{region} --policy file://FILE",
                "NoSuchBucketPolicy",
            ),
        ),
    ),
    "s3-object-lambda": (
        (
            r"\d+:accesspoint/(?P<name>[^/]+)",
            Door(
                f"s3control get-access-point-policy-for-object-lambda {_ACCESS_POINT} --query Policy",
                f"s3control put-access-point-policy-for-object-lambda {_ACCESS_POINT} --policy file://FILE",
                "NoSuchAccessPointPolicy",
            ),
        ),
    ),
    "s3tables": (
        (
            r"\d+:bucket/[^/]+",
            Door(
                "s3tables get-table-bucket-policy --table-bucket-arn {arn}{region} --query resourcePolicy",
                "s3tables put-table-bucket-policy --table-bucket-arn {arn}{region} --resource-policy file://FILE",
                "NotFoundException",
            ),
        ),
    ),
    "s3vectors": (
        (
            r"\d+:bucket/[^/]+",
            Door(
                "s3vectors get-vector-bucket-policy --vector-bucket-arn {arn}{region} --query policy",
                "s3vectors put-vector-bucket-policy --vector-bucket-arn {arn}{region} --policy file://FILE",
                "NotFoundException",
            ),
        ),
    ),
    "kms": (
        (
            r".*:key/.+",
            Door(
                "kms get-key-policy --key-id {arn} --policy-name default{region} --query Policy",
                "kms put-key-policy --key-id {arn} --policy-name default{region} --policy file://FILE",
            ),
        ),
    ),
    "sqs": (
        (
            r".*:[^/:]+",
            Door(
                "sqs get-queue-attributes --queue-url {url}{region} --attribute-names Policy --query Attributes.Policy",
                "sqs set-queue-attributes --queue-url {url}{region} --attributes file://FILE",
                wrap="{Policy: tojson}",
            ),
        ),
    ),
    "sns": (
        (
            r".*:[^/:]+",
            Door(
                "sns get-topic-attributes --topic-arn {arn}{region} --query Attributes.Policy",
                "sns set-topic-attributes --topic-arn {arn}{region} --attribute-name Policy --attribute-value file://FILE",
            ),
        ),
    ),
    "secretsmanager": (
        (
            # Of a secret that is known by its name, the six letters that AWS adds are not: it is asked for by the name.
            r".*:secret:(?P<secret>.+)-\?{6}",
            Door(
                f"secretsmanager get-resource-policy {_SECRET} --query ResourcePolicy",
                f"secretsmanager put-resource-policy {_SECRET} --resource-policy file://FILE --block-public-policy",
            ),
        ),
        (
            r".*:secret:.+",
            Door(
                "secretsmanager get-resource-policy --secret-id {arn}{region} --query ResourcePolicy",
                "secretsmanager put-resource-policy --secret-id {arn}{region} --resource-policy file://FILE"
                " --block-public-policy",
            ),
        ),
    ),
    "dynamodb": (
        (
            r".*:table/[^/]+(?:/stream/[^/]+)?",
            Door(
                "dynamodb get-resource-policy --resource-arn {arn}{region} --query Policy",
                "dynamodb put-resource-policy --resource-arn {arn}{region} --policy file://FILE",
                "PolicyNotFoundException",
            ),
        ),
    ),
    "ecr": (
        (
            r".*:repository/(?P<name>.+)",
            Door(
                f"ecr get-repository-policy {_ECR}{{region}} --query policyText",
                f"ecr set-repository-policy {_ECR}{{region}} --policy-text file://FILE",
                "RepositoryPolicyNotFoundException",
            ),
        ),
    ),
    "ecr-public": (
        (
            r".*:repository/(?P<name>.+)",
            Door(
                f"ecr-public get-repository-policy {_ECR} --region us-east-1 --query policyText",
                f"ecr-public set-repository-policy {_ECR} --region us-east-1 --policy-text file://FILE",
                "RepositoryPolicyNotFoundException",
            ),
        ),
    ),
    "sts": (
        (
            r".*:role/(?:.+/)?(?P<role>[^/]+)",
            Door(
                "iam get-role --role-name {role} --query Role.AssumeRolePolicyDocument",
                "iam update-assume-role-policy --role-name {role} --policy-document file://FILE",
            ),
        ),
    ),
    "elasticfilesystem": (
        (
            r".*:file-system/(?P<name>[^/]+)",
            Door(
                "efs describe-file-system-policy --file-system-id {name}{region} --query Policy",
                "efs put-file-system-policy --file-system-id {name}{region} --policy file://FILE",
            ),
        ),
    ),
    "kinesis": (
        (
            r".*:stream/.+",
            Door(
                "kinesis get-resource-policy --resource-arn {arn}{region} --query Policy",
                "kinesis put-resource-policy --resource-arn {arn}{region} --policy file://FILE",
            ),
        ),
    ),
    "events": (
        (
            r".*:event-bus/(?P<name>.+)",
            Door(
                "events describe-event-bus --name {name}{region} --query Policy",
                "events put-permission --event-bus-name {name}{region} --policy file://FILE",
            ),
        ),
    ),
    "es": (
        (
            r".*:domain/(?P<name>[^/]+)",
            Door(
                "opensearch describe-domain-config --domain-name {name}{region}"
                " --query DomainConfig.AccessPolicies.Options",
                "opensearch update-domain-config --domain-name {name}{region} --access-policies file://FILE",
            ),
        ),
    ),
    "codeartifact": (
        (
            r".*:domain/(?P<domain>[^/]+)",
            Door(
                f"codeartifact get-domain-permissions-policy {_DOMAIN_OF_PACKAGES}{{region}} --query policy.document",
                f"codeartifact put-domain-permissions-policy {_DOMAIN_OF_PACKAGES}{{region}}"
                " --policy-document file://FILE",
                "ResourceNotFoundException",
            ),
        ),
        (
            r".*:repository/(?P<domain>[^/]+)/(?P<name>[^/]+)",
            Door(
                f"codeartifact get-repository-permissions-policy {_DOMAIN_OF_PACKAGES} --repository {{name}}{{region}}"
                " --query policy.document",
                f"codeartifact put-repository-permissions-policy {_DOMAIN_OF_PACKAGES} --repository {{name}}{{region}}"
                " --policy-document file://FILE",
                "ResourceNotFoundException",
            ),
        ),
    ),
    "backup": (
        (
            r".*:backup-vault:(?P<name>[^:]+)",
            Door(
                "backup get-backup-vault-access-policy --backup-vault-name {name}{region} --query Policy",
                "backup put-backup-vault-access-policy --backup-vault-name {name}{region} --policy file://FILE",
                "ResourceNotFoundException",
            ),
        ),
    ),
    "glue": (
        (
            r".*:catalog",
            Door(
                "glue get-resource-policy{region} --query PolicyInJson",
                "glue put-resource-policy{region} --policy-in-json file://FILE",
                "EntityNotFoundException",
            ),
        ),
    ),
    "vpc-lattice-svcs": (
        (
            r".*:service/[^/]+",
            Door(
                "vpc-lattice get-auth-policy --resource-identifier {arn}{region} --query policy",
                'vpc-lattice put-auth-policy --resource-identifier {arn}{region} --policy "$(cat FILE)"',
            ),
        ),
    ),
    "logs": (
        (
            r".*:destination:(?P<name>[^:]+)",
            Door(
                "logs describe-destinations --destination-name-prefix {name}{region}"
                " --query 'destinations[0].accessPolicy'",
                "logs put-destination-policy --destination-name {name}{region} --access-policy file://FILE",
            ),
        ),
    ),
    "kafka": ((r".*:cluster/.+", _CLUSTER),),
    "kafka-cluster": ((r".*:cluster/.+", _CLUSTER),),
}
