"""The reader's own names in the commands: `{role.name}` becomes what was read off the paste, or stays a blank to fill.

What was pasted is nobody's shell script: a name goes into a command only where a shell takes it stands, or
quoted. Anything else stays a `<blank>`, because people copy these lines into a terminal.
"""

import re
import shlex
from collections.abc import Mapping

import msgspec

from whydenied.engine.arn import Arn, parse_arn, principal_account, principal_kind
from whydenied.engine.drafts.passed import is_blank, keys_of
from whydenied.engine.forms.names import holder_name
from whydenied.engine.messages.operations import takers_of_role
from whydenied.engine.messages.parsed import ParsedError
from whydenied.kb.placeholders import PLACEHOLDER

__all__ = ["ROLE_KINDS", "CommandPart", "fill", "names_of", "plain"]

_PLAIN = re.compile(r"[A-Za-z0-9_+=,.@:/-]+")
_QUOTABLE = re.compile(r"[A-Za-z0-9_+=,.@:/*?-]+")
# A bucket by its name alone, as services name the one they could not write to.
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ROLE_KINDS = ("role", "role-session", "sso-session", "service-linked-role")
"""Kinds of caller that have a role's policies, as engine.arn names them."""
PartKind = str  # text | filled | blank


class CommandPart(msgspec.Struct, frozen=True):
    """A stretch of a command: text as written, filled (read off the paste), or blank (for the reader to fill)."""

    text: str
    kind: PartKind = "text"


def fill(command: str, names: Mapping[str, str]) -> tuple[CommandPart, ...]:
    """Fill a command's placeholders with the names known; one that is not known becomes `<role-name>`."""
    parts: list[CommandPart] = []
    at = 0
    for match in PLACEHOLDER.finditer(command):
        if match.start() > at:
            parts.append(CommandPart(command[at : match.start()]))
        before = command[: match.start()]
        parts.append(_part(match[1], names.get(match[1]), quoted=_inside_quotes(before)))
        at = match.end()
    if at < len(command):
        parts.append(CommandPart(command[at:]))
    return tuple(parts)


def plain(parts: tuple[CommandPart, ...]) -> str:
    """Return a filled command as one line of text."""
    return "".join(part.text for part in parts)


def names_of(error: ParsedError, text: str = "") -> dict[str, str]:
    """Read the values of the placeholders off one denial; what the text does not state has no entry.

    text: the paste with secrets masked, which may name the service that gets a role."""
    principal = parse_arn(error.principal or "")
    named = error.named_resource
    resource = parse_arn(named or "")
    names = {
        "principal.arn": _policy_source(error.principal or "", principal),
        "principal.account": principal_account(error.principal or ""),
        "principal.name": _principal_name(error.principal or "", principal),
        "action": error.action,
        "resource": named if resource or named == "*" else None,
        "resource.name": holder_name(resource) if resource else None,
        "resource.account": resource.account if resource else None,
        "policy.arn": error.policy_arn,
        "region": error.region or (resource.region if resource else None),
        "service": error.action.partition(":")[0] if error.action else error.service,
        "passed.service": _taker(error, text),
        **_by_principal_kind(error.principal or "", principal),
        **_by_resource_kind(resource),
        **({"bucket": named} if resource is None and _BUCKET.fullmatch(named or "") else {}),
    }
    return {name: value for name, value in names.items() if value}


def _taker(error: ParsedError, text: str) -> str | None:
    # Of a call that hands on a role too: it is often refused for the passing. No other call is looked into.
    if (error.action or "").lower() != "iam:passrole" and not takers_of_role(error.operation or ""):
        return None
    taker = keys_of(error, "iam:PassRole", text)["iam:PassedToService"]
    return None if is_blank(taker) else taker


def _by_principal_kind(text: str, principal: Arn | None) -> dict[str, str | None]:
    kind = principal_kind(text)
    name = _principal_name(text, principal)
    return {"role.name": name if kind in ROLE_KINDS else None, "user.name": name if kind == "user" else None}


def _by_resource_kind(resource: Arn | None) -> dict[str, str | None]:
    if resource is None:
        return {}
    if resource.service == "s3" and not resource.region:
        return {"bucket": resource.resource.partition("/")[0]}
    if resource.service == "ecr" and resource.name == "*":
        return {"resource.name": None}  # a registry by its address: any of its repositories
    if resource.service == "kms" and resource.kind == "key":
        return {"key.id": resource.name}
    if resource.service == "lambda" and resource.kind == "function":
        return {"function": resource.resource.split(":")[1]}
    return {}


def _principal_name(text: str, principal: Arn | None) -> str | None:
    """Name the user or role; of a session, the role (`R` of `assumed-role/R/session`)."""
    if principal is None:
        return None
    if principal.kind == "assumed-role":
        return principal.resource.split("/")[1] or None
    return principal.name if principal_kind(text) in (*ROLE_KINDS, "user") else None


def _policy_source(text: str, principal: Arn | None) -> str | None:
    """Return the ARN that IAM's own calls take: of a session, that of its role, as far as the session tells it."""
    if principal is None:
        return None
    if principal.kind == "assumed-role" and principal_kind(text) == "role-session":
        # A role's path is not in the session's ARN; nearly all roles that people assume have none.
        return f"arn:{principal.partition}:iam::{principal.account}:role/{principal.resource.split('/')[1]}"
    return text


def _part(name: str, value: str | None, *, quoted: bool) -> CommandPart:
    if value and _PLAIN.fullmatch(value):
        return CommandPart(value, "filled")
    if value and _QUOTABLE.fullmatch(value):
        return CommandPart(value if quoted else shlex.quote(value), "filled")
    return CommandPart(f"<{name.replace('.', '-')}>", "blank")


def _inside_quotes(before: str) -> bool:
    return before.count("'") % 2 == 1 or before.count('"') % 2 == 1
