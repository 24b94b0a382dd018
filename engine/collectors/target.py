"""What is to be explained: who was refused what, as far as the error says, in the parts that calls need."""

import re
from collections.abc import Mapping

import msgspec

from whydenied.engine.arn import Arn, parse_arn, principal_account
from whydenied.engine.messages import derive
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.secrets.sign import is_masked

__all__ = ["Target", "make_target"]

_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}\Z")


class Target(msgspec.Struct, frozen=True):
    """A refused request.

    principal: the caller's ARN, or a service's name. layer, effect: what the message says, '' for nothing.
    context: condition keys that are known. vpc_endpoint: the endpoint that it came through, if that is known.
    """

    principal: str
    action: str
    resource: str = "*"
    region: str = ""
    layer: str = ""
    effect: str = ""
    operation: str = ""
    error_code: str = ""
    authorization_id: str = ""
    encoded_message: str = ""
    vpc_endpoint: str = ""
    context: Mapping[str, str] = {}

    @property
    def service(self) -> str:
        """The IAM prefix of the action."""
        return self.action.partition(":")[0].lower()

    @property
    def account(self) -> str:
        """The caller's account; '' for a service or nobody."""
        return principal_account(self.principal) or ""

    @property
    def arn(self) -> Arn | None:
        """The resource's ARN; None for `*` and bare names."""
        return parse_arn(self.resource)

    @property
    def owner(self) -> str:
        """The account that the resource's ARN names; the caller's for an action without a resource; else ''."""
        if self.resource == "*":
            return self.account
        arn = self.arn
        return arn.account if arn and len(arn.account) == 12 and arn.account.isdigit() else ""

    @property
    def kind(self) -> str:
        """What calls: `user`, `role` (its sessions too), `root`, or '' for what has no identity policies."""
        arn = parse_arn(self.principal)
        if arn is None or not self.account:
            return ""
        if arn.resource == "root":
            return "root"
        return {"user": "user", "federated-user": "user", "role": "role", "assumed-role": "role"}.get(arn.kind, "")

    @property
    def name(self) -> str:
        """The name of the user or role that calls."""
        arn = parse_arn(self.principal)
        if arn is None:
            return ""
        return arn.resource.split("/")[1] if arn.kind == "assumed-role" else arn.name

    @property
    def session(self) -> str:
        """The name of the role's session, else ''."""
        arn = parse_arn(self.principal)
        parts = arn.resource.split("/") if arn and arn.kind == "assumed-role" else []
        return parts[2] if len(parts) > 2 else ""

    @property
    def identity_arn(self) -> str:
        """The ARN of the user or role itself, as far as the caller's ARN tells it (a session's hides the path)."""
        arn = parse_arn(self.principal)
        if arn is not None and arn.kind == "assumed-role":
            return f"arn:{arn.partition}:iam::{arn.account}:role/{self.name}"
        return self.principal

    @property
    def instance(self) -> str:
        """The EC2 instance whose role calls, else ''."""
        return self.session if _INSTANCE.match(self.session) else ""

    @property
    def bucket(self) -> str:
        """The bucket of an S3 resource, else ''."""
        arn = self.arn
        return arn.resource.partition("/")[0] if arn and arn.service == "s3" and not arn.account else ""

    @property
    def trust_role(self) -> str:
        """The name of the role whose trust policy decides, for the actions that have one; else ''."""
        arn = self.arn
        is_trust = derive.action_group(self.action) in ("assume-role", "web-identity", "saml")
        return arn.name if is_trust and arn and arn.service == "iam" and arn.kind == "role" else ""

    @property
    def place(self) -> str:
        """The Region of the resource: its ARN's, else the error's."""
        arn = self.arn
        return (arn.region if arn else "") or self.region


def make_target(error: ParsedError, caller: str = "", encoded_message: str = "") -> Target | None:
    """Make a target of an error; None where it does not say what was refused, or says it with a secret in it.

    caller: whose credentials are in use, for an error that names nobody. encoded_message: the blob, which the parsed
    error has masked.
    """
    principal = error.principal if error.principal and parse_arn(error.principal) else caller
    if not error.action or ":" not in error.action or not (principal or error.principal):
        return None
    resource = (error.named_resource or "*").strip('"')
    if is_masked(principal or error.principal) or is_masked(resource):
        # Nobody can be asked about a name of which a part was hidden.
        return None
    return Target(
        principal=principal or error.principal or "",
        action=error.action,
        resource=resource,
        region=error.region or "",
        layer=error.policy_type or "",
        effect=error.effect or "",
        operation=error.operation or "",
        error_code=error.error_code or "",
        authorization_id=error.authorization_id or "",
        encoded_message=encoded_message,
    )
