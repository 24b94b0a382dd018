"""Made-up accounts in moto: users, groups, roles, policies of every home, and one resource with its policy.

What the evaluator is told is read back from the account, so that the same questions can be asked before and after
somebody has run commands in it."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import boto3

from whydenied.engine.evaluation.accounts import account_case
from whydenied.engine.evaluation.cases import read_case

__all__ = ["ACCOUNT", "Account"]

ACCOUNT = "123456789012"
OTHER = "444455556666"
_REGION = "us-east-1"
_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

_CONDITIONS: list[dict[str, Any]] = [
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
]
_ACTIONS = {
    "s3": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"],
    "sqs": ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
    "sns": ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes"],
    "kms": ["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey"],
    "secretsmanager": ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
    "ecr": ["ecr:BatchGetImage", "ecr:PutImage", "ecr:DescribeImages"],
    "dynamodb": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
    "sts": ["sts:AssumeRole"],
    "ec2": ["ec2:StartInstances", "ec2:StopInstances"],
}


class Account:
    """An account with everything that a request may meet; the seed decides what there is.

    service: of the resource. caller: who is denied. sso: the caller is the role of a permission set."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.service = self._random.choice(sorted(_ACTIONS))
        self._iam = boto3.client("iam", region_name=_REGION)
        self.sso: dict[str, str] = {}
        self.endpoint = ""
        self._policy_id = ""
        self.resource = ""
        self.resource, self._read_policy = getattr(self, f"_make_{self.service}")()
        self._make_identities()
        if self._random.random() < 0.2:
            self._make_organization()
        if self._random.random() < 0.2:
            self._make_endpoint()
        self.caller = self._random.choice(self._callers())
        self.action = self._random.choice(_ACTIONS[self.service])
        self._user_boundary = ""
        if self._random.random() < 0.3:
            self._make_user_boundary()

    def _callers(self) -> list[str]:
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role"
        mine = [f"arn:aws:iam::{ACCOUNT}:user/ana", f"{session}/worker/one"]
        mine += [f"{session}/{self.sso['role']}/ana"] if self.sso else []
        return [*mine, *mine, f"arn:aws:sts::{OTHER}:assumed-role/guest/g"] if self.service != "ec2" else mine

    def requests(self) -> Iterator[dict[str, Any]]:
        """Yield requests by everybody for everything, with and without what conditions ask for."""
        callers = [*dict.fromkeys(self._callers()), f"arn:aws:iam::{ACCOUNT}:user/bob"]
        resources = [self.resource, *self._siblings()]
        for caller in callers:
            for action in _ACTIONS[self.service]:
                for resource in resources:
                    for met in (False, True):
                        yield self.request(caller, action, resource, met=met)

    def request(self, caller: str = "", action: str = "", resource: str = "", *, met: bool = False) -> dict[str, Any]:
        """Return a request, by default the one of the account's caller. met: it meets the conditions."""
        context: dict[str, Any] = {
            "aws:MultiFactorAuthPresent": "true" if met else "false",
            "aws:SourceIp": "10.1.2.3" if met else "203.0.113.5",
            "aws:RequestedRegion": "eu-west-1" if met else "us-east-1",
        }
        if met:
            context["aws:PrincipalTag/team"] = "red"
        caller = caller or self.caller
        context["aws:PrincipalAccount"] = caller.split(":")[4]
        if caller.startswith("arn:aws:iam:"):
            context["aws:PrincipalArn"] = caller
        elif "/worker/" in caller:
            context["aws:PrincipalArn"] = self._worker
        elif self.sso and self.sso["role"] in caller:
            path = f"role/aws-reserved/sso.amazonaws.com/{self.sso['role']}"
            context["aws:PrincipalArn"] = f"arn:aws:iam::{ACCOUNT}:{path}"
        else:
            context["aws:PrincipalArn"] = f"arn:aws:iam::{OTHER}:role/team/guest"
        return {
            "principal": caller,
            "action": action or self.action,
            "resource": resource or self.resource,
            "resource_account": ACCOUNT,
            "context": context,
        }

    def told(self) -> dict[str, Any]:
        """Return the denied request as an error message tells it: without the path of a role of another account, or
        of Identity Center."""
        request = self.request()
        if "/worker/" not in self.caller and ":user/" not in self.caller:
            del request["context"]["aws:PrincipalArn"]
        return request

    def _siblings(self) -> list[str]:
        if self.service == "s3":
            return [
                f"{self.resource}.old",
                self.resource.partition("/")[0],
                f"{self.resource.partition('/')[0]}/logs/1",
            ]
        return [f"{self.resource}2"] if self.service in ("ec2", "dynamodb") else []

    def read(self) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """Read the account once, and return what makes a whole case of a request."""
        details = self._details()
        resource_policy = self._read_policy()
        others: dict[str, Any] = {"resource_policy": resource_policy}
        if self._policy_id:
            others["scps"] = [self._scps()]
        if self.endpoint:
            others["vpc_endpoint_policies"] = [self._endpoint_policy()]
        permission_set = self._permission_set() if self.sso else []

        def case_of(request: dict[str, Any]) -> dict[str, Any]:
            if f"::{OTHER}:" in request["principal"]:
                found = {"request": request, "identity_policies": [{"name": "all", "document": _ALL}], **others}
                found["scps"] = None
                return found
            if self.sso and self.sso["role"] in request["principal"]:
                return {"request": request, "identity_policies": permission_set, **others}
            empty = dict.fromkeys(("scps", "rcps", "vpc_endpoint_policies", "session_policy"))
            return account_case(details, {"request": {**request, "context_complete": True}, **empty, **others})

        return case_of

    def decide(self, requests: list[dict[str, Any]]) -> list[str]:
        """Decide requests with what the account holds now."""
        case_of = self.read()
        return [read_case(case_of(request)).decision for request in requests]

    def _details(self) -> dict[str, Any]:
        found = self._iam.get_account_authorization_details()
        if self._user_boundary:
            # moto gives boundaries to roles alone. The policy is a real one, so that its edits are.
            boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": self._user_boundary}
            next(one for one in found["UserDetailList"] if one["UserName"] == "ana")["PermissionsBoundary"] = boundary
        return {key: value for key, value in found.items() if key != "ResponseMetadata"}

    # What statements say.

    def _statement(self, *, principal: bool = False) -> dict[str, Any]:
        pick = self._random
        actions = _ACTIONS[self.service]
        statement: dict[str, Any] = {
            "Sid": f"S{pick.randrange(10**6)}",
            "Effect": pick.choice(["Allow", "Allow", "Deny"]),
        }
        if principal:
            statement["Principal"] = pick.choice(
                ["*", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}]
            )
        whole = "sts:AssumeRole" if self.service == "sts" else f"{self.service}:*"
        some = pick.sample(actions, k=min(2, len(actions)))
        statement["Action"] = pick.choice([whole, pick.choice(actions), some])
        if not (principal and self.service in ("sts", "ecr")):
            statement["Resource"] = "*" if principal and self.service == "kms" else self._pattern()
        if pick.random() < 0.3:
            statement["Condition"] = pick.choice(_CONDITIONS)
        if principal and statement["Principal"] == "*" and statement["Effect"] == "Allow":
            statement["Principal"] = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        return statement

    def _pattern(self) -> str:
        wide = f"{self.resource}*"
        if self.service == "s3":
            bucket = self.resource.partition("/")[0]
            return str(self._random.choice([self.resource, f"{bucket}/*", f"{bucket}*"]))
        return str(self._random.choice([self.resource, wide])) if self.service in ("ec2", "dynamodb") else self.resource

    def _document(self, count: int = 2, *, principal: bool = False) -> dict[str, Any]:
        statements = [self._statement(principal=principal) for _ in range(self._random.randint(1, count))]
        if self._random.random() < 0.15:
            return {"Version": "2012-10-17", "Statement": statements[0]}
        return {"Version": "2012-10-17", "Statement": statements}

    # Who there is.

    def _make_identities(self) -> None:
        iam, pick = self._iam, self._random
        for name in ("ana", "bob"):
            iam.create_user(UserName=name)
        iam.create_group(GroupName="staff")
        for name in ("ana", "bob"):
            iam.add_user_to_group(GroupName="staff", UserName=name)
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
        }
        made = iam.create_role(
            RoleName="worker", Path=pick.choice(["/", "/app/"]), AssumeRolePolicyDocument=json.dumps(trust)
        )
        self._worker = made["Role"]["Arn"]
        if pick.random() < 0.7:
            iam.put_user_policy(UserName="ana", PolicyName="own", PolicyDocument=json.dumps(self._document()))
        if pick.random() < 0.7:
            iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=json.dumps(self._document()))
        if pick.random() < 0.5:
            iam.put_group_policy(GroupName="staff", PolicyName="own", PolicyDocument=json.dumps(self._document()))
        if pick.random() < 0.6:
            self._make_managed()
        if pick.random() < 0.25:
            self._make_boundary()
        if pick.random() < 0.2:
            self._make_permission_set()

    def _make_managed(self) -> None:
        iam, pick = self._iam, self._random
        arn = iam.create_policy(PolicyName="Team", PolicyDocument=json.dumps(self._document()))["Policy"]["Arn"]
        for _ in range(pick.choice([0, 0, 4])):
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(self._document()), SetAsDefault=True)
        iam.attach_role_policy(RoleName="worker", PolicyArn=arn)
        if pick.random() < 0.5:
            iam.attach_group_policy(GroupName="staff", PolicyArn=arn)
        else:
            iam.attach_user_policy(UserName="ana", PolicyArn=arn)

    def _make_boundary(self) -> None:
        arn = self._iam.create_policy(PolicyName="Limit", PolicyDocument=json.dumps(self._document()))["Policy"]["Arn"]
        self._iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=arn)

    def _make_user_boundary(self) -> None:
        made = self._iam.create_policy(PolicyName="UserLimit", PolicyDocument=json.dumps(self._document()))
        self._user_boundary = made["Policy"]["Arn"]

    def _make_permission_set(self) -> None:
        sso = boto3.client("sso-admin", region_name=_REGION)
        instance = sso.list_instances()["Instances"][0]["InstanceArn"]
        made = sso.create_permission_set(Name="Dev", InstanceArn=instance)["PermissionSet"]["PermissionSetArn"]
        if self._random.random() < 0.7:
            sso.put_inline_policy_to_permission_set(
                InstanceArn=instance, PermissionSetArn=made, InlinePolicy=json.dumps(self._document())
            )
        self.sso = {"role": "AWSReservedSSO_Dev_0123456789abcdef", "instance": instance, "set": made}

    def _permission_set(self) -> list[dict[str, Any]]:
        sso = boto3.client("sso-admin", region_name=_REGION)
        found = sso.get_inline_policy_for_permission_set(
            InstanceArn=self.sso["instance"], PermissionSetArn=self.sso["set"]
        )["InlinePolicy"]
        home = {"holder": f"permission-set/{self.sso['set']}"}
        return [{"name": "AwsSSOInlinePolicy", "document": json.loads(found), "home": home}] if found else []

    def _make_organization(self) -> None:
        organizations = boto3.client("organizations", region_name=_REGION)
        organizations.create_organization(FeatureSet="ALL")
        document = self._document()
        if self._random.random() < 0.6:
            document["Statement"] = (
                [*_ALL["Statement"], document["Statement"]]
                if isinstance(document["Statement"], dict)
                else [*_ALL["Statement"], *document["Statement"]]
            )
        made = organizations.create_policy(
            Content=json.dumps(document), Description="guard", Name="Guard", Type="SERVICE_CONTROL_POLICY"
        )
        self._policy_id = made["Policy"]["PolicySummary"]["Id"]

    def _scps(self) -> list[dict[str, Any]]:
        organizations = boto3.client("organizations", region_name=_REGION)
        found = organizations.describe_policy(PolicyId=self._policy_id)["Policy"]
        return [{"name": "Guard", "document": json.loads(found["Content"]), "home": {"identifier": self._policy_id}}]

    def _make_endpoint(self) -> None:
        ec2 = boto3.client("ec2", region_name=_REGION)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        document = {"Version": "2012-10-17", "Statement": [{**self._statement(), "Principal": "*"}]}
        made = ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName=f"com.amazonaws.{_REGION}.s3", PolicyDocument=json.dumps(document)
        )
        self.endpoint = made["VpcEndpoint"]["VpcEndpointId"]

    def _endpoint_policy(self) -> dict[str, Any]:
        ec2 = boto3.client("ec2", region_name=_REGION)
        found = ec2.describe_vpc_endpoints(VpcEndpointIds=[self.endpoint])["VpcEndpoints"][0]["PolicyDocument"]
        return {"name": "endpoint", "document": json.loads(found), "home": {"identifier": self.endpoint}}

    # What there is: each makes a resource, and returns its ARN and what reads its policy.

    def _has_policy(self) -> bool:
        return self._random.random() < 0.6

    def _make_s3(self) -> tuple[str, Callable[[], Any]]:
        s3 = boto3.client("s3", region_name=_REGION)
        s3.create_bucket(Bucket="acme-data")
        self.resource = "arn:aws:s3:::acme-data/q1.csv"
        if self._has_policy():
            s3.put_bucket_policy(Bucket="acme-data", Policy=json.dumps(self._document(3, principal=True)))

        def read() -> Any:
            try:
                return json.loads(s3.get_bucket_policy(Bucket="acme-data")["Policy"])
            except s3.exceptions.ClientError:
                return None

        return self.resource, read

    def _make_sqs(self) -> tuple[str, Callable[[], Any]]:
        sqs = boto3.client("sqs", region_name=_REGION)
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        self.resource = f"arn:aws:sqs:{_REGION}:{ACCOUNT}:jobs"
        if self._has_policy():
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(self._document(principal=True))})

        def read() -> Any:
            found = (
                sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {}).get("Policy")
            )
            return json.loads(found) if found else None

        return self.resource, read

    def _make_sns(self) -> tuple[str, Callable[[], Any]]:
        sns = boto3.client("sns", region_name=_REGION)
        self.resource = sns.create_topic(Name="news")["TopicArn"]
        if self._has_policy():
            policy = json.dumps(self._document(principal=True))
            sns.set_topic_attributes(TopicArn=self.resource, AttributeName="Policy", AttributeValue=policy)

        def read() -> Any:
            return json.loads(sns.get_topic_attributes(TopicArn=self.resource)["Attributes"]["Policy"])

        return self.resource, read

    def _make_kms(self) -> tuple[str, Callable[[], Any]]:
        kms = boto3.client("kms", region_name=_REGION)
        self.resource = kms.create_key()["KeyMetadata"]["Arn"]
        if self._has_policy():
            kms.put_key_policy(
                KeyId=self.resource, PolicyName="default", Policy=json.dumps(self._document(principal=True))
            )

        def read() -> Any:
            return json.loads(kms.get_key_policy(KeyId=self.resource, PolicyName="default")["Policy"])

        return self.resource, read

    def _make_secretsmanager(self) -> tuple[str, Callable[[], Any]]:
        secrets = boto3.client("secretsmanager", region_name=_REGION)
        self.resource = secrets.create_secret(Name="db", SecretString="-")["ARN"]
        if self._has_policy():
            policy = json.dumps(self._document(principal=True))
            secrets.put_resource_policy(SecretId=self.resource, ResourcePolicy=policy)

        def read() -> Any:
            found = secrets.get_resource_policy(SecretId=self.resource).get("ResourcePolicy")
            return json.loads(found) if found else None

        return self.resource, read

    def _make_ecr(self) -> tuple[str, Callable[[], Any]]:
        ecr = boto3.client("ecr", region_name=_REGION)
        self.resource = ecr.create_repository(repositoryName="team/app")["repository"]["repositoryArn"]
        if self._has_policy():
            ecr.set_repository_policy(repositoryName="team/app", policyText=json.dumps(self._document(principal=True)))

        def read() -> Any:
            try:
                return json.loads(ecr.get_repository_policy(repositoryName="team/app")["policyText"])
            except ecr.exceptions.RepositoryPolicyNotFoundException:
                return None

        return self.resource, read

    def _make_dynamodb(self) -> tuple[str, Callable[[], Any]]:
        dynamodb = boto3.client("dynamodb", region_name=_REGION)
        self.resource = dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )["TableDescription"]["TableArn"]
        if self._has_policy():
            policy = json.dumps(self._document(principal=True))
            dynamodb.put_resource_policy(ResourceArn=self.resource, Policy=policy)

        def read() -> Any:
            try:
                return json.loads(dynamodb.get_resource_policy(ResourceArn=self.resource)["Policy"])
            except dynamodb.exceptions.ClientError:
                return None

        return self.resource, read

    def _make_sts(self) -> tuple[str, Callable[[], Any]]:
        self.resource = f"arn:aws:iam::{ACCOUNT}:role/deploy"
        document = self._document(principal=True)
        self._iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=json.dumps(document))

        def read() -> Any:
            return self._iam.get_role(RoleName="deploy")["Role"]["AssumeRolePolicyDocument"]

        return self.resource, read

    def _make_ec2(self) -> tuple[str, Callable[[], Any]]:
        self.resource = f"arn:aws:ec2:{_REGION}:{ACCOUNT}:instance/i-0abc"
        return self.resource, lambda: None
