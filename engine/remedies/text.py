"""A plan in words, for terminals and hand-off notes."""

from collections.abc import Iterator

from whydenied.engine.evaluation.lines import pretty
from whydenied.engine.remedies.remedy import Change, Plan, Remedy

__all__ = ["plan_text"]


def plan_text(plan: Plan) -> str:
    """Print a plan: what the caller can meet, the changes with their diffs, commands and proof, then other ways."""
    rows: list[str] = []
    advice = ["Without changing a policy", *(f"- {line}" for line in plan.advice)] if plan.advice else []
    if plan.remedy and plan.remedy.weakens:
        rows += [*advice, ""] if advice else []
        advice = []
    if plan.remedy:
        rows.append(_heading(plan))
        rows += _remedy(plan.remedy)
    rows += plan.refusals
    for number, other in enumerate(plan.alternatives, 1):
        around = ": it goes round a condition, the last thing to do" if other.weakens else ""
        rows += ["", f"Another way ({number}){around}"]
        rows += _remedy(other)
    rows += ["", *advice] if advice else []
    return "\n".join(rows) + "\n" if rows else ""


def _heading(plan: Plan) -> str:
    remedy = plan.remedy
    assert remedy is not None
    if remedy.weakens and any(other.meets for other in plan.alternatives):
        return "The smallest fix; it goes round a condition that others would have to meet by a tag"
    if remedy.weakens:
        return "The smallest fix; it goes round a condition, for which no way was found to meet it"
    return "Meet the condition" if remedy.meets and not remedy.changes else "The smallest fix"


def _remedy(remedy: Remedy) -> list[str]:
    rows = [remedy.summary]
    for meeting in remedy.meets:
        rows.append(f"- {meeting.how}")
        rows += [f"   $ {command}" for command in meeting.commands]
    for number, change in enumerate(remedy.changes, 1):
        rows += _change(number, change)
    them = "it" if len(remedy.changes) + len(remedy.meets) == 1 else "all of them"
    rows.append(f"Proof: {remedy.before} before, {remedy.after} with {them}.")
    if remedy.left_open:
        rows.append(f"Nothing that is known blocks it then. {remedy.left_open}")
    if remedy.assumes:
        rows.append(f"Taken for granted: {'; '.join(remedy.assumes)}.")
    return rows


def _change(number: int, change: Change) -> list[str]:
    rows = [
        f"{number}. {change.target.words[0].upper()}{change.target.words[1:]}: {' '.join(change.why)}",
        f"   Owner: {change.owner}",
    ]
    if change.guardrail:
        rows.append(f"   Guardrail: {change.guardrail}")
    if change.wider:
        rows.append(f"   It also spares {change.wider}: the policy language cannot say less with what is known.")
    rows += _said(change)
    rows += [f"   {line}" for line in change.diff.splitlines()]
    rows += [f"   $ {command}" for command in change.commands]
    return rows


def _said(change: Change) -> Iterator[str]:
    for danger in change.dangers:
        yield f"   Danger ({danger.kind}): {danger.text}"
        if danger.safer is not None:
            yield "   Safer, with the blanks filled in:"
            yield from (f"      {line}" for line in pretty(danger.safer).splitlines())
    yield from (f"   Note: {warning}" for warning in change.warnings)
