"""Requests that readers make after they copied a page's policies, decided with exactly what the page prints.

A review of the first release ran these six and all six went wrong, while the pages' own proofs held.
"""

from typing import Any

import pytest

from whydenied.checks.named_policies import json_fences
from whydenied.engine.evaluation import read_case
from whydenied.kb.catalogue import Catalogue

OURS, THEIRS = "111122223333", "444455556666"
KEY = f"arn:aws:kms:eu-west-1:{THEIRS}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def side(catalogue: Catalogue, scenario: str, words: str) -> Any:
    """Return the policy that a set-up prints for one side."""
    article = catalogue.articles["scenario", scenario]
    [document] = [one["document"] for one in article.meta["sides"] if words in f"{one['side']}: {one['policy']}"]
    assert document in json_fences(article)["after"]
    return document


def decided(principal: Any, action: str, resource: str, account: str, context: dict[str, Any], **policies: Any) -> str:
    """Decide one request."""
    request = {
        "principal": principal,
        "action": action,
        "resource": resource,
        "resource_account": account,
        "context": context,
    }
    return read_case({"request": request, **policies}).decision


@pytest.mark.parametrize(
    "action", ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:Decrypt"]
)
def test_ebs_makes_and_copies_the_key_of_an_encrypted_volume(catalogue: Catalogue, action: str) -> None:
    policies = {
        "identity_policies": [side(catalogue, "cross-account-kms", "role app")],
        "resource_policy": side(catalogue, "cross-account-kms", "key policy"),
    }
    context = {"kms:ViaService": "ec2.eu-west-1.amazonaws.com", "kms:CallerAccount": OURS}
    principal = f"arn:aws:sts::{OURS}:assumed-role/app/session"
    assert decided(principal, action, KEY, THEIRS, context, **policies) == "Allowed"


def test_a_head_of_a_missing_key_needs_no_prefix(catalogue: Catalogue) -> None:
    """S3 asks for ListBucket without a prefix when it decides between 404 and 403."""
    [policy, *_] = json_fences(catalogue.articles["cause", "s3-missing-key"])["fix"]
    resource = policy["Statement"][0]["Resource"]
    principal = f"arn:aws:sts::{OURS}:assumed-role/report-reader/ana"
    assert decided(principal, "s3:ListBucket", resource, OURS, {}, identity_policies=[policy]) == "Allowed"


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes"])
def test_a_bucket_closed_to_all_but_the_endpoint_is_closed_to_versions(catalogue: Catalogue, action: str) -> None:
    bucket = side(catalogue, "vpc-endpoint-s3", "bucket policy")
    identity = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    principal = f"arn:aws:iam::{OURS}:user/ana"
    resource = "arn:aws:s3:::private-data-111122223333/a.csv"
    context = {"aws:SourceIp": "203.0.113.9"}
    policies = {"identity_policies": [identity], "resource_policy": bucket}
    assert decided(principal, action, resource, OURS, context, **policies) == "ExplicitlyDenied"


def test_a_user_without_a_device_can_make_one(catalogue: Catalogue) -> None:
    users = side(catalogue, "break-glass-mfa", "identity")
    resource = f"arn:aws:iam::{OURS}:mfa/ana"
    context = {"aws:username": "ana"}
    principal = f"arn:aws:iam::{OURS}:user/ana"
    assert (
        decided(principal, "iam:CreateVirtualMFADevice", resource, OURS, context, identity_policies=[users]) == "Allowed"
    )


@pytest.mark.parametrize(
    "subject", ["repo:example-org/shop:environment:production", "repo:example-org@123456/shop@456789:environment:production"]
)
def test_both_forms_of_a_github_subject_are_let_in(catalogue: Catalogue, subject: str) -> None:
    """By one trust policy or the other of the page."""
    article = catalogue.articles["scenario", "github-actions-oidc"]
    host = "token.actions.githubusercontent.com"
    principal = {"federated": f"arn:aws:iam::{OURS}:oidc-provider/{host}"}
    context = {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": subject, f"{host}:repository_id": "456789"}
    role = f"arn:aws:iam::{OURS}:role/github-deploy"
    trusts = [one["document"] for one in article.meta["sides"] if "trust" in one["policy"]]
    decisions = [
        decided(principal, "sts:AssumeRoleWithWebIdentity", role, OURS, context, resource_policy=trust)
        for trust in trusts
    ]
    assert "Allowed" in decisions


def test_both_permissions_of_a_function_url_are_written_in_each_tool(catalogue: Catalogue) -> None:
    """That Terraform and CloudFormation hold what the JSON holds is checked for every page; here is what it must hold."""
    [policy, *_] = json_fences(catalogue.articles["cause", "lambda-function-url"])["fix"]
    actions = {statement["Action"] for statement in policy["Statement"]}
    assert actions == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
