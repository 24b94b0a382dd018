"""What the same resource will be asked for next, from the text of a denial alone: Terraform, Pulumi and CloudFormation
name the resource that they were at, and what such a resource calls is known.

Sources: Terraform ("with ADDRESS,"), Pulumi (`aws:s3/bucketPolicy:BucketPolicy (name)`) and CloudFormation
(`AWS::S3::BucketPolicy`), as they print errors; for the calls engine.plans.operations, and engine.plans.handlers where
CloudFormation makes them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from whydenied.engine.arn import parse_arn, principal_account
from whydenied.engine.drafts.merge import merged_statements
from whydenied.engine.drafts.passed import is_blank, taker_of
from whydenied.engine.drafts.record import Draft
from whydenied.engine.evaluation.ownership import account_in
from whydenied.engine.messages.operations import hands_over_role
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.plans.handlers import handled_types, permissions_of
from whydenied.engine.plans.operations import Operation, Phase, known_types, needs_role, operations_of, terraform_type
from whydenied.engine.plans.passing import LINKED
from whydenied.engine.plans.ranking import Facts, is_read, is_removal, rank
from whydenied.engine.plans.targets import actions_of
from whydenied.engine.policy.matching import glob
from whydenied.engine.policy.names import Names

__all__ = ["with_following"]

# Letters after an error within which its tool names the resource, and before it.
_AFTER, _BEFORE = 1_500, 400
_TERRAFORM = re.compile(
    r"\bwith (?P<address>(?:module\.[A-Za-z0-9_.\[\]\"-]{1,200}\.)?(?P<kind>aws_[a-z0-9_]{2,80})\.[A-Za-z0-9_-]{1,100})"
)
_PULUMI = re.compile(
    r"\b(?P<kind>aws:[a-z0-9]{2,40}(?:/[A-Za-z0-9]{1,80})?:[A-Z][A-Za-z0-9]{1,80}) \((?P<address>[^)\n]{1,100})\)"
)
_CLOUDFORMATION = re.compile(r"\b(?P<kind>AWS::[A-Z][A-Za-z0-9]{1,40}::[A-Z][A-Za-z0-9]{1,80})\b")
_VARIABLE = re.compile(r"\$\{[^}]*\}")
# What IAM adds to a log group's ARN for its streams. Tags are asked for on the group alone (CloudWatch Logs API
# Reference, ListTagsForResource: "the ARN of a log group must not end in `:*`").
_STREAMS = re.compile(r"(:log-group:[^:]+):(?:\*|log-stream:.*)$")
_OF_GROUP = ("logs:ListTagsForResource", "logs:TagResource", "logs:UntagResource")
# Changes of Route 53 have IDs that nobody knows before, and whoever makes one waits for it.
_OF_CHANGE = "route53:GetChange"
_PASS_ROLE = "iam:PassRole"
_MANY = 8


class _Named(NamedTuple):
    """A resource as a text names it. address: in the tool's words. kind: Terraform's type. made_as: CloudFormation's,
    where its handlers make the calls and what they need is known; "" else."""

    address: str
    kind: str
    made_as: str = ""

    def operations(self, phase: Phase) -> tuple[Operation, ...]:
        """Return what the tool may call in a phase."""
        if not self.made_as:
            return operations_of(self.kind, phase)
        return tuple(one for one in permissions_of(self.made_as, phase) if "*" not in one.name)


@cache
def _names() -> Names:
    return Names()


def with_following(draft: Draft, error: ParsedError, text: str) -> Draft:
    """Return a draft with what its resource will be asked for next: as a note, and as the statements of one change for
    all of it (`expected`), which no text proves. text: the paste, with the offsets that the error's spans have.

    The same draft where the text names no resource of a tool, or nothing is known to follow."""
    if draft.gate not in ("identity", "boundary") or draft.kind != "allow" or not draft.statements or not error.action:
        return draft
    found = _resource_in(error, text)
    if found is None:
        return draft
    follow = {action: arn for action in _actions(found, error.action) if (arn := _about(action, draft.resource))}
    passed = _role_statement(found, error.action, draft)
    if not follow and not passed:
        return draft
    notes = (*draft.notes, *_linked_note(found, error.action))
    new = [{**dict(draft.statements[0]), "Action": action, "Resource": arn} for action, arn in follow.items()]
    named = [f"`{action}`" for action in follow]
    if passed:
        new.append(passed)
        named.insert(0, f"`{_PASS_ROLE}` (for the role that it is given)")
    more = f" and {len(named) - _MANY} more" if len(named) > _MANY else ""
    note = (
        f"`{found.address}` is expected to call {', '.join(named[:_MANY])}{more} as well: allow them in the same "
        "change, or the next run may stop there. That is what the tool usually calls for such a resource, and not "
        "proved."
    )
    return msgspec.structs.replace(
        draft, notes=(*notes, note), expected=merged_statements([*map(dict, draft.statements), *new])
    )


def _role_statement(named: _Named, refused: str, draft: Draft) -> dict[str, object] | None:
    """Return the statement for the role that a resource cannot be made without; its name is a blank, since no text
    tells it. None where it is given none, or was not about to be made."""
    if not needs_role(named.kind) or "create" not in _phases(named, refused):
        return None
    account = account_in(draft.resource) or principal_account(draft.principal) or "<account>"
    arn = parse_arn(draft.principal)
    role = f"arn:{arn.partition if arn else 'aws'}:iam::{account}:role/<role-name>"
    statement: dict[str, object] = {"Effect": "Allow", "Action": _PASS_ROLE, "Resource": role}
    takers = {one.service for one in operations_of(named.kind, "create") if hands_over_role(one.name, one.service)}
    taker = taker_of(takers.pop()) if len(takers) == 1 else ""
    if not taker or is_blank(taker):
        return statement
    return {**statement, "Condition": {"StringEquals": {"iam:PassedToService": taker}}}


def _linked_note(named: _Named, refused: str) -> Iterator[str]:
    """Yield what to know of the role that the service makes for itself with the first such resource of an account."""
    service = LINKED.get(named.kind)
    if service and "create" in _phases(named, refused):
        yield (
            f"Where the account has no service-linked role of `{service}.amazonaws.com` yet, the first "
            f"`{named.kind}` needs `iam:CreateServiceLinkedRole` as well."
        )


def _resource_in(error: ParsedError, text: str) -> _Named | None:
    """Return the resource that the text names for an error; None for none, and for one of which nothing is known."""
    if "aws_" not in text and "aws:" not in text and "AWS::" not in text:
        return None
    start = min((span.start for span in error.spans), default=0)
    end = max((span.end for span in error.spans), default=0)
    after, before = text[end : end + _AFTER], text[max(0, start - _BEFORE) : start]
    if match := _TERRAFORM.search(after):
        return _Named(match["address"], match["kind"]) if match["kind"] in known_types() else None
    for pattern in (_PULUMI, _CLOUDFORMATION):
        if matches := [*pattern.finditer(before)][-1:] or [*pattern.finditer(after)][:1]:
            match = matches[0]
            kind = terraform_type(_as_cloudformation(match["kind"]))
            made_as = match["kind"] if match["kind"] in handled_types() else ""
            address = match.groupdict().get("address") or match["kind"]
            return _Named(address, kind, made_as) if made_as or kind in known_types() else None
    return None


def _as_cloudformation(kind: str) -> str:
    """Return `AWS::s3::BucketPolicy` for `aws:s3/bucketPolicy:BucketPolicy`, and for Pulumi's second versions."""
    if kind.startswith("AWS::"):
        return kind
    _, service, last = kind.split(":")
    return f"AWS::{service.partition('/')[0]}::{last.removesuffix('V2')}"


