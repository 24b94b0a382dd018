"""IAM: what belongs to AWS can be read and used, but not written, whatever the policies say.

Sources: IAM User Guide, "Managed policies and inline policies" (AWS managed policies cannot be changed); IAM Identity
Center User Guide, "Referencing permission sets" (roles under `/aws-reserved/` are managed by Identity Center alone);
IAM API, UnmodifiableEntityException ("service-linked roles are protected"; their description can be edited); STS API,
GetFederationToken ("You cannot call any IAM operations using the CLI or the API").
"""

from whydenied.engine.arn import parse_arn
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.services.service import Service

__all__ = ["SERVICE"]

_READS = ("get", "list", "generate", "simulate")

# Operations that fail with UnmodifiableEntityException on a service-linked role.
_PROTECTED = frozenset(
    "addroletoinstanceprofile attachrolepolicy deleterole deleterolepermissionsboundary deleterolepolicy "
    "detachrolepolicy putrolepermissionsboundary putrolepolicy removerolefrominstanceprofile "
    "updateassumerolepolicy".split()
)


def _refuses(request: Request) -> str:
    if request.caller.kind == "federated-user":
        return "sessions of GetFederationToken cannot call IAM by the CLI or the API"
    name = request.key.partition(":")[2]
    if name.startswith(_READS):
        return ""
    arn = parse_arn(request.resource.text)
    if arn is None or arn.service != "iam":
        return ""
    if arn.account == "aws" and arn.kind == "policy":
        return "AWS managed policies belong to AWS; nobody else can change them"
    if arn.resource.startswith("role/aws-reserved/"):
        return "roles under `/aws-reserved/` are managed by IAM Identity Center alone; change the permission set"
    if arn.resource.startswith("role/aws-service-role/") and name in _PROTECTED and not request.caller.service_linked:
        return "service-linked roles are protected; only their service can change or delete them"
    return ""


def _notes(request: Request) -> tuple[str, ...]:
    if request.key == "iam:passrole":
        return ("The trust policy of the passed role must name the service too, and PassRole never crosses accounts.",)
    return ()


SERVICE = Service("iam", refuses=_refuses, notes=_notes)
