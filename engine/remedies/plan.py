"""The plan: the fewest and smallest changes that allow a denied request, proved by evaluating again."""

import difflib
from typing import Any

import msgspec

from engine.evaluation.answer import GateName
from engine.evaluation.evaluate import Decision, Evaluation, evaluate
from engine.evaluation.gates import find_gate, owner, title
from engine.evaluation.lines import pretty
from engine.evaluation.needs import summary as still_unknown
from engine.evaluation.needs import what_would_decide
from engine.evaluation.request import Policies
from engine.evaluation.resource_policies import takes_policy
from engine.evaluation.services import refusal
from engine.remedies.advice import advice_for
from engine.remedies.commands import commands_for
from engine.remedies.edit import Edit, Slot, apply_edits
from engine.remedies.edits import edits_for, resource_edit, setting_edit, takes_no_policy
from engine.remedies.guardrails import guardrail
from engine.remedies.limits import too_much

__all__ = ["Change", "Plan", "Remedy", "plan"]

# Fixing one gate can make another one matter; more rounds than gates cannot help.
_ROUNDS = 8

Document = dict[str, Any]


class Change(msgspec.Struct, frozen=True):
    """One changed document (or setting).

    gate, title, owner: whose it is. policy: its name; level: of an SCP or RCP, 0 for the root, else -1. why: what is
    done, in sentences. guardrail: what it weakens, "" if it is no guardrail. wider: it lets through more than the
    request. before, after: the documents; None for "there is none". diff: both as unified text. commands: AWS CLI
    lines."""

    gate: GateName
    title: str
    owner: str
    policy: str
    level: int
    position: int
    why: tuple[str, ...]
    guardrail: str
    wider: str
    before: Document | None
    after: Document | None
    diff: str
    commands: tuple[str, ...]


class Remedy(msgspec.Struct, frozen=True):
    """Changes that together let the request pass.

    before, after: the decision without and with them: the proof. after is Unknown where nothing that is known blocks
    any more, but something is not known; left_open says what."""

    changes: tuple[Change, ...]
    summary: str
    before: Decision
    after: Decision
    left_open: str


class Plan(msgspec.Struct, frozen=True):
    """What can be done. remedy: the smallest, None where no change of a policy helps (`refusals` says why).
    alternatives: other ways that are proved as well. advice: what the caller can do without any change."""

    remedy: Remedy | None
    alternatives: tuple[Remedy, ...]
    refusals: tuple[str, ...]
    advice: tuple[str, ...]


def plan(evaluation: Evaluation) -> Plan:
    """Find remedies for a denied request; an evaluation that allows, or is unknown, gets an empty plan."""
    if not _denied(evaluation):
        return Plan(None, (), (), ())
    request = evaluation.request
    refused = refusal(request, evaluation.policies)
    if refused:
        return Plan(None, (), (f"No change of a policy helps: {refused}.",), ())
    if cut := too_much(evaluation):
        return Plan(None, (), (cut,), ())
    advice = advice_for(evaluate(request, evaluation.policies, explain=True))
    edits = _search(evaluation, [])
    if edits is None:
        return Plan(None, (), (_stuck(evaluation),), advice)
    remedy = _remedy(edits, evaluation)
    alternatives = []
    for first in _alternatives(evaluation):
        other = _search(evaluation, [first])
        if other and first in other and other != edits:
            alternatives.append(_remedy(other, evaluation))
    return Plan(remedy, tuple(alternatives), (), advice)


def _denied(evaluation: Evaluation) -> bool:
    return evaluation.decision in ("ImplicitlyDenied", "ExplicitlyDenied")


def _stuck(evaluation: Evaluation) -> str:
    request = evaluation.request
    if any(takes_no_policy(answer, evaluation) for answer in evaluation.blocking):
        return (
            f"No Allow of yours helps: resources of {request.service} take no resource policy, so nothing can let in "
            "a caller from outside their account. Assume a role in that account, or have the resource shared."
        )
    names = ", ".join(title(answer.gate, request) for answer in evaluation.blocking)
    return f"No change was found that allows this request; look at: {names}."


