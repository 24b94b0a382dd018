"""Terraform and CloudFormation on a page do what its JSON does."""

import pytest

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.forms import form_names, form_problems, forms_shown
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue

pytestmark = pytest.mark.slow


def without(article: Article, old: str, new: str) -> str:
    """Put something else into a page, and return what is said about it."""
    assert old in article.body
    assert list(form_problems(article)) == []
    return found_by(form_problems(changed(article, body=article.body.replace(old, new))))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "s3-missing-key",
            "          Resource: arn:aws:s3:::reports-prod\n",
            "          Resource: '*'\n",
            "`ListReports`",
        ),
        (
            "allow-does-not-match",
            '            - !Sub "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"\n',
            "",
            "`QueryOrders` grants something else",
        ),
        ("lambda-function-url", "    InvokedViaFunctionUrl: true\n", "", "`AWS::Lambda::Permission`"),
        ("lambda-function-url", "  invoked_via_function_url = true\n", "", "`aws_lambda_permission`"),
        ("service-resource-policy", 'principal     = "events.', 'principal     = "sns.', "`aws_lambda_permission`"),
        (
            "bedrock-model-access",
            "            - arn:aws:bedrock:eu-west-3::foundation-model",
            "            - x",
            "`InvokeThroughProfile`",
        ),
        (
            "ecr-auth",
            '        - Effect: Allow\n          Action: ecr:GetAuthorizationToken\n          Resource: "*"\n',
            "",
            "Pull",
        ),
        (
            "kms-key",
            'actions   = ["kms:Decrypt", "kms:GenerateDataKey"]',
            'actions   = ["kms:Decrypt"]',
            "document.key`",
        ),
        ("pass-role-missing", 'Effect    = "Allow"', 'Effect    = "Deny"', "`aws_iam_role_policy.pass_orders_role`"),
        ("identity-no-allow", 'table/orders"]', 'table/*"]', "document.read_orders`"),
        ("not-permission", "data.aws_iam_policy_document.trust.json", '"{}"', "used by nothing"),
        (
            "identity-no-allow",
            'data "aws_iam_policy_document" "read_orders"',
            'data "aws_iam_policy_document" "other"',
            "nowhere",
        ),
        ("tag-condition", 'provider "aws"', 'variable "aws"', "changes nothing"),
        ("s3-opaque", 'resource "aws_iam_role_policy" "reader" {', "resource {{", "not Terraform's"),
        (
            "imds-unreachable",
            "  Type: AWS::EC2::LaunchTemplate",
            "  Type: AWS::EC2::LaunchTemplates",
            "as CloudFormation",
        ),
    ],
)
def test_a_form_that_says_something_else_is_noticed(
    catalogue: Catalogue, name: str, old: str, new: str, said: str
) -> None:
    """Or the page is wrong for whoever uses that tool."""
    assert said in without(cause(catalogue, name), old, new)


def test_a_set_up_is_held_to_its_sides(catalogue: Catalogue) -> None:
    article = catalogue.get("scenario", "api-gateway-lambda")
    assert article is not None
    assert "aws_lambda_permission" in without(article, '/*/GET/orders/*"\n}\n```', '/*/POST/orders/*"\n}\n```')


def test_more_files_than_policies_are_noticed(catalogue: Catalogue) -> None:
    """A file whose text stands nowhere is no help."""
    said = without(
        cause(catalogue, "s3-opaque"),
        '/reader.json")',
        '/reader.json")\n  other = file("a.json")\n  more = file("b.json")',
    )
    assert "names 3 policy files" in said


def test_what_only_shows_something_may_differ(catalogue: Catalogue) -> None:
    article = cause(catalogue, "not-permission")
    assert list(form_problems(article)) == []
    said = found_by(form_problems(changed(article, illustrations={})))
    assert "is a policy that the page does not show as JSON" in said


def test_the_forms_of_a_page_are_counted_and_named(catalogue: Catalogue) -> None:
    article = cause(catalogue, "eks-rbac")  # its YAML is Kubernetes', not CloudFormation's
    assert form_names(article) == ["hcl 1", "yaml 1"]
    assert forms_shown(article) == 1


def test_terraform_that_writes_fewer_policies_than_there_are_sides_is_noticed(catalogue: Catalogue) -> None:
    """A side may be left out where the page says why."""
    article = catalogue.get("scenario", "cross-account-kms")
    assert article is not None
    assert "writes 2 policies, and the page has 3 sides" in without(article, 'file("${path.module}/app.json")', '"{}"')
    article = catalogue.get("scenario", "dynamodb-across-accounts")
    assert article is not None
    assert list(form_problems(article)) == []
    sides = [{**side, "without_terraform": None} for side in article.meta["sides"]]
    assert "has 3 sides" in found_by(form_problems(changed(article, sides=sides)))
