"""What is read of a page's Terraform."""

import pytest

from whydenied.checks.effect import reference
from whydenied.checks.terraform import read_terraform

DOCUMENT = """
data "aws_iam_policy_document" "queue" {
  statement {
    sid           = "NotFromElsewhere"
    effect        = "Deny"
    not_actions   = ["sqs:GetQueueUrl"]
    not_resources = [aws_sqs_queue.jobs.arn, "${aws_sqs_queue.jobs.arn}-old"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["&{aws:ResourceTag/team}"]
    }
  }
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.url
  policy    = data.aws_iam_policy_document.queue.json
}
"""
ROLE = """
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = file("${path.module}/trust.json")
  inline_policy {
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.jobs.arn }]
    })
  }
}
"""


def test_a_document_becomes_the_json_that_it_makes() -> None:
    snippet = read_terraform(DOCUMENT)
    queue = reference("aws_sqs_queue.jobs.arn")
    assert [(one.block, one.document) for one in snippet.policies] == [
        (
            "data aws_iam_policy_document.queue",
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Deny",
                        "NotAction": ["sqs:GetQueueUrl"],
                        "NotResource": [queue, f"{queue}-old"],
                        "Principal": {"AWS": ["*"]},
                        "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": ["${aws:ResourceTag/team}"]}},
                    }
                ],
            },
        )
    ]
    assert snippet.sources == snippet.used == ["aws_iam_policy_document.queue"]
    assert snippet.blocks == ["resource aws_sqs_queue_policy.jobs"]


def test_policies_and_files_are_found_in_resources() -> None:
    snippet = read_terraform(ROLE)
    assert [one.document["Statement"] for one in snippet.policies] == [
        [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": reference("aws_sqs_queue.jobs.arn")}]
    ]
    assert [name.rpartition("/")[2] for name in snippet.files] == ["trust.json"]


def test_a_permission_is_read_with_its_references() -> None:
    text = 'resource "aws_lambda_permission" "url" {\n  action = "a"\n  source_arn = "${aws_x.y.arn}/*"\n}\n'
    [permission] = read_terraform(text).permissions
    assert permission == {"action": "a", "source_arn": f"{reference('aws_x.y.arn')}/*"}


def test_a_provider_changes_something_and_a_variable_does_not() -> None:
    assert read_terraform('provider "aws" {\n  region = "eu-west-1"\n}\n').blocks == ["provider aws"]
    assert read_terraform('variable "ami" {}\n\nlocals {\n  a = 1\n}\n').blocks == []


def test_what_is_no_terraform_is_refused() -> None:
    with pytest.raises(ValueError):
        read_terraform('resource "aws_iam_role" {{\n')
