"""From edits to changes: each document that is edited, with its owner, its commands, and what is said beside it."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.evaluation.gates import find_gate, owner, title
from whydenied.engine.evaluation.lines import pretty
from whydenied.engine.evaluation.request import Policies
from whydenied.engine.policy.home import NOWHERE
from whydenied.engine.remedies.allow import exact_resource, within_iam
from whydenied.engine.remedies.commands import Step, commands_for
from whydenied.engine.remedies.dangers import dangers_of
from whydenied.engine.remedies.edit import Edit, Slot
from whydenied.engine.remedies.guardrails import guardrail
from whydenied.engine.remedies.places import target_of
from whydenied.engine.remedies.quotas import warning
from whydenied.engine.remedies.remedy import Change, Danger, Document, Target

__all__ = ["changes_of"]

# Rows of a document beyond which a diff shows the statements that change and no others around them.
_MAX_ROWS = 2_000


def changes_of(
    edits: Sequence[Edit], before: Evaluation, after: Evaluation, *, with_diffs: bool = True
) -> tuple[Change, ...]:
    """Return the changes that edits amount to, one a document.

    before, after: the evaluations without and with them. with_diffs: False where nobody is to read them."""
    by_slot: dict[Slot, list[Edit]] = {}
    for edit in edits:
        by_slot.setdefault(edit.slot, []).append(edit)
    return tuple(_change(slot, group, before, after, with_diffs) for slot, group in by_slot.items())


def _change(slot: Slot, edits: list[Edit], before: Evaluation, after: Evaluation, with_diff: bool) -> Change:
    request = before.request
    setting = any(edit.setting for edit in edits)
    old = None if setting else _raw(before.policies, slot)
    new = None if setting else _raw(after.policies, slot)
    document = _document(before.policies, slot)
    name = edits[0].name
    target = target_of(slot.gate, name, None if setting else document, request)
    home = document.home if document is not None else NOWHERE
    beside = _beside(target, slot, before.policies)
    step = Step(slot, target, home, old, new, edits, request, beside)
    too_large = _too_large(target, new, old, beside)
    commands = () if too_large else commands_for(step)
    statements = tuple(one for edit in edits for one in edit.statements)
    return Change(
        gate=slot.gate,
        title=title(slot.gate, request),
        owner=owner(slot.gate, request),
        kind=next((edit.kind for edit in edits if edit.kind == "exception"), edits[0].kind),
        target=target,
        policy=name,
        level=slot.level,
        position=slot.position,
        why=tuple(dict.fromkeys(f"{edit.why[0].upper()}{edit.why[1:]}." for edit in edits)),
        guardrail=guardrail(edits, request),
        wider=" and ".join(dict.fromkeys(edit.wider for edit in edits if edit.wider)),
        statements=statements,
        before=old,
        after=new,
        diff=_diff(name, old, new, edits) if with_diff else "",
        commands=commands,
        warnings=tuple(filter(None, (too_large, *_warnings(step, commands, too_large)))),
        dangers=tuple(_dangers(step)),
    )


def _document(policies: Policies, slot: Slot) -> Any:
    documents = policies.at(find_gate(slot.gate).policies_of, slot.level)
    return documents[slot.position] if slot.position < len(documents) else None


def _raw(policies: Policies, slot: Slot) -> Document | None:
    document = _document(policies, slot)
    return dict(document.raw) if document is not None else None


def _beside(target: Target, slot: Slot, policies: Policies) -> list[Mapping[str, Any]]:
    """List the other inline policies of the same holder, which count together with this one."""
    if not target.kind.startswith("inline-"):
        return []
    found = []
    for at, document in enumerate(policies.at(slot.gate, slot.level)):
        of_another = document.home.holder and document.home.holder != target.holder
        if at != slot.position and not document.name.startswith("arn:") and not of_another:
            found.append(document.raw)
    return found


def _too_large(target: Target, new: Document | None, old: Document | None, beside: list[Mapping[str, Any]]) -> str:
    if new is None or (old is None and target.kind.startswith("inline-")):
        # A new document that does not fit inline becomes a managed policy.
        return warning("customer-managed-policy", new) if new is not None else ""
    kind = "customer-managed-policy" if target.kind == "aws-managed-policy" else target.kind
    return warning(kind, new, beside)


def _warnings(step: Step, commands: tuple[str, ...], too_large: str) -> Iterator[str]:
    """Say what else the change touches, and what has to be looked at before."""
    target, request = step.target, step.request
    if target.kind in ("trust-policy", "key-policy") and step.before is None:
        yield "Every role has a trust policy and every key a key policy: this one was not given, so it is read first."
    elif step.slot.gate == "resource" and step.before is None:
        yield "If the resource has a policy already, the statement is added to it; nothing of it is replaced."
    if target.kind == "key-policy":
        yield "The key policy of an AWS managed key (`alias/aws/…`) cannot be edited: use a key of your own there."
    if target.kind == "aws-managed-policy":
        yield "AWS managed policies cannot be edited: an edited copy takes its place, and AWS does not update it."
    if target.kind == "inline-user-policy" and step.before is not None and not step.home.holder:
        yield (
            "If the user has no such policy, it is one of its groups': do the same with get-group-policy and "
            "put-group-policy."
        )
    if request.caller.kind == "federated-user" and step.slot.gate == "identity":
        yield "A federated user has the policies of the IAM user that called GetFederationToken: put its name there."
    if step.slot.gate == "session":
        yield "A session policy is not stored: whoever makes the session passes this one from now on."
    if target.kind == "customer-managed-policy" and any("delete-policy-version" in line for line in commands):
        yield "A managed policy keeps five versions: where there are five, the oldest that is not in force is deleted."
    exact = exact_resource(request)
    if any(one == within_iam(exact) != exact for one in _resources(step)):
        yield (
            "IAM takes no character beyond U+00FF in a policy: wildcards stand for them, so that names which differ "
            "there alone are covered as well."
        )
    if not commands and not too_large:
        yield "There is no single command that is sure to keep what is there: add the statement by hand."


def _resources(step: Step) -> list[str]:
    """List the resources of the statements that allow this very request."""
    added = (one for edit in step.edits if edit.kind == "allow" for one in edit.statements)
    return [one for statement in added for one in [statement.get("Resource")] if isinstance(one, str)]


def _dangers(step: Step) -> Iterator[Danger]:
    for edit in step.edits:
        if edit.kind in ("allow", "trust"):
            for statement in edit.statements:
                if find_gate(step.slot.gate).grants:
                    yield from dangers_of(step.slot.gate, statement, step.request)
    shared = _shared(step)
    if shared:
        yield Danger("shared", shared)


def _shared(step: Step) -> str:
    """Say who else has the policy that is edited."""
    target, count = step.target, step.home.attachments
    many = f"{count} identities have" if count > 1 else "others may have"
    if count == 1:
        return ""
    if any(edit.kind == "exception" for edit in step.edits):
        # Only this caller is spared, whoever has the policy.
        return ""
    if target.kind == "permission-set":
        return "Everybody who is assigned to this permission set gets this, in every account where it is assigned."
    if target.kind == "permissions-boundary":
        return f"This raises the limit for everybody who has this boundary: {many} it."
    if target.kind in ("scp", "rcp"):
        return "This holds for every account below the place where the policy is attached."
    return ""


def _diff(name: str, before: Document | None, after: Document | None, edits: Sequence[Edit]) -> str:
    """Return both documents as unified text; "" where a setting and no document changes."""
    old = pretty(before).splitlines() if before is not None else []
    new = pretty(after).splitlines() if after is not None else []
    source, target = (name if before is not None else "/dev/null"), (name if after is not None else "/dev/null")
    if len(old) > _MAX_ROWS:
        old = pretty([edit.target for edit in edits if edit.target is not None]).splitlines()
        new = pretty([one for edit in edits for one in edit.statements]).splitlines()
    return "\n".join(difflib.unified_diff(old, new, source, target, lineterm=""))
