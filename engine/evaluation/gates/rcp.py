"""Resource control policies: what the organization lets anyone do with its resources.

Source: Organizations User Guide, "Resource control policies": RCPFullAWSAccess cannot be detached, so they only deny;
they bind every caller but service-linked roles, and every resource of member accounts in the services below, but not
kms:RetireGrant.
"""

from whydenied.engine.evaluation.answer import Answer, not_applicable, not_given
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.organization import levels_answer, scan_levels
from whydenied.engine.evaluation.situation import Excuse, Situation

__all__ = ["COVERED_SERVICES", "GATE"]

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


def answer(situation: Situation, _excuse: Excuse) -> Answer:
    """Answer for the RCPs of the account that owns the resource."""
    request = situation.request
    settings = request.settings
    policies = situation.policies
    if request.service not in COVERED_SERVICES:
        return not_applicable("rcp", f"RCPs do not cover {request.service}")
    if request.caller.service_linked or ":role/aws-service-role/" in request.resource.text:
        return not_applicable("rcp", "RCPs do not bind service-linked roles")
    if settings.resource_in_management_account or (situation.same_account and settings.caller_in_management_account):
        return not_applicable("rcp", "RCPs do not cover resources of the management account")
    if request.key == "kms:retiregrant":
        return not_applicable("rcp", "RCPs do not cover kms:RetireGrant")
    levels = policies.levels("rcp")
    if "rcp" in policies.unknown:
        known = scan_levels(situation, levels, principal=True)
        missing = policies.missing("rcp", "the RCPs of the resource's account")
        return not_given("rcp", "the RCPs were not given", missing, known, "RCP")
    if not levels:
        return not_applicable("rcp", "no RCPs are in force")
    return levels_answer(situation, "rcp", levels, "RCP", principal=True, allow_implied=True)


GATE = Gate(
    name="rcp",
    place=20,
    title="Resource control policies",
    owner="who manages the organization of account {theirs} (its management account or a delegated administrator)",
    answer=answer,
    kind="rcp",
    field="rcps",
    shape="levels",
    words="RCP",
    policies="RCPs",
    guardrail=(
        "A resource control policy is a guardrail of the organization: ask its owner whether this exception is meant "
        "to be."
    ),
    may_stay_open="no RCP refuses it",
)
