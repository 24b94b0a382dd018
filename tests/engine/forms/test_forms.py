"""Each form is what its language's own parser reads back as the statement."""

import ast
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest
import yaml

from whydenied.checks.cloudformation import Piece, cfn_lint_is_installed, lint_template
from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.forms.cdk import cdk_identity, cdk_resource, cdk_trust
from whydenied.engine.forms.cloudformation import (
    cloudformation_identity,
    cloudformation_limit,
    cloudformation_permission_set,
    cloudformation_resource,
    cloudformation_trust,
)
from whydenied.engine.forms.hcl import hcl_string
from whydenied.engine.forms.names import holder_name
from whydenied.engine.forms.terraform import (
    terraform_exception,
    terraform_identity,
    terraform_limit,
    terraform_permission_set,
    terraform_resource,
    terraform_trust,
)
from whydenied.engine.forms.terraform_types import LIMITS
from whydenied.engine.forms.yaml import yaml_scalar


def _arn(text: str) -> Arn:
    found = parse_arn(text)
    assert found is not None
    return found


_ROLE = _arn("arn:aws:sts::111122223333:assumed-role/ci-deployer/run-7")
_BUCKET = _arn("arn:aws:s3:::reports/q1.csv")
_READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:username}/*"}
_LET_IN = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::444455556666:role/etl"},
    "Action": ["s3:GetObject", "s3:GetObjectTagging"],
    "Resource": "arn:aws:s3:::reports/q1.csv",
}
_ISSUER = "token.actions.githubusercontent.com"
_TRUST = {
    "Effect": "Allow",
    "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{_ISSUER}"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
        "StringEquals": {f"{_ISSUER}:aud": "sts.amazonaws.com", f"{_ISSUER}:sub": "repo:acme/shop:ref:refs/heads/main"}
    },
}


def _hcl(text: str) -> Any:
    return hcl2.loads(text)


def _same(block: Any, statement: dict[str, Any]) -> bool:
    """Compare a `statement` block as python-hcl2 reads it with a statement."""
    plain = json.loads(json.dumps(block).replace('\\"', "").replace("$${", "${"))
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    principals = [(kind, [name]) for kind, name in statement.get("Principal", {}).items()]
    conditions = [
        (operator, key, [value])
        for operator, keys in statement.get("Condition", {}).items()
        for key, value in keys.items()
    ]
    return bool(
        plain["actions"] == actions
        and plain.get("resources", []) == ([statement["Resource"]] if "Resource" in statement else [])
        and [(one["type"], one["identifiers"]) for one in plain.get("principals", [])] == principals
        and [(one["test"], one["variable"], one["values"]) for one in plain.get("condition", [])] == conditions
    )


def test_terraform_reads_back() -> None:
    """The documents hold the statement; the inline policy names the role and has a name of its own."""
    inline = terraform_identity(_ROLE, [_READ])
    assert 'role = "ci-deployer"' in inline
    assert '"arn:aws:s3:::reports/$${aws:username}/*"' in inline
    _hcl(inline)
    for text, statement in (
        (terraform_resource(_BUCKET, [_LET_IN]), _LET_IN),
        (terraform_trust(_ROLE, [_TRUST]), _TRUST),
    ):
        (data,) = _hcl(text)["data"]
        ((document,),) = [list(blocks.values()) for blocks in data.values()]
        assert _same(document["statement"][0], statement)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs terraform on the PATH")
def test_terraform_is_formatted(tmp_path: Path) -> None:
    """`terraform fmt` has nothing to change."""
    texts = (
        terraform_identity(_ROLE, [_READ]),
        terraform_resource(_BUCKET, [_LET_IN]),
        terraform_trust(_ROLE, [_TRUST]),
    )
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.tf").write_text(text)
    command = ["terraform", "fmt", "-check", "-diff", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_cloudformation_reads_back() -> None:
    """The template holds exactly the statement, under the type that takes it."""
    (inline,) = yaml.safe_load(cloudformation_identity(_ROLE, [_READ]))["Resources"].values()
    assert (inline["Type"], inline["Properties"]["RoleName"]) == ("AWS::IAM::RolePolicy", "ci-deployer")
    assert inline["Properties"]["PolicyDocument"]["Statement"] == [_READ]
    (bucket,) = yaml.safe_load(cloudformation_resource(_BUCKET, [_LET_IN]))["Resources"].values()
    assert bucket["Properties"]["Bucket"] == "reports"
    assert bucket["Properties"]["PolicyDocument"]["Statement"] == [_LET_IN]
    (role,) = yaml.safe_load(cloudformation_trust(_ROLE, [_TRUST]))["Resources"].values()
    assert role["Properties"]["AssumeRolePolicyDocument"]["Statement"] == [_TRUST]


def test_the_cdk_in_python_parses() -> None:
    """One call, with every action and resource in it."""
    made = (cdk_identity(_ROLE, [_READ]), cdk_resource(_BUCKET, [_LET_IN]), cdk_trust(_ROLE, [_TRUST]))
    for forms, statement in zip(made, (_READ, _LET_IN, _TRUST), strict=True):
        texts = {node.value for node in ast.walk(ast.parse(forms["python"])) if isinstance(node, ast.Constant)}
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert {*actions} <= texts
        assert all(json.dumps(action) in forms["typescript"] for action in actions)


def test_there_is_no_form_where_the_tool_has_none() -> None:
    """An anonymous caller has no inline policy, and a queue URL no template."""
    domain = _arn("arn:aws:codeartifact:eu-west-1:111122223333:domain/acme")
    assert terraform_identity(_BUCKET, [_READ]) == cloudformation_identity(_BUCKET, [_READ]) == ""
    assert terraform_resource(domain, [_READ]) == cloudformation_resource(domain, [_READ]) == ""
    assert cdk_identity(_BUCKET, [_READ]) == cdk_resource(domain, [_READ]) == {}


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:sts::111122223333:assumed-role/ci/run", "ci"),
        ("arn:aws:iam::111122223333:role/team/ci", "ci"),
        ("arn:aws:s3:::reports/2026/q1.csv", "reports"),
        ("arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/by-day", "orders"),
        ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db/main-Ab12Cd", "db/main"),
        ("arn:aws:ecr:eu-west-1:111122223333:repository/team/app", "team/app"),
        ("arn:aws:sqs:eu-west-1:111122223333:jobs", "jobs"),
        ("arn:aws:kms:eu-west-1:111122223333:key/1234", "1234"),
        ("arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000", "orders"),
        ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db/main-??????", "db/main"),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/mine", "mine"),
        ("arn:aws:s3:eu-west-1:111122223333:job/42", "42"),
        ("arn:aws:es:eu-west-1:111122223333:domain/logs/_search", "logs"),
        ("arn:aws:events:eu-west-1:111122223333:rule/orders/nightly", "orders"),
        ("arn:aws:events:eu-west-1:111122223333:rule/nightly", "default"),
        ("arn:aws:kinesis:eu-west-1:111122223333:stream/clicks/consumer/app:1700000000", "app"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:quotes:live", "quotes"),
        ("arn:aws:lambda:eu-west-1:111122223333:layer:tools:3", "tools"),
        ("arn:aws:glue:eu-west-1:111122223333:table/db/t", "catalog"),
        ("arn:aws:codeartifact:eu-west-1:111122223333:package/acme/libs/npm//x", "libs"),
        ("arn:aws:sns:eu-west-1:111122223333:news:6b0e71bd-7e97-4d97-80ce-4a0994e55286", "news"),
        ("arn:aws:kafka:eu-west-1:111122223333:topic/main/u-1/orders", "main"),
        ("arn:aws:schemas:eu-west-1:111122223333:schema/shop/order", "shop"),
        ("arn:aws:s3tables:eu-west-1:111122223333:bucket/lake/table/1", "lake"),
        ("arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-1/bucket/b/object/k", "b"),
        ("arn:aws:execute-api:eu-west-1:111122223333:abc/prod/GET/x", "abc"),
    ],
)
def test_what_holds_a_policy_has_a_name(arn: str, name: str) -> None:
    """The role of a session, the bucket of an object, the table of an index, the secret without its suffix."""
    assert holder_name(_arn(arn)) == name


@pytest.mark.parametrize("text", ["a: b", "no", "12", "- x", "a #b", "x:", "2026-01-01", "*", "s3:Get*", "", "é", "{x"])
def test_yaml_reads_a_text_back(text: str) -> None:
    """Whatever it looks like."""
    assert yaml.safe_load(yaml_scalar(text)) == text


def test_hcl_fills_nothing_in() -> None:
    """A policy variable stays a policy variable."""
    assert hcl_string("home/${aws:username}/%{x}") == '"home/$${aws:username}/%%{x}"'


_LIMITED = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/q1.csv"}
_THROUGH = {**_LIMITED, "Principal": "*", "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/ci"}}}


def _resource_of(text: str) -> dict[str, Any]:
    (made,) = yaml.safe_load(text)["Resources"].values()
    assert text.startswith("# keep the statements that are in this policy already\n")
    return dict(made)


@pytest.mark.parametrize(
    ("gate", "statement", "type_", "attribute"),
    [
        ("boundary", _LIMITED, "AWS::IAM::ManagedPolicy", "PolicyDocument"),
        ("scp", _LIMITED, "AWS::Organizations::Policy", "Content"),
        ("rcp", _THROUGH, "AWS::Organizations::Policy", "Content"),
        ("vpce", _THROUGH, "AWS::EC2::VPCEndpoint", "PolicyDocument"),
        ("session", _LIMITED, "", ""),
    ],
)
def test_a_policy_that_limits_reads_back(gate: str, statement: dict[str, Any], type_: str, attribute: str) -> None:
    """In Terraform a document that says where it goes, in a template the resource that has it, if any has."""
    terraform = terraform_limit(gate, "ci-deployer", [statement])
    ((name, document),) = _hcl(terraform)["data"][0]['"aws_iam_policy_document"'].items()
    assert name.strip('"') == f"ci_deployer_{gate}"
    (block,) = document["statement"]
    actions, resources = (json.loads(json.dumps(block[one]).replace('\\"', "")) for one in ("actions", "resources"))
    assert (actions, resources) == ([statement["Action"]], [statement["Resource"]])
    assert LIMITS[gate] in terraform.splitlines()[1]
    template = cloudformation_limit(gate, "ci-deployer", [statement], _BUCKET)
    if not type_:
        assert template == ""
        return
    made = _resource_of(template)
    assert (made["Type"], made["Properties"][attribute]["Statement"]) == (type_, [statement])


def test_an_organizations_policy_is_of_its_type() -> None:
    """An SCP under the type of an RCP would be another policy."""
    for gate, type_ in (("scp", "SERVICE_CONTROL_POLICY"), ("rcp", "RESOURCE_CONTROL_POLICY")):
        assert _resource_of(cloudformation_limit(gate, "", [_LIMITED]))["Properties"]["Type"] == type_
        assert type_ in terraform_limit(gate, "", [_LIMITED])


def test_an_endpoint_is_that_of_the_service() -> None:
    """Its Region and service are those of the resource; what a bucket's ARN does not tell stays blank."""
    queue = _arn("arn:aws:sqs:eu-west-1:111122223333:jobs")
    stream = _arn("arn:aws:kinesis:eu-west-1:111122223333:stream/clicks")
    for resource, name, kind in (
        (queue, "com.amazonaws.eu-west-1.sqs", "Interface"),
        (stream, "com.amazonaws.eu-west-1.kinesis-streams", "Interface"),
        (_BUCKET, "com.amazonaws.<region>.s3", None),
    ):
        made = _resource_of(cloudformation_limit("vpce", "", [_THROUGH], resource))
        assert (made["Properties"]["ServiceName"], made["Properties"].get("VpcEndpointType")) == (name, kind)


_HELD = {
    "arn:aws:s3:::reports/q1.csv": "AWS::S3::BucketPolicy",
    "arn:aws:sqs:eu-west-1:111122223333:jobs": "AWS::SQS::QueuePolicy",
    "arn:aws:sns:eu-west-1:111122223333:news": "AWS::SNS::TopicPolicy",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-Ab12Cd": "AWS::SecretsManager::ResourcePolicy",
    "arn:aws:events:eu-west-1:111122223333:event-bus/orders": "AWS::Events::EventBusPolicy",
    "arn:aws:kms:eu-west-1:111122223333:key/1234": "AWS::KMS::Key",
    "arn:aws:ecr:eu-west-1:111122223333:repository/team/app": "AWS::ECR::Repository",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/by-day": "AWS::DynamoDB::Table",
}
# What a table needs besides; the template adds to one that is there.
_TABLE = """\
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      BillingMode: PAY_PER_REQUEST
"""


@pytest.mark.skipif(not cfn_lint_is_installed(), reason="needs cfn-lint")
@pytest.mark.parametrize("held", _HELD)
def test_cloudformations_linter_takes_the_policy_of_a_resource(held: str) -> None:
    """No property is missing, misspelt or of the wrong type; a queue is named by its URL, a topic by its ARN."""
    arn = _arn(held)
    statement = {"Sid": "Allow1", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:role/etl"}}
    statement |= {"Action": f"{arn.service}:*"} | ({} if arn.service == "ecr" else {"Resource": held})
    text = cloudformation_resource(arn, [statement])
    assert list(lint_template([Piece("form", 0, text + (_TABLE if arn.service == "dynamodb" else ""))])) == []
    made = _resource_of(text)
    properties = made["Properties"]
    assert made["Type"] == _HELD[held]
    assert properties.get("Queues", ["https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"]) == [
        "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"
    ]
    assert properties.get("Topics", [held]) == [held]


def test_a_part_with_a_policy_of_its_own_is_not_taken_for_the_whole() -> None:
    """The stream of a table, the consumer of a stream, an access point: no form puts their statement into another's."""
    for text in (
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/mine/object/k",
    ):
        arn = _arn(text)
        assert terraform_resource(arn, [_LET_IN]) == cloudformation_resource(arn, [_LET_IN]) == ""
        assert cdk_resource(arn, [_LET_IN]) == {}


def test_a_permission_set_keeps_its_name() -> None:
    """The one inline policy of Identity Center's own resource, in both languages."""
    made = _resource_of(cloudformation_permission_set("Data-Team", [_READ]))
    assert (made["Type"], made["Properties"]["Name"]) == ("AWS::SSO::PermissionSet", "Data-Team")
    assert made["Properties"]["InlinePolicy"]["Statement"] == [_READ]
    _hcl(terraform_permission_set("Data-Team", [_READ]))


def test_an_exception_says_that_it_takes_a_place() -> None:
    """Nobody adds the narrowed Deny beside the one that it narrows."""
    deny = {"Sid": "No", "Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*"}
    text = terraform_exception("guard-rails", [deny])
    assert "these take the place of the Deny that matches: keep all others" in text
    assert 'data "aws_iam_policy_document" "guard_rails"' in text
    _hcl(text)


@pytest.mark.skipif(not cfn_lint_is_installed(), reason="needs cfn-lint")
@pytest.mark.parametrize("gate", ["boundary", "scp", "rcp", "vpce", "permission set"])
def test_cloudformations_linter_takes_what_is_filled_in(gate: str) -> None:
    """With the blanks filled in, no property is missing, misspelt or of the wrong type."""
    statement = _THROUGH if gate in ("rcp", "vpce") else _LIMITED
    if gate == "permission set":
        text = cloudformation_permission_set("Data", [statement])
    else:
        text = cloudformation_limit(gate, "data", [statement], _BUCKET)
    blanks = {"policy-name": "limits", "vpc-id": "vpc-0abc1234", "region": "eu-west-1"}
    for blank, value in {**blanks, "instance-arn": "arn:aws:sso:::instance/ssoins-0123456789abcdef"}.items():
        text = text.replace(f"<{blank}>", value)
    assert "<" not in text
    assert list(lint_template([Piece("form", 0, text)])) == []
