"""Words that several pages use, so that they say the same thing in the same way."""

import re
from typing import Any

from markupsafe import Markup, escape

from server.gates import GATES_BY_ID
from server.marks import FIELD_NAMES

__all__ = ["KINDS", "KINDS_MANY", "SERVICE_NAMES", "template_words", "ticks"]

_CERTAINTIES = {"confirmed": "Confirmed", "likely": "Likely", "possible": "Possible", "ruled-out": "Ruled out"}
_ANSWERED = {
    "fingerprint": "its fingerprint: the message has a form we know",
    "fields": "its fields: an exact name in it",
    "text": "full text: the articles that hold its words",
}
_FOUND = {"fields": "an exact name (fields)", "text": "full text"}
KINDS = {"cause": "Cause", "guide": "Guide", "pattern": "Message", "question": "Question", "scenario": "Set-up"}
KINDS_MANY = {
    "cause": "causes",
    "pattern": "messages",
    "scenario": "set-ups",
    "guide": "guides",
    "question": "questions",
}

# What people call a service whose IAM prefix does not tell. The others are shown by their prefix.
SERVICE_NAMES = {
    "apigateway": "API Gateway",
    "appsync": "AppSync",
    "athena": "Athena",
    "bedrock": "Bedrock",
    "cloudformation": "CloudFormation",
    "cloudfront": "CloudFront",
    "cloudtrail": "CloudTrail",
    "codebuild": "CodeBuild",
    "codepipeline": "CodePipeline",
    "dynamodb": "DynamoDB",
    "ec2": "EC2",
    "ecr": "ECR",
    "ecs": "ECS",
    "eks": "EKS",
    "elasticfilesystem": "EFS",
    "es": "OpenSearch",
    "events": "EventBridge",
    "execute-api": "API Gateway (calls)",
    "glue": "Glue",
    "iam": "IAM",
    "kms": "KMS",
    "lakeformation": "Lake Formation",
    "lambda": "Lambda",
    "logs": "CloudWatch Logs",
    "organizations": "Organizations",
    "rds": "RDS",
    "rds-db": "RDS IAM login",
    "route53": "Route 53",
    "s3": "S3",
    "sagemaker": "SageMaker",
    "secretsmanager": "Secrets Manager",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "Systems Manager",
    "sso": "IAM Identity Center",
    "states": "Step Functions",
    "sts": "STS",
}


def template_words() -> dict[str, Any]:
    """Return what every template may say."""
    return {
        "answered_words": _ANSWERED,
        "found_words": _FOUND,
        "certainty_words": _CERTAINTIES,
        "field_names": FIELD_NAMES,
        "gates_by_id": GATES_BY_ID,
        "here": _here,
        "kind_words": KINDS,
        "kind_words_many": KINDS_MANY,
        "service_names": SERVICE_NAMES,
    }


def ticks(text: str) -> Markup:
    """Show `code` in a sentence of the front matter as code; everything else is escaped."""
    escaped = escape(text)
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escaped))) if "`" in text else escaped


def _here(path: str, section: str) -> Markup:
    """Return the attribute that says that a link leads to this page, or to the section it is in."""
    if not path.startswith(section):
        return Markup()
    return Markup(' aria-current="page"' if path == section else ' aria-current="true"')