def _actions(named: _Named, refused: str) -> list[str]:
    """Return the actions that are expected besides the refused one, at the stage at which it was refused."""
    facts = Facts(named.kind, frozenset())
    found: dict[str, None] = {}
    for phase in _phases(named, refused):
        for operation, expected in rank(phase, named.operations(phase), facts).items():
            if expected:
                found.update(dict.fromkeys(actions_of(operation)))
    return [action for action in found if action.lower() != refused.lower()]


def _phases(named: _Named, refused: str) -> Iterator[Phase]:
    """Yield the phases that a run was at, by what it was refused."""
    phases: tuple[Phase, ...] = ("read", "create", "update", "delete")
    having = {phase for phase in phases if _has(named.operations(phase), refused)}
    name = refused.partition(":")[2]
    if is_removal(name) and "delete" in having:
        yield "delete"
    elif not is_read(name) and "create" in having:
        yield "create"
    elif not is_read(name) and "update" in having:
        yield "update"
    yield "read"
    yield "list_tags"


def _has(operations: tuple[Operation, ...], action: str) -> bool:
    return any(action.lower() == one.lower() for operation in operations for one in actions_of(operation))


def _about(action: str, resource: str) -> str:
    """Return the resource that a statement for an action needs: the same one where it fits; "" where it does not."""
    shapes = _names().shapes(action)
    if _names().spelling(action) is None:
        return ""
    if not shapes:
        return "*"
    if action == _OF_CHANGE:
        return f"arn:{resource.split(':')[1]}:route53:::change/*"
    if action in _OF_GROUP:
        resource = _STREAMS.sub(r"\1", resource)
    return resource if any(glob(_VARIABLE.sub("*", shape))(resource) for shape in shapes) else ""