def _search(evaluation: Evaluation, chosen: list[Edit]) -> list[Edit] | None:
    """Add edits for every gate that blocks until none does, then leave out what is not needed."""
    edits = list(chosen)
    for _ in range(_ROUNDS):
        after = _after(evaluation, edits)
        if not _denied(after):
            return _least(evaluation, edits)
        more = [edit for answer in after.blocking for edit in edits_for(answer, after)]
        if not more or any(takes_no_policy(answer, after) for answer in after.blocking):
            return None
        edits += more
    return None


def _after(evaluation: Evaluation, edits: list[Edit]) -> Evaluation:
    request, policies = apply_edits(evaluation.request, evaluation.policies, edits)
    return evaluate(request, policies, explain=True)


def _least(evaluation: Evaluation, edits: list[Edit]) -> list[Edit]:
    """Drop every edit without which the request is not denied either, the widest first."""
    kept = list(edits)
    # A Deny that applies denies whatever else is changed: what narrows it is needed.
    for edit in sorted((one for one in edits if one.target is None), key=lambda one: not one.wider):
        without = [one for one in kept if one is not edit]
        if not _denied(_after(evaluation, without)):
            kept = without
    return kept


def _alternatives(evaluation: Evaluation) -> list[Edit]:
    gates = {answer.gate for answer in evaluation.blocking}
    first: list[Edit] = []
    if "s3-bpa" in gates:
        first.append(setting_edit())
    request = evaluation.request
    if "identity" in gates and request.same_account and takes_policy(request):
        first.append(resource_edit(evaluation))
    return first


def _remedy(edits: list[Edit], evaluation: Evaluation) -> Remedy:
    after = _after(evaluation, edits)
    by_slot: dict[Slot, list[Edit]] = {}
    for edit in edits:
        by_slot.setdefault(edit.slot, []).append(edit)
    changes = tuple(_change(slot, group, evaluation, after) for slot, group in by_slot.items())
    owners = list(dict.fromkeys(change.owner for change in changes))
    count = f"{len(changes)} change" + ("" if len(changes) == 1 else "s")
    who = "this owner" if len(owners) == 1 else "these owners"
    summary = f"Needs {count}, by {who}: {'; '.join(owners)}."
    left_open = still_unknown(after, what_would_decide(after)) if after.decision == "Unknown" else ""
    return Remedy(changes, summary, evaluation.decision, after.decision, left_open)


def _change(slot: Slot, edits: list[Edit], evaluation: Evaluation, after: Evaluation) -> Change:
    request = evaluation.request
    setting = any(edit.setting for edit in edits)
    before_raw = None if setting else _raw(evaluation.policies, slot)
    after_raw = None if setting else _raw(after.policies, slot)
    if after_raw is not None and not after_raw.get("Statement"):
        after_raw = None
    name = edits[0].name
    warnings = dict.fromkeys(text for edit in edits if (text := guardrail(edit, request)))
    return Change(
        gate=slot.gate,
        title=title(slot.gate, request),
        owner=owner(slot.gate, request),
        policy=name,
        level=slot.level,
        position=slot.position,
        why=tuple(dict.fromkeys(f"{edit.why[0].upper()}{edit.why[1:]}." for edit in edits)),
        guardrail=" ".join(warnings),
        wider=" and ".join(dict.fromkeys(edit.wider for edit in edits if edit.wider)),
        before=before_raw,
        after=after_raw,
        diff=_diff(name, before_raw, after_raw),
        commands=commands_for(slot, name, before_raw, after_raw, request, setting=setting),
    )


def _raw(policies: Policies, slot: Slot) -> Document | None:
    documents = policies.at(find_gate(slot.gate).policies_of, slot.level)
    return dict(documents[slot.position].raw) if slot.position < len(documents) else None


def _diff(name: str, before: Document | None, after: Document | None) -> str:
    """Return both documents as unified text; "" where a setting and no document changes."""
    old = pretty(before).splitlines() if before is not None else []
    new = pretty(after).splitlines() if after is not None else []
    source, target = (name if before is not None else "/dev/null"), (name if after is not None else "/dev/null")
    return "\n".join(difflib.unified_diff(old, new, source, target, lineterm=""))
