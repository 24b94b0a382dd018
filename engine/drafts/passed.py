"""Condition keys that a request carries by what it is: the service that gets a role, or that it is made for; that a
grant is for a service; for which account a service takes a role.

Sources: IAM User Guide, "Granting a user permissions to pass a role to an AWS service" (iam:PassedToService), "Using
service-linked roles" (iam:AWSServiceName); the principal names are those of the services' own trust policies. KMS
Developer Guide, "AWS KMS condition keys" (kms:GrantIsForAWSResource: a service that works with KMS makes the grant for
the caller). The guides of the services in _SENDS_ACCOUNT, "Cross-service confused deputy prevention" (VPC User Guide,
"IAM role for publishing flow logs")."""

import re
from collections.abc import Mapping

from whydenied.engine.arn import parse_arn
from whydenied.engine.messages.decoded import keys_sent
from whydenied.engine.messages.operations import action_for, service_named, takers_of_role
from whydenied.engine.messages.parsed import ParsedError

__all__ = ["SENDS_ACCOUNT", "is_blank", "keys_of", "service_of_call", "taker_of"]

# The principal that takes a role, where it is not PREFIX.amazonaws.com of the API that is called.
_TAKES: Mapping[str, str] = {
    "ecs": "ecs-tasks.amazonaws.com",
    "autoscaling": "ec2.amazonaws.com",
    "elasticbeanstalk": "elasticbeanstalk.amazonaws.com",
    "application-autoscaling": "application-autoscaling.amazonaws.com",
    "bedrock-agentcore": "bedrock-agentcore.amazonaws.com",
    "events": "events.amazonaws.com",
    "iot": "iot.amazonaws.com",
}
# Services whose principal is their prefix.
_PLAIN = frozenset(
    "ec2 lambda glue states sagemaker codebuild codepipeline codedeploy cloudformation batch eks firehose apigateway"
    " backup dms elasticmapreduce pipes scheduler redshift ssm transfer bedrock appsync datasync config cloudtrail"
    " rds cognito-idp kinesisanalytics lakeformation imagebuilder quicksight airflow-env osis".split()
)
_BLANK = "<service>.amazonaws.com"
# Services that say for which account's thing they take a role, so that its trust can hold them to that account. Of
# others (Lambda, EC2, Glue) a trust with such a condition lets nobody in.
SENDS_ACCOUNT = frozenset(
    f"{name}.amazonaws.com"
    for name in "bedrock bedrock-agentcore datasync emr-serverless events pipes rds scheduler states transfer"
    " vpc-flow-logs".split()
)
# Services that make a role of their own (IAM User Guide, "AWS services that work with IAM": service-linked roles), and
# the ones whose principal is not their prefix.
_LINKS: Mapping[str, str] = {"es": "opensearchservice", "opensearch": "opensearchservice"}
_HAS_LINKED = frozenset(
    "access-analyzer autoscaling backup batch cloudtrail config dax ecs eks elasticache elasticfilesystem"
    " elasticloadbalancing es fsx globalaccelerator guardduty inspector2 kafka macie memorydb opensearch organizations"
    " rds redshift securityhub ssm".split()
)
# Third parties that act in the accounts of many customers, by what roles for them are called (IAM User Guide, "Access
# to AWS accounts owned by third parties": only the external id tells for which customer they act).
_VENDOR = re.compile(
    r"snowflake|databricks|unity-catalog|datadog|new-?relic|dynatrace|fivetran|cloudhealth|cloudability|lacework|wizio"
    r"|vanta|drata|sumo-?logic|prisma-?cloud|spot-?inst",
    re.IGNORECASE,
)
# Letters of a paste that are searched for the service's name.
_LONGEST = 200_000
_LINKED = re.compile(r":role/aws-service-role/([a-z0-9.-]+\.amazonaws\.com)/")


def keys_of(error: ParsedError, action: str, text: str = "") -> dict[str, str]:
    """Return the keys, {} for an action that has none. A service that the text does not tell is a `<blank>`.

    text: the paste, which may name the service of the operation that was called ("operation error Lambda: …")."""
    if action.lower() == "iam:passrole":
        sent = keys_sent(text).get("iam:PassedToService", ())
        return {"iam:PassedToService": sent[0] if len(sent) == 1 else taker_of(_called(error, text))}
    if action.lower() == "iam:createservicelinkedrole":
        return {"iam:AWSServiceName": linked_to(error)}
    if action.lower() == "kms:creategrant" and (error.operation or "CreateGrant").lower() != "creategrant":
        return {"kms:GrantIsForAWSResource": "true"}
    if action.lower() == "lambda:invokefunctionurl":
        # What a URL asks of those who sign (Lambda Developer Guide, "Control access to Lambda function URLs").
        return {"lambda:FunctionUrlAuthType": "AWS_IAM"}
    if action.lower() == "sts:assumerole" and error.principal in SENDS_ACCOUNT:
        role = parse_arn(error.resource or "")
        return {"aws:SourceAccount": role.account if role is not None and role.account else "<account>"}
    if action.lower() == "sts:assumerole" and _is_for_vendor(error):
        return {"sts:ExternalId": "<external-id>"}
    return {}


def _is_for_vendor(error: ParsedError) -> bool:
    """Tell whether somebody of another account asks for a role that is named after a third party, or is named so."""
    caller, role = parse_arn(error.principal or ""), parse_arn(error.resource or "")
    if caller is None or role is None or caller.account == role.account:
        return False
    return any(_VENDOR.search(arn.resource) for arn in (caller, role))


def linked_to(error: ParsedError) -> str:
    """Return the principal whose service-linked role is to be made; a blank where the text does not tell."""
    linked = _LINKED.search(error.resource or "")
    if linked:
        return linked[1]
    service = (error.service or "").lower()
    return f"{_LINKS.get(service, service)}.amazonaws.com" if service in _HAS_LINKED else _BLANK


def _called(error: ParsedError, text: str) -> str:
    """Return the prefix of the service that was called: the error's own is that of iam:PassRole where AWS names it."""
    service = (error.service or "").lower()
    if service not in ("", "iam") or not error.operation:
        return service
    named = re.findall(rf"operation error ([A-Za-z0-9 ]{{2,60}}): {re.escape(error.operation)}\b", text[:_LONGEST])
    found = {service_named(name) for name in named}
    if found:
        return found.pop() or "" if len(found) == 1 else ""
    return service_of_call(error.operation)


def service_of_call(operation: str) -> str:
    """Return the prefix of the one service that has this operation, or that it hands a role to; "" for several."""
    takers = takers_of_role(operation)
    return takers[0] if len(takers) == 1 else (action_for(operation) or "").partition(":")[0]


def taker_of(service: str) -> str:
    """Return the principal that takes a role which is handed to a service (its IAM prefix); a blank where not known."""
    if service in _TAKES:
        return _TAKES[service]
    return f"{service}.amazonaws.com" if service in _PLAIN else _BLANK


def is_blank(taker: str) -> bool:
    """Tell whether a principal that takes a role is not known."""
    return taker == _BLANK
