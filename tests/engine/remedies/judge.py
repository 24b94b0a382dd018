"""The rules of danger, written down: what no remedy may ever do, judged from the outside.

The judge reads a plan as a person does: documents before and after, statements, command lines, words. It knows nothing
of how the plan was found."""

import re
from collections.abc import Iterator
from typing import Any

from whydenied.engine.remedies import Change, Plan, Remedy

__all__ = ["by_tag", "dangers"]

_DELETES = re.compile(
    r"aws \S+ (?:delete-(?!policy-version)|remove-|reset-|detach-(?!(?:user|role|group|managed)-policy))|--reset-policy"
)
_TAKES_AWAY = re.compile(r"aws iam (detach-\w+-policy|delete-policy-version) |detach-managed-policy")
_WRITES = re.compile(
    r"aws (?:iam (?:put-\w+-policy|update-assume-role-policy|create-policy-version)|s3api put-bucket-policy"
    r"|kms put-key-policy|sqs set-queue-attributes|sns set-topic-attributes|secretsmanager put-resource-policy"
    r"|dynamodb put-resource-policy|ecr set-repository-policy|organizations update-policy|ec2 modify-vpc-endpoint"
    r"|sso-admin put-inline-policy-to-permission-set|efs put-file-system-policy|kinesis put-resource-policy"
    r"|events put-permission|s3api put-public-access-block) "
)


def dangers(case: dict[str, Any], plan: Plan) -> list[str]:
    """Return what is dangerous about a plan for a case, in words; none for one that nobody would regret."""
    found: list[str] = []
    for number, remedy in enumerate((plan.remedy and (plan.remedy, *plan.alternatives)) or ()):
        if number == 0 and remedy.weakens and _could_be_met(plan):
            found.append("goes round a condition before it is met")
        for change in remedy.changes:
            found += _of_change(case, change, remedy)
    return found


def by_tag(remedy: Remedy) -> bool:
    """Tell whether a remedy asks for a tag on a resource or a principal, which opens more than the request."""
    keys = [one.key.lower() for one in remedy.meets]
    return any("tag/" in key and not key.startswith("aws:requesttag/") for key in keys)


def _could_be_met(plan: Plan) -> bool:
    met = [other for other in plan.alternatives if other.meets and not other.weakens]
    return any(not by_tag(other) for other in met) or not (met or plan.advice)


def _of_change(case: dict[str, Any], change: Change, remedy: Remedy) -> Iterator[str]:
    yield from _overwrites(change)
    yield from _loses(change)
    yield from _opens(case, change)
    yield from _wrong_place(case, change)
    if (change.kind == "exception" or remedy.weakens) and not any(one.guardrail for one in remedy.changes):
        yield "weakens a guardrail without saying so"
    if change.gate in ("scp", "rcp", "boundary", "s3-bpa") and not change.guardrail:
        yield f"changes {change.gate} without calling it a guardrail"


def _overwrites(change: Change) -> Iterator[str]:
    """Nothing is written that was not read and merged, but a document of a new name."""
    lines = change.commands
    for at, line in enumerate(lines):
        if _DELETES.search(line):
            yield f"deletes: {line}"
        if not _WRITES.search(line):
            continue
        is_new = re.search(r"aws iam put-(?:user|role|group)-policy .*--policy-name \S+-[0-9a-f]{8}(?:-\d+)? ", line)
        merged = "file://" in line and at >= 2 and any(one.startswith("jq ") for one in lines[:at])
        if not (is_new or merged or "create-policy " in line):
            yield f"overwrites: {line}"
    if any(_TAKES_AWAY.search(line) for line in lines):
        takes = next(line for line in lines if _TAKES_AWAY.search(line))
        if "delete-policy-version" not in takes and not any("create-policy" in one or "put-" in one for one in lines):
            yield f"takes a policy away and puts none in its place: {takes}"


def _loses(change: Change) -> Iterator[str]:
    """Every statement that was there is there still, but for those that a named change takes the place of."""
    if change.before is None or change.after is None:
        if change.before is not None and change.gate != "s3-bpa":
            yield "leaves no document"
        return
    old, new = (_statements(document) for document in (change.before, change.after))
    gone = [one for one in old if one not in new]
    if any(one.get("Effect") == "Allow" and not _limited(one, new) for one in gone):
        yield "an Allow is gone"
    if gone and change.kind in ("allow", "trust"):
        yield "adds an Allow and drops something"
    if not new:
        yield "the policy is emptied"


