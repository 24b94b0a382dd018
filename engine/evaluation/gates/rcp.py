"""Resource control policies: what the organization lets anyone do with its resources.

Source: Organizations User Guide, "Resource control policies": RCPFullAWSAccess cannot be detached, so they only deny;
they bind every caller but service-linked roles, and every resource of member accounts in the services below, but not
kms:RetireGrant.
"""

from engine.evaluation.answer import NOT_APPLICABLE, UNKNOWN, Answer
from engine.evaluation.gates.organization import levels_answer
from engine.evaluation.situation import Situation

__all__ = ["COVERED_SERVICES", "answer"]

# Action prefixes, documented in autumn 2026. AWS adds to the list.
COVERED_SERVICES = frozenset(
    (
        "aoss",
        "appconfig",
        "appstream",
        "autoscaling",
        "autoscaling-plans",
        "budgets",
        "clouddirectory",
        "cloudfront",
        "cloudsearch",
        "cloudtrail-data",
        "codeartifact",
        "codebuild",
        "codecommit",
        "codepipeline",
        "cognito-identity",
        "cognito-idp",
        "comprehend",
        "comprehendmedical",
        "compute-optimizer",
        "cost-optimization-hub",
        "dax",
        "dsql",
        "dynamodb",
        "ecr",
        "ecr-public",
        "events",
        "firehose",
        "fis",
        "fms",
        "gamelift",
        "health",
        "inspector-scan",
        "kendra",
        "kinesisvideo",
        "kms",
        "logs",
        "memorydb",
        "networkmonitor",
        "notifications",
        "opensearch",
        "pca-connector-ad",
        "personalize",
        "polly",
        "pricing",
        "resource-groups",
        "rolesanywhere",
        "s3",
        "secretsmanager",
        "servicediscovery",
        "signin",
        "sqs",
        "sts",
        "support",
        "swf",
        "textract",
        "timestream-influxdb",
        "transcribe",
        "transfer",
        "translate",
        "wafv2",
        "workspaces",
        "xray",
    )
)


def answer(situation: Situation) -> Answer:
    """Answer for the RCPs of the account that owns the resource."""
    request = situation.request
    settings = request.settings
    policies = situation.policies
    if request.service not in COVERED_SERVICES:
        return Answer("rcp", NOT_APPLICABLE, False, f"RCPs do not cover {request.service}")
    if request.caller.service_linked or "/aws-service-role/" in request.resource.text:
        return Answer("rcp", NOT_APPLICABLE, False, "RCPs do not bind service-linked roles")
    if settings.resource_in_management_account or (situation.same_account and settings.caller_in_management_account):
        return Answer("rcp", NOT_APPLICABLE, False, "RCPs do not cover resources of the management account")
    if request.key == "kms:retiregrant":
        return Answer("rcp", NOT_APPLICABLE, False, "RCPs do not cover kms:RetireGrant")
    if "rcp" in policies.unknown:
        return Answer("rcp", UNKNOWN, None, "the RCPs were not given", missing="the RCPs of the resource's account")
    if not policies.rcps:
        return Answer("rcp", NOT_APPLICABLE, False, "no RCPs are in force")
    return levels_answer(situation, "rcp", policies.rcps, "RCP", principal=True, allow_implied=True)
