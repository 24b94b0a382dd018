"""The fixed order that people follow without a wizard: user policies, inline, groups, boundary, trust, simulate.

Somebody with a cause goes through it until the cause is clear by the inquiry's own measure, or the list ends.
"""

from random import Random

from tests.engine.inquiry.world import answer, inquiry, step
from whydenied.engine.inquiry.choice import SURE

# Each step by the question that it answers: attached policies, inline policies (and their Denies), what the groups of
# others have, the boundary, the trust policy, the simulator.
ORDER = (
    "identity.allows",
    "identity.denies",
    "who-else",
    "boundary.attached",
    "boundary.allows",
    "trust.names-caller",
    "simulation.result",
)


def minutes(told: tuple[tuple[str, str], ...], cause: str, random: Random) -> int:
    """How long the checklist takes somebody with this cause."""
    answers: dict[str, str] = {}
    spent = 0
    for question in ORDER:
        spent += inquiry().model.questions[question].cost
        answers[question] = answer(cause, question, random)
        here = step(told, tuple(sorted(answers.items())))
        if here.findings[0].probability >= SURE:
            break
    return spent
