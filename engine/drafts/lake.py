"""A grant of Lake Formation: no policy, but a call of its own, drafted where the text names what is lacking on what.

Sources: Lake Formation Developer Guide, "Lake Formation permissions reference" (what each permission is of) and
"Updated error message" (`Required Select on orders`); Lake Formation API, GrantPermissions (Resource, Permissions)."""

import re
import shlex

import msgspec

from whydenied.engine.arn import Arn, parse_arn
from whydenied.engine.drafts.record import Draft
from whydenied.engine.drafts.shape import BLANK
from whydenied.engine.forms.names import holder_name
from whydenied.engine.messages.parsed import ParsedError

__all__ = ["lake_grant"]

_REQUIRED = re.compile(
    r"Insufficient Lake Formation permission(?:s|\(s\)): Required "
    r"(?P<what>Select|Insert|Delete|Describe|Alter|Drop|Create Table|Create Database) on (?P<name>[\w.-]{1,255})"
)
_OF_TABLES = frozenset({"SELECT", "INSERT", "DELETE"})
_OF_DATABASES = frozenset({"CREATE_TABLE"})
_LONGEST = 20_000


def lake_grant(error: ParsedError, text: str) -> Draft | None:
    """Draft the grant that a refusal of Lake Formation asks for; None where it does not name what is lacking on what.

    text: the paste, with secrets masked."""
    found = _REQUIRED.search(text[:_LONGEST])
    if found is None:
        return None
    permission, name = found["what"].upper().replace(" ", "_"), found["name"].rstrip(".")
    resource = _resource(permission, name, error.operation or "")
    if resource is None:
        return None
    caller = parse_arn(error.principal or "")
    who = _principal(caller) if caller is not None else "<principal-arn>"
    region = f" --region {shlex.quote(error.region)}" if error.region else ""
    command = (
        f"aws lakeformation grant-permissions --principal {shlex.quote(f'DataLakePrincipalIdentifier={who}')}"
        f" --permissions {permission} --resource {shlex.quote(msgspec.json.encode(resource).decode())}{region}"
    )
    of_role = caller is not None and caller.kind == "assumed-role"
    return Draft(
        owner="a data lake administrator",
        gate="service",
        kind="other",
        target="the grants of Lake Formation",
        status="assumed",
        taken=("the role has no path",) if of_role else (),
        blanks=tuple(dict.fromkeys(BLANK.findall(command))),
        why=(f"What is lacking is `{permission}` on `{name}`, which this call grants.",),
        notes=(f"If the role `{holder_name(caller)}` has a path, its ARN has it too.",) if of_role and caller else (),
        commands=(command,),
        principal=error.principal or "",
        action=error.action or "",
        resource=error.resource or "",
    )


def _resource(permission: str, name: str, operation: str) -> dict[str, object] | None:
    """Return what the grant is on; of a permission that databases and tables have, the operation tells which."""
    if permission == "CREATE_DATABASE":
        return {"Catalog": {}}
    is_of_database = permission in _OF_DATABASES or (permission not in _OF_TABLES and "Database" in operation)
    if is_of_database:
        return {"Database": {"Name": name}}
    is_of_table = permission in _OF_TABLES or re.search(r"Table|Partition|Column", operation)
    return {"Table": {"DatabaseName": "<database>", "Name": name}} if is_of_table else None


def _principal(caller: Arn) -> str:
    """Return the ARN by which Lake Formation names a caller: of a session its role."""
    if caller.kind == "assumed-role":
        return f"arn:{caller.partition}:iam::{caller.account}:role/{holder_name(caller)}"
    return str(caller)
