"""What `terraform validate` says of every form: types and attributes exist, and the documents are documents."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.terraform.installed import missing, plugin_mirror
from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.forms.terraform import (
    new_resource,
    terraform_exception,
    terraform_identity,
    terraform_limit,
    terraform_permission_set,
    terraform_resource,
    terraform_trust,
)
from whydenied.engine.forms.terraform_types import ENDPOINT, LIMITS, PERMISSION_SET, RESOURCES

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

_PROVIDERS = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
# What each owner needs besides its policy.
_OWNERS = {
    "aws_s3_bucket": "",
    "aws_sqs_queue": "",
    "aws_sns_topic": "",
    "aws_kms_key": "",
    "aws_secretsmanager_secret": "",
    "aws_ecr_repository": 'name = "r"',
    "aws_dynamodb_table": 'name = "t"\nhash_key = "id"\nbilling_mode = "PAY_PER_REQUEST"\n'
    'attribute {\nname = "id"\ntype = "S"\n}',
    "aws_opensearch_domain": 'domain_name = "dom"',
    "aws_cloudwatch_event_bus": 'name = "bus"',
    "aws_efs_file_system": "",
    "aws_ssoadmin_permission_set": 'name = "x"\ninstance_arn = "arn:aws:sso:::instance/ssoins-0123456789abcdef"',
    "aws_vpc_endpoint": 'vpc_id = "vpc-1"\nservice_name = "com.amazonaws.eu-west-1.s3"',
}  # fmt: skip
_MINE = {
    "Sid": "Allow1",
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:GetObjectTagging"],
    "Resource": 'arn:aws:s3:::reports/${$}{aws:username}/it\'s "new".csv',
    "Condition": {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::444455556666:role/etl", "arn:aws:iam::*:role/*/etl"]}},
}
_LET_IN = {**_MINE, "Principal": {"AWS": "arn:aws:iam::444455556666:root"}}
_DENY = {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::x", "Condition": {"Bool": {"a:b": True}}}


def _arn(text: str) -> Arn:
    found = parse_arn(text)
    assert found is not None
    return found


def _forms() -> list[str]:
    role = _arn("arn:aws:sts::111122223333:assumed-role/ci/run")
    texts = [_PROVIDERS]
    for kind in (*RESOURCES.values(), PERMISSION_SET, ENDPOINT):
        texts.append(f'resource "{kind.owner}" "owner" {{\n{_OWNERS[kind.owner]}\n}}\n')
        named = ((kind.link, kind.reference), *kind.further)
        attributes = {attribute: f"{kind.owner}.owner.{reference}" for attribute, reference in named}
        texts.append(new_resource(kind.policy, "own", attributes, kind.attribute, [_LET_IN]) + "\n")
        if kind.inside:
            document = f"{kind.inside} = data.aws_iam_policy_document.reports.json"
            texts.append(f'resource "{kind.owner}" "inside" {{\n{_OWNERS[kind.owner]}\n{document}\n}}\n')
    texts += [terraform_resource(_arn("arn:aws:s3:::reports/q1.csv"), [_LET_IN])]
    texts += [terraform_identity(one, [_MINE]) for one in (role, _arn("arn:aws:iam::111122223333:user/ana"))]
    trust = {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/x"}}
    texts += [terraform_trust(role, [{**trust, "Action": "sts:AssumeRoleWithWebIdentity"}])]
    texts += [terraform_limit(gate, "limit", [_LET_IN if gate == "vpce" else _MINE]) for gate in LIMITS]
    return [*texts, terraform_permission_set("Data", [_MINE]), terraform_exception("guard", [_DENY])]


def test_terraform_accepts_every_form(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("\n".join(_forms()))
    settings = tmp_path / "terraformrc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{plugin_mirror()}"\n  }}\n}}\n')
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
    for command in (("init", "-backend=false"), ("validate",)):
        found = subprocess.run(
            ["terraform", *command, "-no-color"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert found.returncode == 0, found.stdout + found.stderr
