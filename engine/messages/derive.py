"""What follows from the fields that were read: never a guess, always from the text or from service data.

Each function answers one question about a ParsedError and returns the fact's value, or None where the text does not
tell. Session-name conventions are those AWS services use for the sessions that they create.
"""

import re
from collections.abc import Container

from whydenied.engine.arn import principal_account, principal_kind
from whydenied.engine.messages.addresses import resource_arn
from whydenied.engine.messages.operations import action_for, is_a_service, service_among, service_named
from whydenied.engine.messages.parsed import ParsedError

__all__ = [
    "accounts",
    "action_group",
    "complete",
    "detail",
    "is_doubtful",
    "kind_of_caller",
    "resource_kind",
    "workload",
]

_STS_OPERATION = re.compile(r"\AAssumeRole")
_REGION = re.compile(r"\b(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-|iso[a-z]?-)?[a-z]{4,9}-\d\b")


def complete(
    error: ParsedError,
    wrapped_by: str | None,
    call: str | None = None,
    words: Container[str] = (),
    about: Container[str] = (),
) -> None:
    """Fill in action, service and region from the operation, the wrapper's service name and the ARNs.

    wrapped_by: the service as the wrapper prints it (`Elastic Load Balancing`), which is the one that was called
    and need not be the one that refused. call: the action's name where a wrapper has it (`API: s3:PutBucketPolicy`).
    words: those of the paste, which may name one alone of the services that have the operation. about: the services
    whose wordings were recognised.
    """
    called = service_named(wrapped_by) if wrapped_by else None
    # JavaScript's and Python's clients name the method, which is the operation with a small letter: `getParameter`.
    # Ruby's in small letters, with strokes: `put_object`.
    if error.operation and error.operation[0].islower():
        error.operation = "".join(part[:1].upper() + part[1:] for part in error.operation.split("_"))
    if error.action and ":" not in error.action:
        name = error.action
        is_sts = _STS_OPERATION.match(name)
        error.action = action_for(name, "sts" if is_sts else called or _service_of(error.resource))
        if error.operation is None and not is_sts:
            error.operation = name
    if error.action is None and call and called:
        error.action = f"{called}:{call}"
    # A wrapper that names something which is no service of IAM's (the instance metadata, say) needs no action.
    if error.action is None and error.operation and (called or not wrapped_by):
        hint = called or _service_of(error.resource)
        if hint is None and error.error_code and error.error_code.endswith("UnauthorizedOperation"):
            hint = "ec2"
        error.action = _action_of(error.operation, hint, error.error_code, words, about)
    if error.action:
        error.service = error.action.split(":")[0].lower()
    elif called or error.resource:
        error.service = called or error.service or _service_of(error.resource)
    if error.resource and (arn := resource_arn(error.resource)) and _REGION.fullmatch(arn.region):
        error.region = arn.region


def _action_of(
    operation: str, hint: str | None, code: str | None, words: Container[str], about: Container[str]
) -> str | None:
    if hint:
        # The service that passes the refusal on need not be the one that refused: `… to call DeleteMessage on SQS`.
        # Which one did is told by its wording, not by a word elsewhere in the paste.
        found = action_for(operation, hint) or action_for(operation)
        among = service_among(operation, (), about)
        return found or (action_for(operation, among) if among else None)
    among = service_among(operation, words, about)
    return action_for(operation, code=code) or (action_for(operation, among, code) if among else None)


def _service_of(resource: str | None) -> str | None:
    arn = resource_arn(resource) if resource else None
    return arn.service if arn else None


def detail(error: ParsedError, is_stated: bool) -> str:
    """Say how much the message tells.

    layer (a kind of policy is named), deny (an explicit deny, no more), no-allow (nothing allowed it, no more),
    action (who was refused what, no more), or none. is_stated: the text says that somebody was not authorized.
    """
    if error.policy_type:
        return "layer"
    if error.effect:
        return "deny" if error.effect == "explicit" else "no-allow"
    return "action" if is_stated else "none"


_GROUPS = {
    "iam:passrole": "pass-role",
    "iam:createservicelinkedrole": "service-linked-role",
    "sts:assumerole": "assume-role",
    "sts:tagsession": "assume-role",
    "sts:setsourceidentity": "assume-role",
    "sts:assumerolewithwebidentity": "web-identity",
    "sts:assumerolewithsaml": "saml",
    "ecr:getauthorizationtoken": "ecr-login",
    "aws-marketplace:viewsubscriptions": "model-access",
    "aws-marketplace:subscribe": "model-access",
    "lakeformation:getdataaccess": "other",
}


