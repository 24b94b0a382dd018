"""Accounts in moto, one for each common cause: built through boto3, with the message that AWS would answer with.

moto knows the shapes; it enforces identity policies (without conditions and boundaries) and nothing else. So `call` is
given only where moto can be asked for the truth.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import boto3
from botocore.client import BaseClient

__all__ = ["ACCOUNT", "CASES", "OTHER", "Built", "Case", "other_account"]

ACCOUNT, OTHER = "123456789012", "222233334444"
READER = f"arn:aws:iam::{OTHER}:role/reader"
_ZIP = b"PK\x05\x06" + b"\0" * 18


class Built(NamedTuple):
    """A built account.

    error: the message. call: makes the refused call with the credentials given, where moto enforces it. context: what
    CloudTrail would tell besides.
    """

    error: str
    call: Callable[[dict[str, str]], object] | None = None
    credentials: Callable[[], dict[str, str]] | None = None


class Case(NamedTuple):
    """build: makes the account. cause: the article that must come first. gate: what must block."""

    build: Callable[[], Built]
    cause: str
    gate: str


def client(service: str, **options: Any) -> BaseClient:
    """A client of the first account."""
    return boto3.client(service, region_name="us-east-1", **options)


def other_account(service: str) -> BaseClient:
    """A client of the other account."""
    keys = client("sts").assume_role(RoleArn=READER, RoleSessionName="test")["Credentials"]
    return client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def document(*statements: dict[str, Any]) -> str:
    """A policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """An Allow."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """A Deny."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def role(name: str = "app", *statements: dict[str, Any], boundary: str = "", trust: Any = ACCOUNT) -> str:
    """A role with one inline policy; the ARN of a session of it."""
    iam = client("iam")
    trusted = (
        trust
        if isinstance(trust, dict)
        else {"Effect": "Allow", "Principal": {"AWS": trust}, "Action": "sts:AssumeRole"}
    )
    options = {"PermissionsBoundary": boundary} if boundary else {}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trusted), **options)
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(*statements))
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/ana"


def user(name: str = "ana", *statements: dict[str, Any], boundary: str = "") -> str:
    """A user with one inline policy; its ARN."""
    iam = client("iam")
    options = {"PermissionsBoundary": boundary} if boundary else {}
    iam.create_user(UserName=name, **options)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=document(*statements))
    return f"arn:aws:iam::{ACCOUNT}:user/{name}"


def managed(name: str, *statements: dict[str, Any]) -> str:
    """A managed policy; its ARN."""
    arn: str = client("iam").create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]
    return arn


def as_role(name: str = "app") -> dict[str, str]:
    """Credentials of a session of a role."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="ana")["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def as_user(name: str = "ana") -> dict[str, str]:
    """Credentials of a user."""
    key = client("iam").create_access_key(UserName=name)["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def bucket(name: str = "reports", owner: Callable[[str], BaseClient] = client, *statements: dict[str, Any]) -> str:
    """A bucket with one object, perhaps with a policy; the object's ARN."""
    s3 = owner("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a.csv", Body=b"1")
    if statements:
        s3.put_bucket_policy(Bucket=name, Policy=document(*statements))
    return f"arn:aws:s3:::{name}/a.csv"


def get_object(keys: dict[str, str]) -> object:
    """Read the object."""
    return client("s3", **keys).get_object(Bucket="reports", Key="a.csv")


def refused(principal: str, operation: str, action: str, resource: str = "", ending: str = "") -> str:
    """The message as the CLI prints it."""
    where = f" on resource: {resource}" if resource else ""
    return (
        f"An error occurred (AccessDenied) when calling the {operation} operation: User: {principal} is not authorized"
        f" to perform: {action}{where}{' ' if ending else ''}{ending}"
    )


NO_IDENTITY = "because no identity-based policy allows the {} action"
DENY = "with an explicit deny in {}"


