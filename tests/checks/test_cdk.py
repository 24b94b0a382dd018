"""The CDK's code reads every policy that the page's Terraform reads, into constructs that there are."""

import pytest

from tests.checks.articles import changed, found_by
from whydenied.checks.cdk import files_read
from whydenied.checks.forms import form_problems, pieces
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue

pytestmark = pytest.mark.slow


@pytest.fixture
def article(catalogue: Catalogue) -> Article:
    """A set-up with a role, its policy, and a policy of a role that is there."""
    found = catalogue.get("scenario", "glue-job")
    assert found is not None
    return found


def test_a_page_that_holds_has_nothing_against_it(article: Article) -> None:
    assert list(form_problems(article)) == []
    [piece] = pieces(article, "typescript")
    assert files_read(piece.text) == ["reports-etl-trust.json", "reports-etl.json", "data-engineer-glue.json"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("read('reports-etl.json')", "read('other.json')", "reads data-engineer-glue.json, other.json"),
        ("roleName: reportsEtl.ref", "roleName: reportEtl.ref", "`reportEtl` is made nowhere"),
        ("  assumeRolePolicyDocument: read", "  assumedBy: read", "`ReportsEtl` has assumedBy, roleName"),
        ("new iam.CfnRolePolicy(this", "new iam.CfnRolePolicies(this", "no construct of"),
        ("aws_iam as iam", "aws_iam as im", "is not imported"),
        ("  policyName: 'reports-etl',\n", "", "`ReportsEtlPolicy` has policyDocument, roleName"),
        ("new iam.CfnRole(this, 'ReportsEtl', {", "new iam.CfnRole({", "a line for each property"),
    ],
)
def test_what_would_not_be_made_is_noticed(article: Article, old: str, new: str, said: str) -> None:
    assert old in article.body
    assert said in found_by(form_problems(changed(article, body=article.body.replace(old, new, 1))))


def test_what_the_page_s_cloudformation_does_not_make_is_noticed(catalogue: Catalogue) -> None:
    """The policy of a directory bucket is of another service than that of a bucket."""
    found = catalogue.get("scenario", "s3-directory-bucket")
    assert found is not None
    other = found.body.replace("s3express.Cfn", "s3.Cfn").replace("aws_s3express as s3express", "aws_s3 as s3")
    assert "makes what the page's CloudFormation does not" in found_by(form_problems(changed(found, body=other)))


def test_a_permission_for_a_function_is_held_to_the_page_s_json(catalogue: Catalogue) -> None:
    """What the CDK gives is the statement that it becomes in the function's policy."""
    found = catalogue.get("scenario", "lambda-execution-role")
    assert found is not None
    old = "sourceArn: 'arn:aws:events:eu-west-1:111122223333:rule/nightly'"
    assert old in found.body
    wider = changed(found, body=found.body.replace(old, old.replace("nightly", "*")))
    assert "`lambda.CfnPermission` grants something else" in found_by(form_problems(wider))
