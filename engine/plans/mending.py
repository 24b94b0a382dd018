"""The changes that let a whole plan through: one for each policy that has to change, proved for all requests together.

Requests that are refused alike (the same action, the same gates, the same conditions) are worked out once, by
engine.remedies; the statement is then made to name all of their resources, and everything is judged again with it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from whydenied.engine.drafts.merge import merged
from whydenied.engine.drafts.proved import proved_drafts
from whydenied.engine.drafts.record import Basis, Draft
from whydenied.engine.evaluation.answer import EXPLICIT
from whydenied.engine.evaluation.evaluate import Evaluation, evaluate
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.request import Policies, Request
from whydenied.engine.evaluation.situation import is_bounded
from whydenied.engine.plans.forecast import Court, Verdict
from whydenied.engine.plans.least import MAX_POLICY, beginnings
from whydenied.engine.policy.document import Document
from whydenied.engine.policy.statement import Statement
from whydenied.engine.remedies.changes import changes_of
from whydenied.engine.remedies.deny import narrow_for_all
from whydenied.engine.remedies.edit import Edit, Slot, apply_edits
from whydenied.engine.remedies.plan import plan
from whydenied.engine.remedies.remedy import Change, Remedy

__all__ = ["Mended", "mend"]

# Kinds of refusal that are worked out: each takes some milliseconds, and the rest is said.
_MAX_GROUPS = 400
_ROUNDS = 4
# Characters of names that the changes have room for: what is longer than 50,000 is not worked out (engine.remedies).
_ROOM = 30_000
# Keys that a statement repeats (engine.remedies.allow): requests that differ in them need statements of their own.
_APART = ("iam:passedtoservice", "iam:policyarn", "iam:permissionsboundary", "iam:awsservicename", "kms:viaservice")


class Mended(msgspec.Struct, frozen=True):
    """What is to be changed. drafts: one for each policy. left: requests that are still refused, or that nothing was
    found for, with why. proved: how many requests were refused and are allowed with the changes. policies: the
    caller's, with all changes made."""

    drafts: tuple[Draft, ...]
    left: tuple[tuple[Verdict, str], ...]
    proved: int
    policies: Policies


def mend(court: Court, refused: Sequence[Verdict]) -> Mended:
    """Find the changes for refused requests, and judge every one of them again with all changes made."""
    drafts: list[Draft] = []
    stuck: dict[int, str] = {}
    policies = court.policies
    waiting = list(refused)
    for _ in range(_ROUNDS):
        denied: list[Verdict] = []
        groups = _groups(waiting)[:_MAX_GROUPS]
        wide = _too_long(groups)
        for at, group in enumerate(groups):
            found = _mend_group(court, group, policies, wide=at in wide)
            drafts += found.drafts
            policies = found.policies
            denied += group if found.denied else []
            stuck.update({id(one): found.why for one in group if found.why})
        spared, policies = _spare(court, denied, policies)
        drafts += spared
        still = [one for one in waiting if _is_refused(court, one, policies)]
        if not still or len(still) == len(waiting):
            break
        waiting = still
    left = [one for one in refused if _is_refused(court, one, policies)]
    return Mended(
        drafts=tuple(merged(drafts)),
        left=tuple((one, stuck.get(id(one)) or "no change was found that lets it pass") for one in left),
        proved=len(refused) - len(left),
        policies=policies,
    )


def _names(group: Iterable[Verdict]) -> list[str]:
    return list(dict.fromkeys(one.asked.resource for one in group))


def _too_long(groups: Sequence[Sequence[Verdict]]) -> set[int]:
    """Return which groups have more names than policies have room for: the longest first, until the rest fits."""
    sizes = {at: sum(len(name) + len('"",') for name in _names(group)) for at, group in enumerate(groups)}
    total = sum(sizes.values())
    found = set()
    for at, size in sorted(sizes.items(), key=lambda one: -one[1]):
        if len(groups[at]) == 1 or (total <= _ROOM and size <= MAX_POLICY):
            continue
        found.add(at)
        total -= size
    return found


def _is_refused(court: Court, verdict: Verdict, policies: Policies) -> bool:
    return court.verdict(verdict.asked, policies).outcome == "refused"


def _groups(refused: Iterable[Verdict]) -> list[list[Verdict]]:
    """Return requests that one statement can be written for, in the order of the first of each."""
    found: dict[tuple[object, ...], list[Verdict]] = {}
    for one in refused:
        apart = tuple(sorted((key, value) for key, value in one.asked.context.items() if key.lower() in _APART))
        # A policy of a resource's own is another one for each resource.
        where = one.asked.resource if "resource" in one.gates else ""
        found.setdefault((one.asked.action, one.gates, apart, where), []).append(one)
    return list(found.values())


class _Found(NamedTuple):
    """What was found for a group: the drafts, the policies with them, whether a Deny has to spare it, and why there is
    nothing."""

    drafts: list[Draft]
    policies: Policies
    denied: bool
    why: str


