"""Whole evaluation cases by chance, in the conformance form.

The alphabets are small on purpose: names, patterns and values collide and match often, so that the rules meet. There
is one grammar, drawn from a `random.Random`: seeded for long runs (`random_case`), or Hypothesis's own, which it can
shrink (`cases`).
"""

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

Json = dict[str, Any]
Choice = TypeVar("Choice")

OURS, THEIRS = "111122223333", "444455556666"
WEB = f"arn:aws:iam::{OURS}:oidc-provider/token.example.com"

# Action and resource of a request; `@` stands for the account that owns the resource.
REQUESTS = (
    *[("s3:GetObject", "arn:aws:s3:::b/f")] * 5,
    ("s3:GetObject", "arn:aws:s3:::b/home/ana/f"),
    ("s3:PutObject", "arn:aws:s3:::b/ana"),
    ("s3:ListBucket", "arn:aws:s3:::b"),
    ("s3:ListAllMyBuckets", "*"),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:@:q"),
    ("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:@:ana"),
    ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:@:function:f:live"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:@:table/T/index/I"),
    ("ec2:StartInstances", "arn:aws:ec2:us-east-1:@:instance/i-1"),
    ("ec2:DescribeInstances", "*"),
    *[("kms:Decrypt", "arn:aws:kms:us-east-1:@:key/1")] * 4,
    ("kms:RetireGrant", "arn:aws:kms:us-east-1:@:key/1"),
    ("kms:ListKeys", "*"),
    ("kms:CreateAlias", "arn:aws:kms:us-east-1:@:alias/app"),
    ("kms:DeleteAlias", "arn:aws:kms:us-east-1:@:alias/aws/s3"),
    *[("sts:AssumeRole", "arn:aws:iam::@:role/r")] * 4,
    ("sts:AssumeRole", "arn:aws:iam::@:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
    ("sts:TagSession", "arn:aws:iam::@:role/r"),
    ("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::@:role/r"),
    ("sts:GetCallerIdentity", "*"),
    ("iam:GetRole", "arn:aws:iam::@:role/app/r"),
    ("iam:DeleteRole", "arn:aws:iam::@:role/aws-reserved/sso.amazonaws.com/x"),
    ("iam:GetRole", "arn:aws:iam::@:role/aws-reserved/sso.amazonaws.com/x"),
    ("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/P"),
    ("iam:GetPolicy", "arn:aws:iam::aws:policy/P"),
    ("iam:PutRolePolicy", "arn:aws:iam::@:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
    ("sts:GetSessionToken", "*"),
    ("sts:GetFederationToken", "arn:aws:sts::@:federated-user/ana"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::b"),
    ("sqs:DeleteQueue", "arn:aws:sqs:us-east-1:@:q"),
    ("kms:DescribeKey", "arn:aws:kms:us-east-1:@:key/1"),
    ("bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/m"),
    ("s3:GetObject", "arn:aws-cn:s3:::b/f"),
)
CALLERS = (
    *[f"arn:aws:iam::{OURS}:user/ana"] * 4,
    f"arn:aws:iam::{OURS}:user/team/ana",
    f"arn:aws:iam::{OURS}:user/aws-service-role/AWSServiceRoleForX",
    *[f"arn:aws:iam::{OURS}:role/r"] * 2,
    f"arn:aws:iam::{OURS}:role/app/r",
    f"arn:aws:iam::{OURS}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    *[f"arn:aws:sts::{OURS}:assumed-role/r/s"] * 3,
    f"arn:aws:sts::{OURS}:assumed-role/R/t",
    f"arn:aws:sts::{OURS}:assumed-role/AWSServiceRoleForX/s",
    f"arn:aws:sts::{OURS}:federated-user/ana",
    f"arn:aws:iam::{OURS}:root",
    {"service": "lambda.amazonaws.com"},
    {"service": "s3.amazonaws.com"},
    *["anonymous"] * 2,
)
FEDERATED = ({"federated": WEB}, {"federated": "cognito-identity.amazonaws.com"})
NAMED = (
    *["*"] * 3,
    OURS,
    THEIRS,
    f"arn:aws:iam::{OURS}:root",
    f"arn:aws:iam::{THEIRS}:root",
    *[f"arn:aws:iam::{OURS}:user/ana"] * 2,
    f"arn:aws:iam::{OURS}:user/Ana",
    f"arn:aws:iam::{OURS}:user/team/ana",
    f"arn:aws:iam::{THEIRS}:user/ana",
    *[f"arn:aws:iam::{OURS}:role/r"] * 2,
    f"arn:aws:iam::{OURS}:role/app/r",
    f"arn:aws:iam::{OURS}:role/R",
    f"arn:aws:iam::{OURS}:role/*",
    f"arn:aws:iam::{OURS}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    *[f"arn:aws:sts::{OURS}:assumed-role/r/s"] * 2,
    f"arn:aws:sts::{OURS}:assumed-role/R/s",
    f"arn:aws:sts::{OURS}:assumed-role/R/t",
    f"arn:aws:sts::{OURS}:role/r",
    f"arn:aws:sts::{OURS}:federated-user/ana",
    f"arn:aws-cn:iam::{OURS}:root",
    f"arn:aws-cn:iam::{OURS}:user/ana",
    "AIDACKCEVSQ6C2EXAMPLE",
)
ACTIONS = (
    *"* s3:* s3:Get* S3:getobject s3:???Object s3:GetObject,PutObject s3: kms:* kms:Dec* sts:* sts:AssumeRole*".split(),
    *"sqs:* sqs:SendMessage ec2:* iam:* lambda:*".split(),
    "s3:GetObject ",
)
RESOURCES = (
    *"* arn:aws:s3:::* arn:aws:s3:::b arn:aws:s3:::b* arn:aws:s3:::b/* arn:aws:s3:::?/f arn:aws:s3:::*/f".split(),
    *"arn:aws:s3:::b/home/${aws:username}/* arn:aws:s3:::b/${aws:missing} arn:aws:s3:::b/${*} arn:aws:s3:::B/f".split(),
    *"arn:aws-cn:s3:::b/f arn:aws:sqs:*:@:q arn:aws:sqs:us-east-1:@:${aws:username} arn:*:kms:*:*:key/?".split(),
    *"arn:aws:kms:*:@:* arn:aws:iam::@:role/* arn:aws:iam::*:role/r arn:aws:ec2:us-east-1:@:*/i-1".split(),
    *"arn:aws:ec2:*:*:* arn:aws:lambda:us-east-1:@:function:* arn:aws:dynamodb:us-east-1:@:table/T/*".split(),
    "arn:aws:s3:::b/${aws:missing, 'f'}",
)
# ARNs of fewer than six parts, which each kind of policy reads in its own way.
SHORT = tuple("arn:aws:s3 arn:aws:s3:* arn:aws:s3::* arn:*:s3 arn:aws:sqs:us-east-1:@ arn:aws:kms:* arn:aws* x".split())
ENDPOINT_KINDS = ("gateway", "interface")

# Families of keys: the request's values, and the policy's values, which hold the bad ones too.
STRINGS = ("ana", "Ana", "ANA", "bob", "", "a*", "an", "o-1", "vpce-1")
ARNS = (f"arn:aws:iam::{OURS}:role/app", f"arn:aws:iam::{OURS}:user/ana", f"arn:aws:lambda:us-east-1:{OURS}:function:f")
FAMILIES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[Any, ...]]] = {
    "String": (
        ("aws:username", "aws:PrincipalTag/team", "aws:PrincipalOrgID", "aws:SourceVpce", "AWS:UserName"),
        STRINGS,
        (*STRINGS, "a*", "?na", "*", "${aws:username}", "x${aws:missing}", "${aws:missing, 'ana'}", "${*}", "a${?}a"),
    ),
    "Numeric": (("aws:MultiFactorAuthAge",), ("5", "10", "10.0", "-1", "x", ""), ("5", "10", "0.5", "-1", "x", 10)),
    "Date": (
        ("aws:CurrentTime", "aws:TokenIssueTime"),
        ("2020-04-01T00:00:00Z", "1585699200", "2024-01-01", "2020-04-01T02:00:00+02:00", "soon"),
        ("2020-04-01T00:00:00Z", "1585699200", "2024-01-01", "2020-04-01T02:00+02:00", "soon", "2024-13-01"),
    ),
    "Bool": (
        ("aws:SecureTransport", "aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService"),
        ("true", "false", "TRUE", "yes"),
        ("true", "false", "False", "yes", True, False, "${aws:SecureTransport}"),
    ),
    "Ip": (
        ("aws:SourceIp",),
        ("203.0.113.7", "10.0.0.1", "2001:db8::1", "home"),
        ("203.0.113.0/24", "203.0.113.7", "10.1.2.3/8", "0.0.0.0/1", "2001:DB8::/32", "203.0.113.0/33", "home"),
    ),
    "Arn": (
        ("aws:PrincipalArn", "aws:SourceArn"),
        (*ARNS, "arn:aws:s3:::b", "app"),
        (*ARNS, "arn:aws:iam::*:role/*", "arn:*:*:*:*:*", f"arn:aws:iam::{OURS}:user/${{aws:username}}", "arn:aws:s3"),
    ),
    "Binary": (("x:Blob",), ("QUI=", "QUE=", "???"), ("QUI=", "QUE=", "???")),
    "Set": (
        ("aws:TagKeys", "aws:CalledVia"),
        ("a", "b", "ana"),
        ("a", "b", "a*", "ana", "${aws:username}", "${aws:missing}"),
    ),
}
OPERATORS = {
    "String": "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike",
    "Numeric": "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan "
    "NumericGreaterThanEquals",
    "Date": "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals",
    "Bool": "Bool",
    "Ip": "IpAddress NotIpAddress",
    "Arn": "ArnEquals ArnLike ArnNotEquals ArnNotLike",
    "Binary": "BinaryEquals",
    "Set": "StringEquals StringLike StringNotEquals StringNotLike",
}
# What may keep an S3 policy for everybody from being public.
FIXED = (
    ("IpAddress", "aws:SourceIp", ("203.0.113.0/24", "10.0.0.0/8", "0.0.0.0/1", "2001:db8::/32", "2001:db8::/31")),
    ("StringEquals", "aws:SourceVpce", ("vpce-1", "vpce-2")),
    ("StringLike", "aws:PrincipalOrgID", ("o-1", "o-*")),
    ("StringEqualsIfExists", "aws:SourceVpce", ("vpce-1",)),
    ("ForAllValues:StringEquals", "aws:PrincipalOrgID", ("o-1",)),
    ("ArnLike", "aws:PrincipalArn", (f"arn:aws:iam::{OURS}:role/*", "arn:aws:iam::*:role/app")),
    ("Bool", "aws:PrincipalIsAWSService", ("true", "false")),
    ("StringEquals", "aws:PrincipalTag/team", ("ana",)),
)
UNKNOWN = ("StringEqual", "stringequals", "NumericNotLessThan", "ForSomeValues:StringEquals", "BoolNotEquals")