def role_without_allow() -> Built:
    who = role("app", allow("s3:ListBucket"))
    ending = NO_IDENTITY.format("s3:GetObject")
    return Built(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"', ending), get_object, as_role)


def user_without_allow() -> Built:
    who = user("ana", allow("iam:GetUser"))
    ending = NO_IDENTITY.format("iam:ListUsers")
    return Built(refused(who, "ListUsers", "iam:ListUsers", f"arn:aws:iam::{ACCOUNT}:user/", ending))


def user_without_s3() -> Built:
    who = user("ana", allow("s3:ListBucket"))
    return Built(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"'), get_object, as_user)


def user_in_group_without_allow() -> Built:
    who, iam = user(), client("iam")
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(GroupName="staff", UserName="ana")
    iam.attach_group_policy(GroupName="staff", PolicyArn=managed("reading", allow("ec2:DescribeVpcs")))

    def call(keys: dict[str, str]) -> object:
        return client("ec2", **keys).describe_instances()

    ending = NO_IDENTITY.format("ec2:DescribeInstances")
    return Built(refused(who, "DescribeInstances", "ec2:DescribeInstances", "", ending), call, as_user)


def role_says_nothing_of_layer() -> Built:
    who = role("app", allow("dynamodb:GetItem"))
    client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"
    return Built(refused(who, "PutItem", "dynamodb:PutItem", table))


def allow_on_another_resource() -> Built:
    who = role("app")
    policy = managed("reader", allow("s3:GetObject", "arn:aws:s3:::archive/*"))
    client("iam").attach_role_policy(RoleName="app", PolicyArn=policy)
    return Built(
        refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"', NO_IDENTITY.format("s3:GetObject")),
        get_object,
        as_role,
    )


def bare_access_denied() -> Built:
    who = role("app", allow("s3:ListBucket"))
    return Built(refused(who, "GetObject", "s3:GetObject", bucket()), get_object, as_role)


def role_with_deny() -> Built:
    who = role("app", allow("s3:*"), deny(["s3:GetObject", "s3:DeleteObject"], "arn:aws:s3:::reports/a.csv"))
    ending = DENY.format("an identity-based policy")
    return Built(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"', ending), get_object, as_role)


def group_with_deny() -> Built:
    who, iam = user("ana", allow("*")), client("iam")
    iam.create_group(GroupName="interns")
    iam.add_user_to_group(GroupName="interns", UserName="ana")
    policy = managed("no-users", deny("iam:ListUsers"))
    iam.attach_group_policy(GroupName="interns", PolicyArn=policy)
    ending = f"{DENY.format('an identity-based policy')}: {policy}"
    return Built(refused(who, "ListUsers", "iam:ListUsers", f"arn:aws:iam::{ACCOUNT}:user/", ending))


def deny_without_mfa() -> Built:
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    who = user("ana", allow("*"), deny("ec2:TerminateInstances", Condition=condition))
    resource = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0123456789abcdef0"
    ending = DENY.format("an identity-based policy")
    return Built(refused(who, "TerminateInstances", "ec2:TerminateInstances", resource, ending))


def deny_from_elsewhere() -> Built:
    condition = {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}
    who = user("ana", allow("*"), deny("*", Condition=condition))
    return Built(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"', DENY.format("an identity-based policy")))


def boundary_without_allow() -> Built:
    boundary = managed("boundary", allow(["s3:*", "logs:*"]))
    who = role("app", allow("*"), boundary=boundary)
    resource = f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"
    client("sqs").create_queue(QueueName="jobs")
    ending = "because no permissions boundary allows the sqs:SendMessage action"
    return Built(refused(who, "SendMessage", "sqs:SendMessage", resource, ending))


def boundary_with_deny() -> Built:
    boundary = managed("boundary", allow("*"), deny("iam:*"))
    who = role("app", allow("*"), boundary=boundary)
    ending = f"{DENY.format('a permissions boundary')}: {boundary}"
    return Built(refused(who, "CreateUser", "iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/bo", ending))


def organization(*statements: dict[str, Any], kind: str = "SERVICE_CONTROL_POLICY", whole: bool = True) -> str:
    """An organization managed from the other account, with this one in an OU that has a policy; the policy's ARN."""
    organizations = client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    if kind != "SERVICE_CONTROL_POLICY":
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    unit = organizations.create_organizational_unit(ParentId=root, Name="apps")["OrganizationalUnit"]["Id"]
    created = organizations.create_account(Email="a@example.com", AccountName="apps")["CreateAccountStatus"][
        "AccountId"
    ]
    organizations.move_account(AccountId=created, SourceParentId=root, DestinationParentId=unit)
    policy = organizations.create_policy(Name="guard", Description="x", Content=document(*statements), Type=kind)
    summary = policy["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=summary["Id"], TargetId=unit)
    if not whole:
        organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=unit)
    return f"{created} {summary['Arn']}"


def scp_with_deny() -> Built:
    member, arn = organization(
        deny("ec2:*", Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}})
    ).split()
    who = in_member(member, allow("*"))
    resource = f"arn:aws:ec2:us-east-1:{member}:instance/*"
    ending = f"{DENY.format('a service control policy')}: {arn}"
    return Built(refused(who, "RunInstances", "ec2:RunInstances", resource, ending))


def scp_without_allow() -> Built:
    member, _ = organization(allow(["s3:*", "iam:*"]), whole=False).split()
    who = in_member(member, allow("*"))
    resource = f"arn:aws:ec2:us-east-1:{member}:instance/i-0123456789abcdef0"
    ending = "because no service control policy allows the ec2:StartInstances action"
    return Built(refused(who, "StartInstances", "ec2:StartInstances", resource, ending))


def rcp_with_deny() -> Built:
    condition = {"StringNotEquals": {"aws:ResourceTag/open": "yes"}}
    member, arn = organization(
        deny("secretsmanager:*", Principal="*", Condition=condition), kind="RESOURCE_CONTROL_POLICY"
    ).split()
    who = in_member(member, allow("*"))
    secret = f"arn:aws:secretsmanager:us-east-1:{member}:secret:db-abcdef"
    ending = f"{DENY.format('a resource control policy')}: {arn}"
    return Built(refused(who, "GetSecretValue", "secretsmanager:GetSecretValue", secret, ending))


def in_member(member: str, *statements: dict[str, Any]) -> str:
    """A role in an account of the organization; the ARN of a session of it."""
    arn = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    iam = client(
        "iam",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    trust = {"Effect": "Allow", "Principal": {"AWS": member}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName="app", PolicyName="inline", PolicyDocument=document(*statements))
    return f"arn:aws:sts::{member}:assumed-role/app/ana"


def bucket_policy_with_deny() -> Built:
    who = role("app", allow("s3:*"))
    statement = deny("s3:GetObject", "arn:aws:s3:::reports/*", Principal="*")
    resource = bucket("reports", client, statement)
    return Built(
        refused(who, "GetObject", "s3:GetObject", f'"{resource}"', DENY.format("a resource-based policy")),
        get_object,
        as_role,
    )


def bucket_of_another_account() -> Built:
    who = role("app", allow("s3:*"))
    resource = bucket("theirs", other_account)
    ending = "because no resource-based policy allows the s3:GetObject action"
    return Built(refused(who, "GetObject", "s3:GetObject", f'"{resource}"', ending))


def queue_of_another_account() -> Built:
    who = role("app", allow("sqs:*"))
    other_account("sqs").create_queue(QueueName="jobs")
    resource = f"arn:aws:sqs:us-east-1:{OTHER}:jobs"
    ending = "because no resource-based policy allows the sqs:SendMessage action"
    return Built(refused(who, "SendMessage", "sqs:SendMessage", resource, ending))


def topic_with_deny() -> Built:
    who = role("app", allow("sns:*"))
    sns = client("sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    policy = document(deny("sns:Publish", topic, Principal="*"))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return Built(refused(who, "Publish", "sns:Publish", topic, DENY.format("a resource-based policy")))


def key_without_delegation() -> Built:
    who = role("app", allow("kms:*"))
    policy = document(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}))
    key = client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    ending = "because no resource-based policy allows the kms:Decrypt action"
    return Built(refused(who, "Decrypt", "kms:Decrypt", key, ending))


def key_of_another_account() -> Built:
    who = role("app", allow("kms:*"))
    policy = document(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{OTHER}:root"}))
    key = other_account("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    ending = "because no resource-based policy allows the kms:GenerateDataKey action"
    return Built(refused(who, "GenerateDataKey", "kms:GenerateDataKey", key, ending))


def key_delegates_but_role_lacks() -> Built:
    who = role("app", allow("s3:*"))
    policy = document(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    key = client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return Built(refused(who, "Decrypt", "kms:Decrypt", key, NO_IDENTITY.format("kms:Decrypt")))


def secret_of_another_account() -> Built:
    who = role("app", allow("secretsmanager:*"))
    secret = other_account("secretsmanager").create_secret(Name="db", SecretString="x")["ARN"]
    ending = "because no resource-based policy allows the secretsmanager:GetSecretValue action"
    return Built(refused(who, "GetSecretValue", "secretsmanager:GetSecretValue", secret, ending))


def repository_of_another_account() -> Built:
    who = role("app", allow("ecr:*"))
    other_account("ecr").create_repository(repositoryName="web")
    resource = f"arn:aws:ecr:us-east-1:{OTHER}:repository/web"
    ending = "because no resource-based policy allows the ecr:BatchGetImage action"
    return Built(refused(who, "BatchGetImage", "ecr:BatchGetImage", resource, ending))


def trust_of_somebody_else() -> Built:
    who = role("app", allow("sts:AssumeRole"))
    role("deploy", trust=f"arn:aws:iam::{ACCOUNT}:role/ci")
    resource = f"arn:aws:iam::{ACCOUNT}:role/deploy"
    return Built(refused(who, "AssumeRole", "sts:AssumeRole", resource))


def trust_with_external_id() -> Built:
    who = role("app", allow("sts:AssumeRole"))
    condition = {"StringEquals": {"sts:ExternalId": "4711"}}
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole", "Condition": condition}
    other_account("iam").create_role(RoleName="partner", AssumeRolePolicyDocument=document(trust))
    resource = f"arn:aws:iam::{OTHER}:role/partner"
    return Built(refused(who, "AssumeRole", "sts:AssumeRole", resource))


def trusted_without_permission() -> Built:
    who = user("ana", allow("s3:*"))
    role("deploy")
    return Built(refused(who, "AssumeRole", "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/deploy"))


def pass_role() -> Built:
    who = role("ci", allow("lambda:*"))
    role("function")
    resource = f"arn:aws:iam::{ACCOUNT}:role/function"
    return Built(refused(who, "CreateFunction", "iam:PassRole", resource, NO_IDENTITY.format("iam:PassRole")))


def service_linked_role() -> Built:
    who = role("ci", allow("ecs:*"))
    resource = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    ending = NO_IDENTITY.format("iam:CreateServiceLinkedRole")
    return Built(refused(who, "CreateCluster", "iam:CreateServiceLinkedRole", resource, ending))


def endpoint(*statements: dict[str, Any]) -> None:
    """A VPC endpoint for S3 with a policy."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    name = "com.amazonaws.us-east-1.s3"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=name, PolicyDocument=document(*statements))


def endpoint_without_allow() -> Built:
    who = role("app", allow("s3:*"))
    endpoint(allow("s3:*", "arn:aws:s3:::other/*", Principal="*"))
    ending = "because no VPC endpoint policy allows the s3:GetObject action"
    return Built(refused(who, "GetObject", "s3:GetObject", f'"{bucket()}"', ending))


def endpoint_with_deny() -> Built:
    who = role("app", allow("s3:*"))
    endpoint(allow("*", Principal="*"), deny("s3:PutObject", "*", Principal="*"))
    ending = DENY.format("a VPC endpoint policy")
    return Built(refused(who, "PutObject", "s3:PutObject", f'"{bucket()}"', ending))


def public_bucket_blocked() -> Built:
    who = role("app", allow("s3:*"))
    resource = bucket("theirs", other_account, allow("s3:GetObject", "arn:aws:s3:::theirs/*", Principal="*"))
    switches = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    other_account("s3").put_public_access_block(Bucket="theirs", PublicAccessBlockConfiguration=switches)
    return Built(refused(who, "GetObject", "s3:GetObject", f'"{resource}"'))


CASES: dict[str, Case] = {
    build.__name__: Case(build, cause, gate)
    for build, cause, gate in (
        (role_without_allow, "identity-no-allow", "identity"),
        (user_without_allow, "identity-no-allow", "identity"),
        (user_without_s3, "identity-no-allow", "identity"),
        (user_in_group_without_allow, "identity-no-allow", "identity"),
        (role_says_nothing_of_layer, "identity-no-allow", "identity"),
        (allow_on_another_resource, "identity-no-allow", "identity"),
        (bare_access_denied, "identity-no-allow", "identity"),
        (role_with_deny, "identity-explicit-deny", "identity"),
        (group_with_deny, "identity-explicit-deny", "identity"),
        (deny_from_elsewhere, "identity-explicit-deny", "identity"),
        (deny_without_mfa, "mfa-required", "identity"),
        (boundary_without_allow, "boundary-no-allow", "boundary"),
        (boundary_with_deny, "boundary-explicit-deny", "boundary"),
        (scp_with_deny, "scp-explicit-deny", "scp"),
        (scp_without_allow, "scp-no-allow", "scp"),
        (rcp_with_deny, "rcp-explicit-deny", "rcp"),
        (bucket_policy_with_deny, "resource-explicit-deny", "resource"),
        (bucket_of_another_account, "resource-no-allow", "resource"),
        (queue_of_another_account, "resource-no-allow", "resource"),
        (topic_with_deny, "resource-explicit-deny", "resource"),
        (key_without_delegation, "kms-key", "resource"),
        (key_of_another_account, "kms-key", "resource"),
        (key_delegates_but_role_lacks, "kms-key", "identity"),
        (secret_of_another_account, "resource-no-allow", "resource"),
        (repository_of_another_account, "resource-no-allow", "resource"),
        (trust_of_somebody_else, "trust-policy-denies", "resource"),
        (trust_with_external_id, "trust-policy-denies", "resource"),
        (trusted_without_permission, "trust-policy-denies", "identity"),
        (pass_role, "pass-role-missing", "identity"),
        (service_linked_role, "service-linked-role", "identity"),
        (endpoint_without_allow, "vpce-no-allow", "vpce"),
        (endpoint_with_deny, "vpce-explicit-deny", "vpce"),
        (public_bucket_blocked, "s3-block-public-access", "s3-bpa"),
    )
}
