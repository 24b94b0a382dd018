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

from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.forms.cdk import cdk_identity, cdk_resource, cdk_trust
from whydenied.engine.forms.cloudformation import cloudformation_identity, cloudformation_resource, cloudformation_trust
from whydenied.engine.forms.hcl import hcl_string
from whydenied.engine.forms.names import holder_name
from whydenied.engine.forms.terraform import terraform_identity, terraform_resource, terraform_trust
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
