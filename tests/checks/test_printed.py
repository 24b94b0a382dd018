"""What stands on a page is what was decided."""

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.printed import unproved
from whydenied.kb.catalogue import Catalogue

STATEMENT = '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}'
POLICY = f'```json\n{{"Version": "2012-10-17", "Statement": [{STATEMENT}]}}\n```\n'


def test_a_policy_of_a_fix_without_a_proof_is_noticed(catalogue: Catalogue) -> None:
    said = found_by(unproved(changed(cause(catalogue, "ecr-auth"), trials=[])))
    assert "`fix 2` takes part in no proof" in said
    assert "`fix 1`" not in said


def test_a_policy_anywhere_on_the_page_needs_a_proof(catalogue: Catalogue) -> None:
    article = cause(catalogue, "ecr-auth")
    assert list(unproved(article)) == []
    more = changed(article, body=f"{article.body}\n{POLICY}")
    assert "`traps 1` takes part in no proof" in found_by(unproved(more))
    assert list(unproved(changed(more, illustrations={"traps 1": "what one must not write"}))) == []


def test_an_illustration_is_on_the_page_and_in_no_proof(catalogue: Catalogue) -> None:
    article = cause(catalogue, "ecr-auth")
    assert "no policy `traps 1`" in found_by(unproved(changed(article, illustrations={"traps 1": "x"})))
    assert "`fix 1` takes part in a proof" in found_by(unproved(changed(article, illustrations={"fix 1": "x"})))


def test_a_side_that_is_not_shown_is_noticed(catalogue: Catalogue) -> None:
    """What is proved in front matter is what stands on the page."""
    article = catalogue.get("scenario", "break-glass-mfa")
    assert article is not None
    body = article.body.replace("iam:CreateVirtualMFADevice", "iam:CreateUser")
    assert "is not the one that stands under" in found_by(unproved(changed(article, body=body)))
    more = changed(article, body=f"{article.body}\n{POLICY}")
    assert "more policies under `### After` than there are sides" in found_by(unproved(more))


def test_a_fix_that_names_what_no_policy_has_is_noticed(catalogue: Catalogue) -> None:
    """The sentence on top of the page and the statement below it are one change."""
    article = cause(catalogue, "pass-role-missing")
    assert list(unproved(article)) == []
    other = changed(article, fix="Allow iam:GetRole on the role, with iam:PassedToService set to the service.")
    assert found_by(unproved(other)) == "fix: names `iam:GetRole`, which no policy of the page has"


def test_a_file_that_the_code_reads_is_named_beside_its_document(catalogue: Catalogue) -> None:
    article = catalogue.get("scenario", "glue-job")
    assert article is not None
    assert "(`reports-etl.json`)" in article.body
    unsaid = changed(article, body=article.body.replace("(`reports-etl.json`)", ""))
    assert "reads `reports-etl.json`, and does not say which document" in found_by(unproved(unsaid))
