"""Several denials, one change per owner: what the same caller lacks in the same policy becomes one change."""

from collections.abc import Iterable
from typing import Any

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.drafts.record import Basis, Draft
from whydenied.engine.evaluation.evaluate import evaluate
from whydenied.engine.forms.names import first_action, holder_name
from whydenied.engine.remedies.changes import changes_of
from whydenied.engine.remedies.commands import free_name
from whydenied.engine.remedies.edit import Edit, Slot, apply_edits
from whydenied.engine.remedies.remedy import Change

__all__ = ["merged", "merged_statements"]

# Actions in one statement of a queue's policy.
_IN_QUEUE = 7


def merged(drafts: Iterable[Draft]) -> list[Draft]:
    """Return one draft for each caller, gate and kind of change, in the order of their first denial.

    Statements of the same resource become one with all actions; nothing is made wider than what the denials name."""
    groups: dict[tuple[str, ...], list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(_whose(draft), []).append(draft)
    return [_merge(group) for group in groups.values()]


def merged_statements(statements: Iterable[dict[str, object]]) -> tuple[dict[str, object], ...]:
    """Return statements with those joined that differ in their actions alone, then those that differ in resources."""
    by_resource = _joined(statements, "Action")
    return tuple(part for one in _joined(by_resource, "Resource") for part in _within_queue(one))


def _within_queue(statement: dict[str, object]) -> list[dict[str, object]]:
    """Return a statement, in parts where it stands in a queue's policy and has more actions than SQS takes (SQS API,
    AddPermission: "a maximum of seven actions per statement")."""
    actions = statement.get("Action")
    if "Principal" not in statement or not isinstance(actions, list) or not str(actions[0]).startswith("sqs:"):
        return [statement]
    return [{**statement, "Action": actions[at : at + _IN_QUEUE]} for at in range(0, len(actions), _IN_QUEUE)]


def _joined(statements: Iterable[dict[str, object]], element: str) -> list[dict[str, object]]:
    groups: dict[bytes, list[dict[str, object]]] = {}
    for statement in statements:
        rest = {name: value for name, value in statement.items() if name != element}
        groups.setdefault(msgspec.json.encode(rest, order="sorted"), []).append(statement)
    return [{**group[0], **_both(group, element)} for group in groups.values()]


def _both(group: list[dict[str, Any]], element: str) -> dict[str, Any]:
    named = [statement[element] for statement in group if element in statement]
    if not named:
        return {}
    values = list(dict.fromkeys(one for value in named for one in ([value] if isinstance(value, str) else value)))
    return {element: values[0] if len(values) == 1 else sorted(values)}


def _whose(draft: Draft) -> tuple[str, ...]:
    """Return what two drafts must share to be one change: the caller without its session, the gate, the policy."""
    arn = parse_arn(draft.principal)
    caller = f"{arn.account}:{holder_name(arn)}" if arn is not None else draft.principal
    apart = draft.target if draft.gate != "identity" else ""
    # What is no statement is told apart by its request.
    what = "" if draft.statements else f"{draft.action} {draft.resource}"
    return (caller, draft.gate, draft.kind, apart, what)


def _merge(group: list[Draft]) -> Draft:
    first = group[0]
    denials = tuple(sorted({number for draft in group for number in draft.denials}))
    statements = merged_statements(one for draft in group for one in draft.statements)
    if len(group) == 1 or statements == first.statements:
        return msgspec.structs.replace(first, denials=denials)
    change = _change(first.basis, statements) if first.basis is not None and first.commands else None
    return msgspec.structs.replace(
        first,
        statements=statements,
        commands=change.commands if change is not None else (),
        policy=change.policy if change is not None else first.policy,
        assumes=tuple(dict.fromkeys(gate for draft in group for gate in draft.assumes)),
        taken=tuple(dict.fromkeys(one for draft in group for one in draft.taken)),
        blanks=tuple(dict.fromkeys(one for draft in group for one in draft.blanks)),
        why=tuple(dict.fromkeys(one for draft in group for one in draft.why)),
        notes=tuple(dict.fromkeys(one for draft in group for one in draft.notes)),
        dangers=tuple({danger.text: danger for draft in group for danger in draft.dangers}.values()),
        denials=denials,
        expected=merged_statements(one for draft in group for one in draft.expected or draft.statements)
        if any(draft.expected for draft in group)
        else (),
    )


def _change(basis: Basis, statements: tuple[dict[str, object], ...]) -> Change:
    """Return the change that puts all statements where the first draft put its own."""
    old = basis.change
    name = old.policy
    if old.before is None and old.target.kind.startswith("inline-"):
        services = sorted({first_action(one).partition(":")[0] for one in statements})
        name = free_name(f"Allow-{'-'.join(services)}", list(statements), ())
    edit = Edit(Slot(old.gate, old.level, old.position), name, old.kind, None, statements, old.why[0].rstrip("."))
    before = basis.evaluation
    request, policies = apply_edits(before.request, before.policies, (edit,))
    (change,) = changes_of((edit,), before, evaluate(request, policies), with_diffs=False)
    return change
