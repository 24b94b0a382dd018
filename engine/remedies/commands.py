"""The shell lines that put a change in place: they read what is there, merge into it, and write it back.

Nothing is overwritten: a document is read with the AWS CLI, the statements that change are swapped or added with jq,
and the result is written. A statement that is not there any more stops the merge. A step that fails leaves an empty
file, which AWS refuses, so that the lines may be pasted in one go. Names that are not known are `<placeholders>`."""

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from whydenied.engine.arn import parse_arn
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.request import Request
from whydenied.engine.policy.home import Home
from whydenied.engine.remedies.caller import principal_arns
from whydenied.engine.remedies.digest import digest_of
from whydenied.engine.remedies.doors import door_of
from whydenied.engine.remedies.edit import Edit, Slot
from whydenied.engine.remedies.places import is_permission_set
from whydenied.engine.remedies.quotas import MAX_VERSIONS, limit_of, size_of
from whydenied.engine.remedies.remedy import Document, Target

__all__ = ["Step", "commands_for", "free_name"]

_EMPTY = '{"Version":"2012-10-17","Statement":[]}'
_READ = f'(if type == "string" then (if . == "" then null else fromjson end) else . end) // {_EMPTY}'
_LIST = "([.Statement] | flatten(1))"
_SWAP = (
    f'{_LIST} as $have | if ($old - $have) != [] then error("a statement to change is not there any more") else '
    ".Statement = [$have[] as $one | ([range($old | length) | select($old[.] == $one)][0]) as $at | "
    "if $at == null then $one else $new[$at][] end] + $add end"
)
# What IAM takes for an inline policy's name (printable ASCII but for `\ / * ?` and blanks).
_INLINE_NAME = re.compile(r"[!-~]{1,128}")


class Step(NamedTuple):
    """One change, as its commands need it. home: of the document. beside: the holder's other inline policies."""

    slot: Slot
    target: Target
    home: Home
    before: Document | None
    after: Document | None
    edits: Sequence[Edit]
    request: Request
    beside: Sequence[Mapping[str, object]]


def free_name(words: str, document: object, taken: Iterable[str]) -> str:
    """Name a new policy after what it holds: the same fix has the same name, and two fixes never share one."""
    name = re.sub(r"[^\w+=,.@-]+", "-", f"{words}-{digest_of(document)}")[-128:]
    used, number = {one.lower() for one in taken}, 2
    free = name
    while free.lower() in used:
        free, number = f"{name[:120]}-{number}", number + 1
    return free


def commands_for(step: Step) -> tuple[str, ...]:
    """Return the lines for one change; () where there is no command that can do it."""
    make = _BY_KIND.get(step.target.kind)
    if make is not None:
        return tuple(make(step))
    # A gate without a case of its own has no command here, and certainly not the one of another gate.
    return tuple(_resource(step)) if find_gate(step.slot.gate).policies_of == "resource" else ()