class Draw:
    """Draws the parts of one case from `rng`; `account` owns the resource."""

    def __init__(self, rng: random.Random, account: str) -> None:
        self.rng = rng
        self.account = account

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return self.rng.choice(choices)

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def some(self, choices: Sequence[Any]) -> Any:
        """One of them, alone or in a list of up to three."""
        if self.chance(70):
            return self.pick(choices)
        return [self.pick(choices) for _ in range(self.rng.randint(1, 3))]

    def context(self) -> Json:
        context: Json = {}
        for keys, values, _ in FAMILIES.values():
            for key in keys:
                if key == "AWS:UserName" or not self.chance(45):
                    continue
                several = [self.pick(values) for _ in range(self.rng.randint(0, 3))]
                context[key] = several if key in FAMILIES["Set"][0] or self.chance(5) else self.pick(values)
        return context

    def condition(self, request: Json) -> Json:
        condition: Json = {}
        for _ in range(self.pick((1, 1, 1, 2))):
            family = self.pick((*FAMILIES, "String", "Set"))
            keys, _, values = FAMILIES[family]
            if self.chance(5):  # a key of another family
                keys = FAMILIES[self.pick(tuple(FAMILIES))][0]
            key = self.pick(keys)
            operator = self.pick(UNKNOWN) if self.chance(4) else self.pick(OPERATORS[family].split())
            present = request["context"].get(key, [])
            values = (*values, *(present if isinstance(present, list) else [present]) * 5)
            if self.chance(8):
                operator, values = "Null", ("true", "false", True, False)
            elif self.chance(20):
                operator += "IfExists"
            if self.chance(75 if family == "Set" else 8) and ":" not in operator:
                operator = f"{self.pick(('ForAllValues', 'ForAnyValue'))}:{operator}"
            condition.setdefault(operator, {})[key] = self.some(values)
        return condition

    def resources(self, request: Json) -> Any:
        pool = (*RESOURCES, *[request["resource"]] * 6, *(SHORT if self.chance(10) else ()))
        return self.some([r.replace("@", self.account) for r in pool])

    def statement(self, request: Json, effects: Sequence[str]) -> Json:
        """Any statement without a principal."""
        action, effect = request["action"], self.pick(effects)
        statement: Json = {"Effect": effect}
        exact = (action, action, action.swapcase(), action.split(":")[0] + ":*", "*")
        statement["NotAction" if self.chance(12) else "Action"] = self.some((*ACTIONS, *exact * 4))
        if self.chance(40):
            statement["Resource"] = "*"
        else:
            statement["NotResource" if self.chance(15) else "Resource"] = self.resources(request)
        if self.chance(45 if effect == "Allow" else 75):
            statement["Condition"] = self.condition(request)
        return statement

    def document(self, request: Json, effects: Sequence[str] = ("Allow", "Allow", "Deny"), broad: int = 55) -> Json:
        """A policy without principals, often with a statement that allows everything."""
        statements = [self.statement(request, effects) for _ in range(self.rng.choice((0, 1, 1, 2)))]
        if self.chance(broad):
            statements.insert(0, {"Effect": "Allow", "Action": "*", "Resource": "*"})
        document: Json = {"Version": "2012-10-17", "Statement": statements}
        if self.chance(12):
            document["Version"] = "2008-10-17"
        elif self.chance(3):
            del document["Version"]
        if len(statements) == 1 and self.chance(20):
            document["Statement"] = statements[0]
        return document

    def principal(self, request: Json) -> Any:
        caller = request["principal"]
        if isinstance(caller, dict) and self.chance(60):
            return {kind.title(): self.some((name, name, "other.amazonaws.com")) for kind, name in caller.items()}
        if self.chance(12):
            return self.pick(("*", "*", f"arn:aws:iam::{OURS}:user/ana"))
        named: Json = {"AWS": self.some((*NAMED, *[caller] * 4 * isinstance(caller, str)))}
        if self.chance(8):
            named["Service"] = self.some(("lambda.amazonaws.com", "s3.amazonaws.com"))
        return named

    def not_principal(self, request: Json) -> Any:
        """Long lists, since a Deny spares only whom it lists in every form."""
        names = ("iam::@:root", "iam::@:role/r", "sts::@:assumed-role/r/s", "iam::@:user/ana")
        own = [OURS, *[f"arn:aws:{name}".replace("@", OURS) for name in names]]
        return {"AWS": self.rng.sample(own, self.rng.randint(1, 5))} if self.chance(75) else self.principal(request)

    def grant(self, request: Json) -> Json:
        """A grant of KMS, which has something to do with the request more often than not."""
        caller, operation = request["principal"], request["action"].split(":")[1]
        named: Json = {"GranteePrincipal": self.pick((*NAMED[8:], *[caller] * 12 * isinstance(caller, str)))}
        if isinstance(caller, dict):
            named = {"GranteeServicePrincipal": caller.get("service", "lambda.amazonaws.com")}
        found: Json = {**named, "GrantId": "g", "Operations": [self.pick((operation, operation, "Encrypt"))]}
        if self.chance(60):
            found["KeyId"] = self.pick((request["resource"], request["resource"], "1", "2", "arn:aws:kms:x:y:key/1"))
        if self.chance(50):
            context = self.pick(({"App": "a"}, {"app": "b"}, {"app": "a", "env": "x"}))
            found["Constraints"] = self.pick(
                (
                    {"EncryptionContextSubset": context},
                    {"EncryptionContextEquals": context},
                    {"SourceArn": self.pick(ARNS)},
                    {"EncryptionContextSubset": context, "SourceArn": self.pick(ARNS)},
                )
            )
        return found

    def resource_policy(self, request: Json) -> Json:
        """Bucket, queue, key and trust policies."""
        document = self.document(request, broad=0)
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        if self.chance(60):
            statements.append({"Effect": "Allow", "Action": self.pick(("*", request["action"])), "Resource": "*"})
        for statement in statements:
            if self.chance(25 if statement["Effect"] == "Deny" else 4):
                statement["NotPrincipal"] = self.not_principal(request)
            elif not self.chance(4):  # without a principal it must never match
                statement["Principal"] = self.principal(request)
            if request["action"].startswith("s3:") and statement["Effect"] == "Allow" and self.chance(12):
                operator, key, values = self.pick(FIXED)
                statement |= {"Principal": "*", "Condition": {operator: {key: self.some(values)}}}
                statement.pop("NotPrincipal", None)
            if request["action"].startswith("sts:"):
                statement.pop("Resource", None)
                statement.pop("NotResource", None)
        return {**document, "Statement": statements}

    def rcp(self, request: Json) -> Json:
        document = self.document(request, effects=("Deny",), broad=0)
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        return {**document, "Statement": [{**statement, "Principal": "*"} for statement in statements]}

    def endpoint_policy(self, request: Json) -> Json:
        document = self.document(request, broad=60)
        for statement in document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]:
            if self.chance(12):
                statement["NotPrincipal" if self.chance(20) else "Principal"] = self.principal(request)
            elif not self.chance(25):
                statement["Principal"] = self.pick(("*", {"AWS": "*"}))
        return document


