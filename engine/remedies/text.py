"""A plan in words, for terminals and hand-off notes."""

from engine.remedies.plan import Change, Plan, Remedy

__all__ = ["plan_text"]


def plan_text(plan: Plan) -> str:
    """Print a plan: the remedy with its diffs, commands and proof, then other ways."""
    rows: list[str] = []
    if plan.remedy:
        rows.append("The smallest fix")
        rows += _remedy(plan.remedy)
    rows += plan.refusals
    for number, other in enumerate(plan.alternatives, 1):
        rows += ["", f"Another way ({number})"]
        rows += _remedy(other)
    if plan.advice:
        rows += ["", "Without changing a policy"]
        rows += [f"- {line}" for line in plan.advice]
    return "\n".join(rows) + "\n" if rows else ""


def _remedy(remedy: Remedy) -> list[str]:
    rows = [remedy.summary]
    for number, change in enumerate(remedy.changes, 1):
        rows += _change(number, change)
    them = "it" if len(remedy.changes) == 1 else "all of them"
    rows.append(f"Proof: {remedy.before} before, {remedy.after} with {them}.")
    if remedy.left_open:
        rows.append(f"Nothing that is known blocks it then. {remedy.left_open}")
    return rows


def _change(number: int, change: Change) -> list[str]:
    rows = [f"{number}. {change.title}, `{change.policy}`: {' '.join(change.why)}", f"   Owner: {change.owner}"]
    if change.guardrail:
        rows.append(f"   Guardrail: {change.guardrail}")
    if change.wider:
        rows.append(f"   It also spares {change.wider}: the policy language cannot say less with what is known.")
    rows += [f"   {line}" for line in change.diff.splitlines()]
    rows += [f"   $ {line}" for line in change.commands]
    return rows
