"""Where the problems of a policy stand: the very line of each, in the document as the console prints it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.evaluation.lines import Lines, pretty, statements_lines
from engine.policy.validation import Problem

__all__ = ["problem_lines"]

_WORDS = re.compile(r"`([^`]+)`")
_MAX_LINES = 20_000


def problem_lines(document: Mapping[str, Any], problems: Sequence[Problem]) -> tuple[Lines | None, ...]:
    """Return one line for each problem, or None where it is about something that is not there."""
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