def _quoted(document: object) -> str:
    return shlex.quote(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def _merged(
    step: Step, read: str, write: str, *, none: str = "", wrap: str = "", add: Sequence[object] = ()
) -> list[str]:
    """Return the three lines that read, merge and write. none: the error that says that there is no document."""
    before, after = _files(step)
    stem = before.removesuffix("-before.json")
    reading = f"aws {read} --output json > {before}"
    if none:
        reading = f"{reading} 2> {stem}-error.txt || {{ grep -q {none} {stem}-error.txt && echo null > {before}; }}"
    swaps = [edit for edit in step.edits if edit.target is not None]
    added = [*(one for edit in step.edits if edit.target is None for one in edit.statements), *add]
    options = f"--argjson add {_quoted(added)}"
    program = f"{_READ} | .Statement = {_LIST} + $add"
    if swaps:
        options += f" --argjson old {_quoted([edit.target for edit in swaps])}"
        options += f" --argjson new {_quoted([list(edit.statements) for edit in swaps])}"
        program = f"{_READ} | {_SWAP}"
    if wrap:
        program = f"{program} | {wrap}"
    # Compact: Organizations and VPC endpoints count white space too.
    merging = f"jq -c {options} {shlex.quote(program)} {before} > {after}"
    return [reading, merging, f"aws {write.replace('FILE', after)}"]


def _files(step: Step) -> tuple[str, str]:
    """Name the files that hold the document as it is and as it will be."""
    stem = step.slot.gate if step.slot.level < 0 else f"{step.slot.gate}-{step.slot.level + 1}"
    stem = f"{stem}-{step.slot.position + 1}" if step.slot.position else stem
    return f"{stem}-before.json", f"{stem}-after.json"


def _policy_name(name: str) -> str:
    return shlex.quote(name) if _INLINE_NAME.fullmatch(name) else "<policy-name>"


def _holder(step: Step) -> tuple[str, str]:
    """Return the kind and the quoted name of whoever has an identity policy."""
    kind, _, name = step.target.holder.partition("/")
    if kind in ("user", "group", "role") and name:
        return kind, shlex.quote(name)
    return "user", "<iam-user>"


def _inline(step: Step) -> list[str]:
    kind, name = _holder(step)
    if step.before is None:
        return _new_policy(step, kind, name, step.after)
    who = f"--{kind}-name {name} --policy-name {_policy_name(step.target.name)}"
    return _merged(
        step,
        f"iam get-{kind}-policy {who} --query PolicyDocument",
        f"iam put-{kind}-policy {who} --policy-document file://FILE",
    )


def _new_policy(step: Step, kind: str, name: str, document: Document | None) -> list[str]:
    """Put a document of its own: inline where it fits, else as a managed policy of the account."""
    title = shlex.quote(step.target.name)
    limit = limit_of(f"inline-{kind}-policy") or 0
    if size_of(document or {}) + sum(map(size_of, step.beside)) <= limit:
        who = f"--{kind}-name {name} --policy-name {title}"
        return [f"aws iam put-{kind}-policy {who} --policy-document {_quoted(document)}"]
    return [
        f"aws iam create-policy --policy-name {title} --policy-document {_quoted(document)}",
        f"aws iam attach-{kind}-policy --{kind}-name {name} --policy-arn {_own_arn(step, step.target.name)}",
    ]


def _own_arn(step: Step, name: str) -> str:
    caller = step.request.caller
    return shlex.quote(f"arn:{caller.partition}:iam::{caller.account}:policy/{name}")


def _managed(step: Step) -> list[str]:
    arn = shlex.quote(step.target.name) if step.target.name.startswith("arn:") else "<policy-arn>"
    policy = f"--policy-arn {arn}"
    version = f'--version-id "$(aws iam get-policy {policy} --query Policy.DefaultVersionId --output text)"'
    lines = _merged(
        step,
        f"iam get-policy-version {policy} {version} --query PolicyVersion.Document",
        f"iam create-policy-version {policy} --policy-document file://FILE --set-as-default",
    )
    if not 0 <= step.home.versions < MAX_VERSIONS:
        # Five versions are kept; the oldest that is not in force makes room.
        count = f"aws iam list-policy-versions {policy} --query 'length(Versions)'"
        oldest = (
            f"aws iam list-policy-versions {policy} --output text"
            " --query 'sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId'"
        )
        lines.insert(
            2,
            f'[ ! -s {_files(step)[1]} ] || [ "$({count} --output text)" -lt {MAX_VERSIONS} ] || '
            f'aws iam delete-policy-version {policy} --version-id "$({oldest})"',
        )
    return lines


def _copied(step: Step) -> list[str]:
    """Put an edited copy in the place of a policy of AWS's own: first the copy, then the original goes."""
    name = free_name(f"Copy-of-{step.target.name.rpartition('/')[2]}", step.after, ())
    if step.slot.gate == "boundary":
        kind, holder = _holder(step)
        create = f"aws iam create-policy --policy-name {name} --policy-document {_quoted(step.after)}"
        if is_permission_set(step.request):
            ids = _set_ids(step)
            limit = f"'CustomerManagedPolicyReference={{Name={name},Path=/}}'"
            put = f"aws sso-admin put-permissions-boundary-to-permission-set {ids} --permissions-boundary {limit}"
            return [create, put, _provision(ids)]
        return [
            create,
            f"aws iam put-{kind}-permissions-boundary --{kind}-name {holder}"
            f" --permissions-boundary {_own_arn(step, name)}",
        ]
    original = shlex.quote(step.target.name)
    if is_permission_set(step.request):
        ids = _set_ids(step)
        statements = (step.after or {}).get("Statement") or []
        read, write = _set_calls(ids)
        lines = _merged(step._replace(edits=()), read, write, add=statements)
        detach = f"aws sso-admin detach-managed-policy-from-permission-set {ids} --managed-policy-arn {original}"
        return [*_only_then(lines, detach), _provision(ids)]
    kind, holder = _holder(step)
    copy = step._replace(target=Target("", name, step.target.holder, ""))
    detach = f"aws iam detach-{kind}-policy --{kind}-name {holder} --policy-arn {original}"
    return _only_then(_new_policy(copy, kind, holder, step.after), detach)


def _only_then(lines: list[str], last: str) -> list[str]:
    """Join the last of some lines with one that takes something away, which it may do only where the other worked."""
    return [*lines[:-1], f"{lines[-1]} && {last}"]


def _set_ids(step: Step) -> str:
    arn = parse_arn(step.target.holder.partition("/")[2])
    if arn is None or arn.service != "sso" or not arn.resource.startswith("permissionSet/"):
        return "--instance-arn <instance-arn> --permission-set-arn <permission-set-arn>"
    instance = f"arn:{arn.partition}:sso:::instance/{arn.resource.split('/')[1]}"
    return f"--instance-arn {shlex.quote(instance)} --permission-set-arn {shlex.quote(str(arn))}"


def _set_calls(ids: str) -> tuple[str, str]:
    return (
        f"sso-admin get-inline-policy-for-permission-set {ids} --query InlinePolicy",
        f"sso-admin put-inline-policy-to-permission-set {ids} --inline-policy file://FILE",
    )


def _provision(ids: str) -> str:
    return f"aws sso-admin provision-permission-set {ids} --target-type ALL_PROVISIONED_ACCOUNTS"


def _permission_set(step: Step) -> list[str]:
    """Merge into the one inline policy that a permission set has."""
    ids = _set_ids(step)
    return [*_merged(step, *_set_calls(ids)), _provision(ids)]


def _organization(step: Step) -> list[str]:
    kind = {"scp": "SERVICE_CONTROL_POLICY", "rcp": "RESOURCE_CONTROL_POLICY"}[step.slot.gate]
    if step.before is None:
        create = (
            f"aws organizations create-policy --type {kind} --name {shlex.quote(step.target.name)}"
            f" --description 'one more permission' --content {_quoted(step.after)}"
            " --query Policy.PolicySummary.Id --output text"
        )
        return [f'aws organizations attach-policy --target-id <root-ou-or-account-id> --policy-id "$({create})"']
    policy = f"--policy-id {shlex.quote(step.home.identifier)}" if step.home.identifier else "--policy-id <policy-id>"
    return _merged(
        step,
        f"organizations describe-policy {policy} --query Policy.Content",
        f"organizations update-policy {policy} --content file://FILE",
    )


def _endpoint(step: Step) -> list[str]:
    known = step.home.identifier or (step.target.name if step.target.name.startswith("vpce-") else "")
    name = shlex.quote(known) if known else "<vpc-endpoint-id>"
    # An endpoint is in the Region of the service that it leads to; the ARN of a bucket tells none.
    resource = parse_arn(step.request.resource.text)
    name += f" --region {shlex.quote(resource.region)}" if resource is not None and resource.region else ""
    return _merged(
        step,
        f"ec2 describe-vpc-endpoints --vpc-endpoint-ids {name} --query 'VpcEndpoints[0].PolicyDocument'",
        f"ec2 modify-vpc-endpoint --vpc-endpoint-id {name} --policy-document file://FILE",
    )


def _session(step: Step) -> list[str]:
    """A session policy is stored nowhere: whoever makes the session passes another one."""
    if not (step.before or {}).get("Statement"):
        # It takes the place of one that nobody has seen: the session would have nothing left but this.
        return []
    caller = step.request.caller
    policy = f"--policy {_quoted(step.after)}"
    name = shlex.quote(caller.session or caller.name or "<session-name>")
    if caller.kind == "federated-user":
        return [f"aws sts get-federation-token --name {name} {policy}"]
    arns = principal_arns(step.request)
    role = shlex.quote(arns[0]) if len(arns) == 1 and caller.kind in ("session", "role") else "<role-arn>"
    return [f"aws sts assume-role --role-session-name {name} --role-arn {role} {policy}"]


def _setting(step: Step) -> list[str]:
    arn = parse_arn(step.request.resource.text)
    bucket = shlex.quote(arn.resource.partition("/")[0]) if arn else "<bucket>"
    read = f"aws s3api get-public-access-block --bucket {bucket} --query PublicAccessBlockConfiguration --output json"
    return [
        f"{read} > block-before.json",
        "jq '.RestrictPublicBuckets = false' block-before.json > block-after.json",
        f"aws s3api put-public-access-block --bucket {bucket}"
        " --public-access-block-configuration file://block-after.json",
    ]


def _resource(step: Step) -> list[str]:
    if step.request.service == "lambda":
        return _function(step)
    door = door_of(step.request)
    if door is None:
        return []
    return _merged(step, door.read, door.write, none=door.none, wrap=door.wrap)


def _function(step: Step) -> list[str]:
    """Lambda takes statements one by one, and only those that its options can say."""
    arn = parse_arn(step.request.resource.text)
    added = [one for edit in step.edits if edit.target is None for one in edit.statements]
    if arn is None or len(added) != 1 or any(edit.target for edit in step.edits):
        return []
    kind, _, named = arn.resource.partition(":")
    name, _, version = named.partition(":")
    options = _said_by_options(added[0])
    if options is None or kind not in ("function", "layer"):
        return []
    whole = shlex.quote(f"arn:{arn.partition}:lambda:{arn.region}:{arn.account}:{kind}:{name}")
    given = f"--region {shlex.quote(arn.region)} --statement-id {free_name('Allow', added[0], ())}"
    given = f"{given} --action {shlex.quote(str(added[0]['Action']))} {options}"
    if kind == "layer":
        number = f"--version-number {shlex.quote(version)}"
        return [f"aws lambda add-layer-version-permission --layer-name {whole} {number} {given}"]
    qualifier = f" --qualifier {shlex.quote(version)}" if version and version != "*" else ""
    return [f"aws lambda add-permission --function-name {whole}{qualifier} {given}"]


def _said_by_options(statement: Mapping[str, Any]) -> str | None:
    principal = statement["Principal"]
    if not isinstance(principal, dict) or len(principal) != 1 or "Federated" in principal:
        return None
    options = [f"--principal {shlex.quote(str(next(iter(principal.values()))))}"]
    known = {
        "aws:sourcearn": "--source-arn",
        "aws:sourceaccount": "--source-account",
        "lambda:functionurlauthtype": "--function-url-auth-type",
    }
    for keys in (statement.get("Condition") or {}).values():
        for key, value in keys.items():
            option = known.get(str(key).lower())
            if not option:
                return None
            options.append(f"{option} {shlex.quote(str(value))}")
    return " ".join(options)


_BY_KIND = {
    "inline-user-policy": _inline,
    "inline-group-policy": _inline,
    "inline-role-policy": _inline,
    "customer-managed-policy": _managed,
    "permissions-boundary": _managed,
    "aws-managed-policy": _copied,
    "permission-set": _permission_set,
    "scp": _organization,
    "rcp": _organization,
    "vpc-endpoint-policy": _endpoint,
    "session-policy": _session,
    "setting": _setting,
}
