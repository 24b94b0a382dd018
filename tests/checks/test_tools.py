"""Readers of each tool find their own."""

import pytest

from tests.checks.articles import cause, changed, found_by
from whydenied.checks.tools import tool_problems
from whydenied.kb.catalogue import Catalogue

BODY = "In the console it is there. Terraform has nothing.\n\n```bash\naws x\n```\n\nIn CloudFormation the same.\n"


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("console", "no path of the console"),
        ("Terraform", "with Terraform"),
        ("```bash", "commands"),
        ("CloudFormation", "the CDK"),
    ],
)
def test_a_way_of_working_that_is_left_out_is_noticed(catalogue: Catalogue, old: str, said: str) -> None:
    article = changed(cause(catalogue, "kms-key"), body=BODY, commands=[])
    assert list(tool_problems(article)) == []
    assert said in found_by(tool_problems(changed(article, body=BODY.replace(old, "…"))))


def test_a_set_up_without_a_template_is_warned_of(catalogue: Catalogue) -> None:
    article = catalogue.get("scenario", "sqs-sns")
    assert article is not None
    [problem] = tool_problems(changed(article, body=BODY.replace("CloudFormation", "…")))
    assert problem.severity == "warning"


def test_the_commands_of_the_front_matter_count(catalogue: Catalogue) -> None:
    article = changed(cause(catalogue, "kms-key"), body=BODY.replace("```bash", "```text"))
    assert list(tool_problems(article)) == []
