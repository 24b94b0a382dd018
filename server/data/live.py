"""What was found by looking, as plain data."""

from collections.abc import Sequence

from whydenied.engine.collectors import Answer, command_of
from whydenied.engine.evaluation.explanation import explain
from whydenied.engine.investigation import Looked

__all__ = ["looked_data"]


def looked_data(looked: Looked, asked: Sequence[Answer]) -> dict[str, object]:
    """Return what was found by looking as data. asked: the calls that were made, with their answers."""
    outcome = looked.outcome
    return {
        "proved": outcome.is_proved,
        "decision": outcome.evaluation.decision if outcome.evaluation else None,
        "blocked_by": outcome.evaluation.blocked_by if outcome.evaluation else [],
        "plan": outcome.plan,
        "without_change": outcome.without_change,
        "provided": list(outcome.provided),
        "unknown": list(outcome.unknown),
        "notes": list(outcome.notes),
        "calls": [command_of(answer.call) for answer in asked if "EncodedMessage" not in answer.call.parameters],
        "explanation": explain(outcome.evaluation, everything=False) if outcome.evaluation else None,
    }