def random_case(rng: random.Random) -> Json:
    """A case of the conformance form, without `expect`."""
    draw = Draw(rng, OURS if rng.randrange(100) < 70 else THEIRS)
    action, resource = draw.pick(REQUESTS)
    caller: Any = draw.pick(FEDERATED if action.endswith("WebIdentity") and draw.chance(70) else CALLERS)
    request: Json = {
        "principal": caller,
        "action": action.lower() if draw.chance(5) else action,
        "resource": resource.replace("@", draw.account),
        "resource_account": draw.account,
        "context": draw.context() if draw.chance(75) else {},
    }
    if action.startswith("kms:") and draw.chance(50):
        request["context"]["kms:EncryptionContext:app"] = draw.pick(("a", "b"))
    with_session = isinstance(caller, str) and (":role/" in caller or ":sts:" in caller)
    levels = range(rng.randint(1, 3))
    settings: Json = {"wildcard_only_action": True} if resource == "*" else {}
    if action.startswith("s3:") and draw.chance(30):
        settings["s3_block_public_access"] = draw.chance(85)
    if action.startswith("kms:") and draw.chance(35):
        settings["kms_grants"] = [draw.grant(request) for _ in range(rng.randint(1, 2))]
    if draw.chance(6):
        settings["principal_in_management_account"] = True
    endpoint = [draw.endpoint_policy(request)] if draw.chance(15) else None
    if endpoint:
        settings["vpc_endpoint_kind"] = draw.pick(ENDPOINT_KINDS)
    return {
        "id": "generated",
        "request": request,
        "identity_policies": [{"name": f"p{i}", "document": draw.document(request)} for i in range(rng.randint(0, 2))],
        "resource_policy": draw.resource_policy(request) if draw.chance(65) else None,
        "permissions_boundaries": [draw.document(request, broad=65)] * draw.pick((1, 1, 2))
        if draw.chance(25)
        else rng.choice((None, [])),
        "session_policy": draw.document(request, broad=65) if with_session and draw.chance(30) else None,
        "scps": [[draw.document(request, broad=90) for _ in range(rng.choice((0, *[1] * 12, 2)))] for _ in levels]
        if draw.chance(25)
        else rng.choice((None, [])),
        "rcps": [[draw.rcp(request) for _ in range(rng.randint(0, 1))] for _ in levels] if draw.chance(20) else None,
        "vpc_endpoint_policies": endpoint,
        "settings": settings,
    }


def cases() -> st.SearchStrategy[Json]:
    """Whole cases for Hypothesis."""
    return st.randoms(use_true_random=False).map(random_case)
