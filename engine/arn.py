"""Amazon Resource Names and principals: reading, never guessing.

Source: IAM User Guide, "IAM identifiers" and "AWS JSON policy elements: Principal".
"""

import re

import msgspec

__all__ = [
    "Arn",
    "access_point",
    "parse_arn",
    "partition_of",
    "policy_holder",
    "principal_account",
    "principal_kind",
    "queue_url",
]


class Arn(msgspec.Struct, frozen=True):
    """The six parts of an ARN. The resource keeps its own colons and slashes."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def kind(self) -> str:
        """The resource type where the ARN names one (`role` of `role/app/R`, `function` of `function:f`), else ''."""
        for separator in "/:":
            head, found, _ = self.resource.partition(separator)
            if found and "/" not in head and ":" not in head:
                return head
        return ""

    @property
    def name(self) -> str:
        """The last part of the resource (`R` of `role/app/R`)."""
        return self.resource.replace(":", "/").rsplit("/", 1)[-1]


def parse_arn(text: str) -> Arn | None:
    """Split an ARN on its first five colons; None for anything that is not one."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        return None
    return Arn(*parts[1:])


def access_point(arn: Arn) -> str:
    """Return the name of the access point of S3 that an ARN is of, or of an object behind it; "" for any other ARN.

    It has a policy of its own, beside that of its bucket (S3 User Guide, "Using access points"); one of several Regions
    has none in its ARN."""
    head, _, rest = arn.resource.partition("/")
    return rest.partition("/")[0] if arn.service == "s3" and head == "accesspoint" and arn.account else ""


# What has the policy by which a resource is reached, by service: the form of the resource, and its holder in it.
# Sources: the services' guides on resource-based policies, as engine/evaluation/data/resource_policies.json names them;
# EventBridge User Guide, "Permissions for event buses" (a bus's policy speaks of its rules); Glue Developer Guide,
# "Resource-based policies" (the Data Catalog has one policy); MSK Developer Guide, "Cluster policies".
_HOLDERS = {
    "s3": ((r"([^/:]+)/", r"\1"),),
    "s3 of an account": ((r"(accesspoint/[^/]+)/", r"\1"),),
    "s3-object-lambda": ((r"(accesspoint/[^/]+)/", r"\1"),),
    "s3-outposts": ((r"(outpost/[^/]+/(?:bucket|accesspoint)/[^/]+)/", r"\1"),),
    "s3tables": ((r"(bucket/[^/]+)/", r"\1"),),
    "s3vectors": ((r"(bucket/[^/]+)/", r"\1"),),
    "codeartifact": ((r"package/([^/]+/[^/]+)/", r"repository/\1"),),
    "dynamodb": ((r"(table/[^/]+)/index/", r"\1"),),
    "es": ((r"(domain/[^/]+)/", r"\1"),),
    "events": ((r"rule/([^/]+)/[^/]+\Z", r"event-bus/\1"), (r"rule/[^/]+\Z", "event-bus/default")),
    "execute-api": ((r"([^/]+)/", r"\1"),),
    "glacier": ((r"(vaults/[^/]+)/", r"\1"),),
    "glue": ((r"(?:database|table|userDefinedFunction)/", "catalog"),),
    "kafka": ((r"(?:topic|group|transactional-id)/([^/]+/[^/]+)/", r"cluster/\1"),),
    "logs": ((r"(log-group:[^:]+):", r"\1"),),
    "mediastore": ((r"(container/[^/]+)/", r"\1"),),
    "schemas": ((r"schema/([^/]+)/", r"registry/\1"),),
    "sns": ((r"([^:/]+):", r"\1"),),
    "vpc-lattice": ((r"((?:service|servicenetwork)/[^/]+)/", r"\1"),),
}


def policy_holder(arn: Arn) -> Arn:
    """Return what has the policy by which a resource is reached: the bucket of an object, the domain of an index; the
    resource itself where it has one of its own, or where none is known."""
    # Buckets have no account in their ARNs; access points, jobs and the like have.
    service = "s3 of an account" if arn.service == "s3" and arn.account else arn.service
    for form, holder in _HOLDERS.get(service, ()):
        if found := re.match(form, arn.resource):
            return Arn(arn.partition, arn.service, arn.region, arn.account, found.expand(holder))
    return arn


def principal_account(principal: str) -> str | None:
    """Return the twelve-digit account of a principal's ARN, or None where it is not stated."""
    arn = parse_arn(principal)
    return arn.account if arn and len(arn.account) == 12 and arn.account.isdigit() else None


_KINDS = {
    "user": "user",
    "role": "role",
    "assumed-role": "role-session",
    "federated-user": "federated-user",
    "saml-provider": "saml-provider",
    "oidc-provider": "oidc-provider",
}


def principal_kind(principal: str) -> str | None:
    """Name the kind of principal, or None where the text does not tell.

    user, role, role-session, sso-session (Identity Center), service-linked-role, federated-user, root,
    saml-provider, oidc-provider, service (a service principal), anonymous.
    """
    if principal == "anonymous":
        return "anonymous"
    arn = parse_arn(principal)
    if arn is None:
        return "service" if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) else None
    if arn.resource == "root":
        return "root"
    if arn.kind in ("role", "assumed-role"):  # a user can have such a name too
        if "AWSReservedSSO_" in arn.resource:
            return "sso-session"
        if "/AWSServiceRoleFor" in arn.resource:
            return "service-linked-role"
    return _KINDS.get(arn.kind)


# Where the hosts of a partition are, if not at amazonaws.com (`dnsSuffix` of botocore's endpoints.json).
_DOMAINS = {
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}


def queue_url(queue: Arn) -> str:
    """Return the URL by which SQS names a queue (SQS Developer Guide, "Queue and message identifiers")."""
    domain = _DOMAINS.get(queue.partition, "amazonaws.com")
    return f"https://sqs.{queue.region}.{domain}/{queue.account}/{queue.resource}"


def partition_of(region: str) -> str:
    """Return the partition of a Region: China and GovCloud have their own (AWS General Reference, "Partitions")."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