# KMS's actions that no key's policy can allow, for they concern no key (KMS Developer Guide, Permissions reference).
_KEYLESS = frozenset(
    "kms:createkey kms:listkeys kms:listaliases kms:generaterandom kms:createcustomkeystore kms:connectcustomkeystore"
    " kms:deletecustomkeystore kms:describecustomkeystores kms:disconnectcustomkeystore"
    " kms:updatecustomkeystore".split()
)


def action_group(action: str) -> str:
    """Sort an action by which causes it can have at all: pass-role, assume-role, kms … or other."""
    action = action.lower()
    return _GROUPS.get(action) or ("kms" if action.startswith("kms:") and action not in _KEYLESS else "other")


# What a Kubernetes node does in its own name; anything else from a node's role is some pod's doing.
_NODE_SERVICES = frozenset({"ec2", "ecr", "eks", "eks-auth", "autoscaling", "ssm", "ssmmessages", "ec2messages", "sts"})


def is_doubtful(error: ParsedError) -> bool:
    """Tell whether the caller looks like a stand-in: a pod's call that ran as its node."""
    return workload(error.principal or "") == "eks-node" and error.service not in _NODE_SERVICES


def accounts(error: ParsedError) -> str | None:
    """Return `same` or `cross` where both the caller's and the resource's account are stated, else None."""
    caller = principal_account(error.principal) if error.principal else None
    arn = resource_arn(error.resource) if error.resource else None
    owner = arn.account if arn else ""
    if not caller or len(owner) != 12 or not owner.isdigit():
        return None
    return "same" if caller == owner else "cross"


def resource_kind(error: ParsedError) -> str | None:
    """Return `service:type` of the resource (`s3:object`, `iam:role`), or None where its name does not tell."""
    arn = resource_arn(error.resource or "")
    if arn is None:
        return None
    if arn.service == "s3" and not arn.region:
        return "s3:object" if "/" in arn.resource else "s3:bucket"
    return f"{arn.service}:{arn.kind}" if arn.kind else arn.service


_NODE_ROLE = re.compile(
    r"\Anodes\.|node-?_?group|node-?_?instance-?_?role|worker-?node|eks-?_?nodes?|nodes?-?_?role|karpenter-?node|NodeInstanceRole",
    re.I,
)
_INSTANCE = re.compile(r"\A(?:i|mi)-[0-9A-Za-z*]{4,}\Z")
# A session whose ARN was masked in part, so that it splits no more.
_SESSION = re.compile(r"assumed-role/(?P<role>[^/\s]{1,128})/(?P<session>[^/\s]{1,128})\Z")


def kind_of_caller(principal: str) -> str | None:
    """Name the kind of principal (engine.arn.principal_kind); `service` for one that the text names in words."""
    return "service" if is_a_service(principal) else principal_kind(principal)


def workload(principal: str) -> str | None:
    """Say what runs as this principal, from its role and session name; None where they do not tell.

    eks-node, ec2-instance, lambda, cloudformation, codebuild, cognito-identity (a user or guest of an identity pool),
    eks-pod, github-actions, sso, cdk, sdk (a session an SDK named by itself).
    """
    found = _SESSION.search(principal)
    if found is None:
        return "sso" if principal_kind(principal) == "sso-session" else None
    return _session_workload(found["role"], found["session"])


def _session_workload(role: str, session: str) -> str | None:
    if role.startswith("AWSReservedSSO_"):
        return "sso"
    if _INSTANCE.match(session):
        return "eks-node" if _NODE_ROLE.search(role) else "ec2-instance"
    if role.startswith("cdk-"):
        return "cdk"
    for prefix, name in _SESSIONS:
        if session.startswith(prefix):
            return name
    return None


_SESSIONS = (
    ("AWSCloudFormation", "cloudformation"),
    ("AWSCodeBuild-", "codebuild"),
    ("CognitoIdentityCredentials", "cognito-identity"),
    ("GitHubActions", "github-actions"),
    ("eks-", "eks-pod"),
    ("botocore-session-", "sdk"),
    ("aws-sdk-", "sdk"),
    ("aws-go-sdk-", "sdk"),
)
