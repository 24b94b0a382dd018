"""Everything there is to say about one case, in one call: for the page, the API and other programs."""

from typing import Any

import msgspec

from engine.evaluation.accounts import read_any_case
from engine.evaluation.evaluate import Decision, Evaluation
from engine.evaluation.explanation import Explanation, explain, explanation_text
from engine.evaluation.facts import evaluation_facts
from engine.evaluation.lines import Lines
from engine.evaluation.picture import picture
from engine.evaluation.places import problem_lines
from engine.facts import Fact
from engine.policy.document import Document
from engine.policy.validation import Problem, validate
from engine.remedies.plan import Plan, plan
from engine.remedies.text import plan_text

__all__ = ["MAX_DOCUMENTS", "PolicyProblems", "Report", "report"]

# Documents that are looked through for problems.
MAX_DOCUMENTS = 50


class PolicyProblems(msgspec.Struct, frozen=True):
    """The problems of one policy document. policy: its name. gate: where it stands. lines: of each problem the line
    it is on, None where what it is about is not there."""

    policy: str
    gate: str
    problems: tuple[Problem, ...]
    lines: tuple[Lines | None, ...]


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


def report(case: Any) -> Report:
    """Decide a case and say all about it. Raises InputError where the case cannot be read."""
    evaluation = read_any_case(case, explain=True)
    explanation = explain(evaluation)
    found = plan(evaluation)
    return Report(
        decision=evaluation.decision,
        blocked_by=tuple(evaluation.blocked_by),
        explanation=explanation,
        text="\n".join(filter(None, (explanation_text(explanation), plan_text(found)))),
        picture=picture(explanation),
        plan=found,
        facts=tuple(evaluation_facts(evaluation)),
        problems=_problems(evaluation),
    )


def _problems(evaluation: Evaluation) -> tuple[PolicyProblems, ...]:
    policies = evaluation.policies
    organization = [document for levels in (policies.scps, policies.rcps) for level in levels for document in level]
    documents: list[Document] = [
        *policies.identity,
        *policies.resource,
        *policies.boundaries,
        *policies.session,
        *policies.vpce,
        *organization,
    ]
    found = ((document, validate(document.raw, document.kind)) for document in documents[:MAX_DOCUMENTS])
    return tuple(
        PolicyProblems(document.name, document.kind, tuple(problems), problem_lines(document.raw, problems))
        for document, problems in found
        if problems
    )