def _limited(old: dict[str, Any], new: list[dict[str, Any]]) -> bool:
    """Tell whether a public Allow is there still for the bucket's account and for services, whom alone Block Public
    Access lets in, and says nothing else than it did."""
    kept = [one for one in new if {**old, "Sid": "", "Condition": ""} == {**one, "Sid": "", "Condition": ""}]
    asks = [(one.get("Condition") or {}) for one in kept]
    limits = [("StringEquals", "aws:PrincipalAccount"), ("Bool", "aws:PrincipalIsAWSService")]
    return all(
        any(key in block.get(operator, {}) and _holds_too(old, block) for block in asks) for operator, key in limits
    )


def _holds_too(old: dict[str, Any], block: dict[str, Any]) -> bool:
    """Tell whether a condition block has all that a statement's has."""
    asked = old.get("Condition") or {}
    return all(
        block.get(operator, {}).get(key) == value for operator in asked for key, value in asked[operator].items()
    )


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement") or []
    return found if isinstance(found, list) else [found]


def _opens(case: dict[str, Any], change: Change) -> Iterator[str]:
    """Whom an added Allow lets in."""
    request = case["request"]
    keys = {str(key).lower() for key in request.get("context") or {}}
    for statement in change.statements:
        if statement.get("Effect") != "Allow" or change.kind not in ("allow", "trust"):
            continue
        principal = statement.get("Principal")
        asked = {str(key).lower() for block in (statement.get("Condition") or {}).values() for key in block}
        if isinstance(principal, dict) and "Federated" in principal:
            names = {key.rpartition(":")[2] for key in asked}
            saml = "saml-provider" in str(principal)
            if "aud" not in names or not (saml or names & {"sub", "amr"}):
                yield "a federated principal without sub and aud"
        if isinstance(principal, dict) and "Service" in principal:
            sent = keys & {"aws:sourcearn", "aws:sourceaccount"}
            if sent - asked:
                yield "a service without the source that the request shows"
            if not sent and not any(danger.kind == "confused-deputy" for danger in change.dangers):
                yield "a service without a source, and no word of the confused deputy"
        if principal == "*" and "aws:principalarn" not in asked and request["principal"] != "anonymous":
            yield "everybody is let in"
        public = principal == "*" and request["principal"] == "anonymous" and change.gate == "resource"
        if public and "public" not in change.guardrail:
            yield "public, and no word of it"
        if statement.get("Action") != request["action"] or statement.get("NotAction"):
            yield "another action than was asked for"
        if "Resource" in statement and statement["Resource"] != request["resource"]:
            yield "another resource than was asked for"
        if change.gate == "vpce" and request["action"].startswith(("s3:", "dynamodb:")) and principal != "*":
            yield "a gateway endpoint takes no principal but *"
        # The policy of a function takes no condition that could name a role by patterns.
        if change.gate != "resource" or not request["action"].startswith("lambda:"):
            yield from _invented(request, principal)


def _invented(request: dict[str, Any], principal: Any) -> Iterator[str]:
    """The path of a role is not made up."""
    caller = request["principal"]
    if isinstance(caller, str) and ":assumed-role/" in caller and isinstance(principal, dict):
        context = {str(key).lower(): value for key, value in (request.get("context") or {}).items()}
        told = context.get("aws:principalarn")
        for arn in [principal.get("AWS")] if isinstance(principal.get("AWS"), str) else principal.get("AWS") or []:
            if ":role/" in str(arn) and arn != told:
                yield f"the path of a role is made up: {arn}"


def _wrong_place(case: dict[str, Any], change: Change) -> Iterator[str]:
    """The policy that is edited is the one that holds the statement, where it lives."""
    lines = "\n".join(change.commands)
    if "create-policy-version --policy-arn arn:aws:iam::aws:" in lines:
        yield "an AWS managed policy is edited"
    if "-role-policy --role-name AWSServiceRoleFor" in lines:
        yield "a service-linked role is edited"
    if "-policy --role-name AWSReservedSSO_" in lines or "put-role-permissions-boundary --role-name AWSR" in lines:
        yield "the role of a permission set is edited and not the permission set"
    if change.gate == "identity" and change.before is not None:
        home = case["identity_policies"][change.position].get("home") or {}
        kind, _, name = home.get("holder", "").partition("/")
        inline = kind in ("group", "user", "role") and not change.policy.startswith("arn:")
        if inline and change.commands and f"{kind}-policy --{kind}-name {name} " not in lines:
            yield f"a policy of {kind} {name} is edited elsewhere"
    if "•" in lines or "***" in lines:
        yield "a mask is taken for a name"
    caller = str(case["request"]["principal"])
    if ":federated-user/" in caller and f"--user-name {caller.rpartition('/')[2]} " in lines:
        yield "a federated user's name is taken for that of an IAM user"
