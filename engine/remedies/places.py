"""Where an edit's policy lives, and so who has it and whether it can be edited at all.

Sources: IAM User Guide, "Managed policies and inline policies" (AWS managed policies cannot be changed), "Using
service-linked roles"; IAM Identity Center User Guide, "Permission sets" (one inline policy each, the role it makes
cannot be edited)."""

from whydenied.engine.arn import Arn, access_point, parse_arn, policy_holder
from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.sts import is_trust
from whydenied.engine.policy.document import Document
from whydenied.engine.policy.home import NOWHERE, Home
from whydenied.engine.remedies.remedy import Target

__all__ = ["SSO_INLINE", "is_aws_managed", "is_permission_set", "target_of"]

# What Identity Center calls the inline policy of a permission set in the role that it makes.
SSO_INLINE = "AwsSSOInlinePolicy"

_ATTACHED_EVERYWHERE = frozenset({"FullAWSAccess", "p-FullAWSAccess", "RCPFullAWSAccess", "p-RCPFullAWSAccess"})

_SAID = {
    "aws-managed-policy": "AWS managed policy",
    "vpc-endpoint-policy": "VPC endpoint policy",
    "scp": "SCP",
    "rcp": "RCP",
}
_WORDS = {
    "s3": "bucket-policy",
    "kms": "key-policy",
    "sqs": "queue-policy",
    "sns": "topic-policy",
    "secretsmanager": "secret-policy",
    "ecr": "repository-policy",
    "lambda": "function-policy",
    "dynamodb": "table-policy",
    "vpc-lattice": "auth-policy",
}


def is_aws_managed(name: str) -> bool:
    """Tell whether a policy's name is that of one of AWS's own, which nobody else can edit."""
    arn = parse_arn(name)
    return name in _ATTACHED_EVERYWHERE or (arn is not None and arn.account == "aws")


def is_permission_set(request: Request) -> bool:
    """Tell whether the caller is the role of a permission set."""
    return request.caller.name.startswith("AWSReservedSSO_")


def target_of(gate: GateName, name: str, document: Document | None, request: Request) -> Target:
    """Say what an edit of a gate's document edits; document: None for one that does not exist yet."""
    home = document.home if document is not None else NOWHERE
    kind, holder = _kind(gate, name, home, request)
    return Target(kind, name, holder, _words(kind, name, holder))


def _words(kind: str, name: str, holder: str) -> str:
    if kind == "setting":
        return f"setting `{name}`"
    what = _SAID.get(kind, kind.replace("-", " "))
    of, _, who = holder.partition("/")
    if of in ("user", "group", "role", "permission-set") and who:
        return f"{what} `{name}` of {of.replace('-', ' ')} `{who}`"
    return f"{what} of `{holder}`" if holder else f"{what} `{name}`"


def _kind(gate: GateName, name: str, home: Home, request: Request) -> tuple[str, str]:
    if gate == "identity":
        return _identity(name, home, request)
    if gate == "boundary":
        kind = "aws-managed-policy" if is_aws_managed(name) else "permissions-boundary"
        return kind, home.holder or _own(request)
    if gate in ("scp", "rcp"):
        return ("aws-managed-policy" if is_aws_managed(name) else gate), ""
    if gate == "s3-bpa":
        return "setting", ""
    if gate == "vpce":
        return "vpc-endpoint-policy", home.identifier
    if gate == "session":
        return "session-policy", request.caller.text
    if find_gate(gate).policies_of != "resource":
        return f"{gate}-policy", ""
    if is_trust(request):
        return "trust-policy", request.resource.text
    arn = parse_arn(request.resource.text)
    if arn is None:
        return _WORDS.get(request.service, "resource-policy"), request.resource.text
    return _called(arn), str(policy_holder(arn))


def _called(arn: Arn) -> str:
    """Return what the policy of a resource is called."""
    if access_point(arn):
        return "access-point-policy"
    if arn.service == "dynamodb" and "/stream/" in arn.resource:
        return "stream-policy"
    if arn.service == "lambda" and arn.kind == "layer":
        return "layer-policy"
    if arn.service == "s3" and arn.account:
        # Neither a bucket nor an access point.
        return "resource-policy"
    return _WORDS.get(arn.service, "resource-policy")


def _own(request: Request) -> str:
    """Return the caller's own user or role; "" where its name is not known."""
    caller = request.caller
    if caller.kind in ("session", "role"):
        return f"role/{caller.name}"
    return f"user/{caller.name}" if caller.kind == "user" else ""


def _identity(name: str, home: Home, request: Request) -> tuple[str, str]:
    if is_aws_managed(name):
        return "aws-managed-policy", home.holder or _own(request)
    if name.startswith("arn:"):
        return "customer-managed-policy", home.holder or _own(request)
    if is_permission_set(request):
        # Behind the name of the set, which may hold underscores too, is a suffix of its own.
        name = request.caller.name.removeprefix("AWSReservedSSO_").rpartition("_")[0]
        return "permission-set", home.holder or f"permission-set/{name or request.caller.name}"
    holder = home.holder or _own(request)
    kind = holder.partition("/")[0] or "user"
    return f"inline-{kind}-policy", holder
