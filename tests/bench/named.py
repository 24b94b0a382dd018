"""Bench: of how many refused calls, whose message names no resource, triage names it from their parameters.

The calls are those of botocore's models (tests/refused_calls.py), every operation once with what it must be given and
once with more; measured is the half (by a digest of their names) that the rules for names were not made after, save
nine kinds of mistake in samples of 260. In full: an ARN without a sign. In part: with a sign for what is not told
(the id of what is being made, six letters of a secret, whatever a list is of).
"""

from collections import Counter

import msgspec

from tests.refused_calls import ACCOUNT, REGION, Call, calls
from whydenied.engine.cloudtrail.event import Event, resource_of

__all__ = ["run"]

_WORDS = {
    "required": "actions that need a resource",
    "optional": "actions that may have one",
    "none": "actions that take none",
}
_MORE = 0.4
# What most trails hold.
_COMMON = frozenset(
    "acm apigateway athena autoscaling backup batch bedrock cloudformation cloudfront cloudtrail cloudwatch codebuild"
    " codepipeline cognito-idp config dynamodb ec2 ecr ecs efs eks elasticache elb elbv2 events firehose glue guardduty"
    " iam kinesis kms lambda logs opensearch organizations rds redshift route53 s3 sagemaker secretsmanager sns sqs ssm"
    " stepfunctions sts wafv2".split()
)


def run() -> list[str]:
    """Measure, and return one line a kind of action, for the half that is kept back and the common services in it."""
    counts: Counter[tuple[bool, str, str]] = Counter()
    for call in calls():
        if call.is_kept_back:
            for more in (0.0, _MORE):
                found = _told(call, more)
                for common in {False, call.client in _COMMON}:
                    counts[common, call.needs, found] += 1
    return [_line(common, needs, counts) for common in (False, True) for needs in _WORDS]


def _told(call: Call, more: float) -> str:
    event = Event(
        eventSource=call.source,
        eventName=call.operation,
        awsRegion=REGION,
        recipientAccountId=ACCOUNT,
        errorCode="AccessDenied",
        requestParameters=msgspec.Raw(msgspec.json.encode(call.parameters(more))),
    )
    return "in full" if resource_of(event) else "in part" if resource_of(event, "*") else "not"


def _line(common: bool, needs: str, counts: Counter[tuple[bool, str, str]]) -> str:
    of = sum(counts[common, needs, one] for one in ("in full", "in part", "not"))
    full, part = counts[common, needs, "in full"], counts[common, needs, "in part"]
    whose = "47 common services" if common else "every service"
    told = f"{100 * (full + part) / of:.1f} % told"
    if needs == "none":
        return f"{whose}, {_WORDS[needs]}: {of:,} calls, {told} so (`*`)"
    return f"{whose}, {_WORDS[needs]}: {of:,} calls, {told} ({100 * full / of:.1f} % in full)"


if __name__ == "__main__":
    print(*run(), sep="\n")
