"""Everything there is to say about one case, in one call: for the page, the API and other programs."""

import msgspec

from whydenied.engine.evaluation.accounts import read_any_case
from whydenied.engine.evaluation.evaluate import Decision
from whydenied.engine.evaluation.explanation import Explanation, explain, explanation_text
from whydenied.engine.evaluation.facts import evaluation_facts
from whydenied.engine.evaluation.picture import picture
from whydenied.engine.evaluation.problems import PolicyProblems
from whydenied.engine.facts import Fact
from whydenied.engine.remedies.plan import Plan, plan
from whydenied.engine.remedies.text import plan_text

__all__ = ["Report", "report"]


class Report(msgspec.Struct, frozen=True):
    """An evaluation with its explanation (as data, text and SVG), its plan, the facts for the rules, and the
    policies' problems."""

    decision: Decision
    blocked_by: tuple[str, ...]
    explanation: Explanation
    text: str
    picture: str
    plan: Plan
    facts: tuple[Fact, ...]
    problems: tuple[PolicyProblems, ...]


def report(case: object, until: str = "") -> Report:
    """Decide a case and say all about it. Raises InputError where the case cannot be read.

    until: a date or moment after which the proposed changes allow nothing any more; "" for no end."""
    evaluation = read_any_case(case, explain=True)
    explanation = explain(evaluation)
    found = plan(evaluation, until)
    return Report(
        decision=evaluation.decision,
        blocked_by=tuple(evaluation.blocked_by),
        explanation=explanation,
        text="\n".join(filter(None, (explanation_text(explanation), plan_text(found)))),
        picture=picture(explanation),
        plan=found,
        facts=tuple(evaluation_facts(evaluation)),
        problems=evaluation.problems,
    )
