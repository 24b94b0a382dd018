"""The managed policies that articles name are AWS's."""

import pytest

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.managed import managed_names_in, managed_problems
from whydenied.kb.catalogue import Catalogue


@pytest.mark.parametrize(
    "text",
    [
        "`AmazonSSMManagedInstanceCore`",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
        "`AmazonEKSClusterAdminPolicy`, which is EKS's own",
        "`AWSReservedSSO_DeveloperAccess_1234` and AWSLogs/111122223333",
        "arn:aws:iam::111122223333:policy/AmazonThingAccess",
    ],
)
def test_what_aws_has_or_calls_otherwise_is_left_alone(catalogue: Catalogue, text: str) -> None:
    assert list(managed_problems(changed(cause(catalogue, "kms-key"), body=text))) == []


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("`AmazonSSMManagedInstancesCore`", "AmazonSSMManagedInstanceCore"),
        ("`AmazonEKSWorkerNodesPolicy`", "AmazonEKSWorkerNodePolicy"),
        ("arn:aws:iam::aws:policy/AWSLambdaVPCAccessExecutionRole", "policy/service-role/AWSLambdaVPCAccess"),
    ],
)
def test_a_name_that_aws_does_not_have_is_noticed(catalogue: Catalogue, text: str, instead: str) -> None:
    article = changed(cause(catalogue, "kms-key"), body=f"a\n{text}\n")
    [problem] = managed_problems(article)
    assert problem.line == article.body_line + 1
    assert instead in problem.instead


def test_names_in_cases_count(catalogue: Catalogue) -> None:
    article = changed(
        cause(catalogue, "kms-key"), body="", trials=[{"after": "AmazonS3ReadOnlyAces AmazonS3FullAccess"}]
    )
    assert managed_names_in(article) == {"AmazonS3FullAccess": 0}
    assert found_by(managed_problems(article)) == ""
