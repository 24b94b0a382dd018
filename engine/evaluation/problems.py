"""What is wrong with the policies of an evaluation, and where it stands: the very line of each problem, in the document
as the console prints it."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from whydenied.engine.evaluation.answer import GateName
from whydenied.engine.evaluation.gates import POLICY_GATES
from whydenied.engine.evaluation.lines import Lines, pretty, statements_lines
from whydenied.engine.evaluation.request import Policies
from whydenied.engine.policy.validation import Effort, Problem, validate

__all__ = ["MAX_DOCUMENTS", "PolicyProblems", "policy_problems", "problem_lines"]

MAX_DOCUMENTS = 50
"""Documents of one evaluation that are looked through for problems."""

_OF_AWS = "arn:aws:iam::aws:policy/"
_WORDS = re.compile(r"`([^`]+)`")
_MAX_LINES = 1_000


class PolicyProblems(msgspec.Struct, frozen=True):
    """The problems of one policy document. policy: its name. gate: where it stands. lines: of each problem the line
    it is on, None where what it is about is not there."""

    policy: str
    gate: GateName
    problems: tuple[Problem, ...]
    lines: tuple[Lines | None, ...]


def policy_problems(policies: Policies) -> tuple[PolicyProblems, ...]:
    """Look through the policies, gate by gate, at most MAX_DOCUMENTS of them; not through AWS's own, which nobody else
    can mend."""
    documents = [
        (gate, document)
        for gate in POLICY_GATES
        for document in policies.documents(gate.name)
        if not document.name.startswith(_OF_AWS)
    ]
    effort = Effort()
    found = (
        (gate, document, validate(document.raw, gate.kind, effort)) for gate, document in documents[:MAX_DOCUMENTS]
    )
    return tuple(
        PolicyProblems(document.name, gate.name, tuple(problems), problem_lines(document.raw, problems))
        for gate, document, problems in found
        if problems
    )


def problem_lines(document: Mapping[str, object], problems: Sequence[Problem]) -> tuple[Lines | None, ...]:
    """Return one line for each problem, or None where it is about something that is not there.

    Of a statement the first thousand lines are looked through, and as much of each as is shown of a statement."""
    statements = document.get("Statement")
    count = len(statements) if isinstance(statements, list) else int("Statement" in document)
    indexes = {problem.statement for problem in problems if 0 <= problem.statement < count}
    whole = Lines(1, 1, pretty(document)) if any(problem.statement < 0 for problem in problems) else None
    found = statements_lines(document, indexes) if indexes else {}
    return tuple(
        _line(problem, found.get(problem.statement) if problem.statement >= 0 else whole) for problem in problems
    )


def _line(problem: Problem, lines: Lines | None) -> Lines | None:
    """Find the line that holds a word of the problem; of a statement that lacks something, its first."""
    if lines is None:
        return None
    rows = lines.text.split("\n")[:_MAX_LINES]
    words = [*(f'"{word}"' for word in _WORDS.findall(problem.text)), f'"{problem.element}"']
    for word in words:
        for number, row in enumerate(rows, lines.first):
            if word in row:
                return Lines(number, number, row.strip())
    return Lines(lines.first, lines.first, rows[0].strip()) if problem.statement >= 0 else None