def _mend_group(court: Court, group: list[Verdict], policies: Policies, *, wide: bool) -> _Found:
    """Find the change for a group. wide: the beginnings of its names take their place."""
    first = group[0].asked
    evaluation = court.evaluation(first, policies, explain=True, lenient=True)
    if evaluation.decision not in ("ImplicitlyDenied", "ExplicitlyDenied"):
        return _Found([], policies, False, "")
    found = plan(evaluation, best_only=True)
    if found.remedy is None:
        return _Found([], policies, False, found.refusals[0] if found.refusals else "")
    named = _names(group)
    resources = beginnings(named) if wide else named
    drafts = []
    made = proved_drafts(found.remedy, _caller(evaluation), first.action, first.resource)
    for change, draft in zip(found.remedy.changes, made, strict=True):
        if change.kind == "exception":
            continue
        statements = tuple(_for_all(dict(one), first.resource, resources) for one in change.statements)
        policies = _applied(policies, change, statements)
        notes = (*draft.notes, *_wide_notes(named, resources))
        drafts.append(
            msgspec.structs.replace(draft, statements=statements, notes=notes, basis=Basis(evaluation, change))
        )
    denied = any(change.kind == "exception" for change in found.remedy.changes)
    return _Found(drafts, policies, denied, "" if found.remedy.changes else _met(found.remedy))


def _spare(court: Court, denied: Sequence[Verdict], policies: Policies) -> tuple[list[Draft], Policies]:
    """Narrow each Deny once, so that it spares all of these requests."""
    evaluations = [court.evaluation(one.asked, policies, explain=True, lenient=True) for one in denied]
    matched: dict[tuple[Slot, int], tuple[Document, Statement, list[Request]]] = {}
    for evaluation in evaluations:
        for answer in evaluation.blocking:
            for document, statement in answer.determining if answer.decision == EXPLICIT else ():
                documents = policies.at(find_gate(answer.gate).policies_of, document.level)
                position = next((at for at, one in enumerate(documents) if one is document), -1)
                key = (Slot(answer.gate, document.level, position), statement.index)
                if position >= 0:
                    requests = matched.setdefault(key, (document, statement, []))[2]
                    known = {(one.key, one.resource.text) for one in requests}
                    if (evaluation.request.key, evaluation.request.resource.text) not in known:
                        requests.append(evaluation.request)
    edits = []
    for (slot, _), (document, statement, requests) in matched.items():
        bounded = is_bounded(requests[0], policies) is not False
        narrowed = narrow_for_all(statement, requests, find_gate(slot.gate).kind, bounded)
        if narrowed is not None:
            why = f"narrow the Deny {statement.label} so that it spares these requests"
            wider = " and ".join(narrowed.also_spared)
            edits.append(Edit(slot, document.name, "exception", statement.raw, narrowed.statements, why, wider))
    if not edits:
        return [], policies
    before = evaluations[0]
    request, after = apply_edits(before.request, policies, edits)
    changed = evaluate(request, after)
    remedy = Remedy(changes_of(edits, before, changed), "", before.decision, changed.decision, "")
    made = proved_drafts(remedy, _caller(before), before.request.action, before.request.resource.text)
    return list(made), after


def _caller(evaluation: Evaluation) -> str:
    return evaluation.request.caller.text


def _met(remedy: Remedy) -> str:
    """Say what the caller has to meet where nothing has to be changed."""
    return "; ".join(meeting.how for meeting in remedy.meets) or remedy.summary


def _wide_notes(named: Sequence[str], resources: Sequence[str]) -> Iterator[str]:
    """Say which beginnings stand for names that do not fit in a policy."""
    for wider in (one for one in resources if one not in named):
        yield f"The names are too many for a policy: `{wider}` covers all that begin so, more than this plan needs."


def _for_all(statement: dict[str, object], first: str, resources: list[str]) -> dict[str, object]:
    """Return a statement about the first resource as one about all of them."""
    if statement.get("Resource") != first or resources == [first]:
        return statement
    return {**statement, "Resource": sorted(resources) if len(resources) > 1 else resources[0]}


def _applied(policies: Policies, change: Change, statements: tuple[dict[str, object], ...]) -> Policies:
    """Return the policies with a change made. statements: in place of the change's own, each for its own."""
    gate = find_gate(find_gate(change.gate).policies_of)
    if change.after is None or gate.name == "resource":
        return policies
    documents = list(policies.at(gate.name, change.level))
    raw = dict(change.after)
    swap = {msgspec.json.encode(old): new for old, new in zip(change.statements, statements, strict=True)}
    listed = raw.get("Statement")
    raw["Statement"] = (
        [swap.get(msgspec.json.encode(one), one) for one in listed] if isinstance(listed, list) else listed
    )
    if change.position < len(documents):
        old = documents[change.position]
        documents[change.position] = Document(raw, old.kind, old.name, old.level, old.home)
    else:
        documents.append(Document(raw, gate.kind, change.policy, change.level))
    return policies.with_documents({(gate.name, change.level): documents})
