"""The exact optimum, by dynamic programming: what the questions cost at least until the same rule says to stop.

Every order of asking is tried, so that only small models can be solved: some causes, some questions. The greedy choice
is costed on the same model in the same way, for one kind of person at a time. A question costs its minutes and the
overhead of a page.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random
from typing import Any

from tests.engine.inquiry.world import fronts, inquiry
from whydenied.engine.inquiry.belief import believe
from whydenied.engine.inquiry.choice import OVERHEAD, Ask, next_question
from whydenied.engine.inquiry.model import CauseModel, make_model
from whydenied.engine.inquiry.person import known_by

Known = frozenset[tuple[str, str]]


def sub_model(seed: int, causes: int = 8, questions: int = 6) -> CauseModel:
    """A model of some causes that occur together, and of the questions that tell most about them."""
    random = Random(seed)
    all_causes, all_questions = fronts()
    full = inquiry().model
    service = random.choice(["s3", "call", "call", "assume-role"])
    pool = [c for c in all_causes if c["signs"].get("failing", {}).get(service, 0) >= 0.1 and not c.get("stand_in")]
    chosen = random.sample(pool, min(causes, len(pool)))
    places = [full.causes.index(cause["id"]) for cause in chosen]

    def spread(question: Mapping[str, Any]) -> float:
        table = full.likelihoods[question["id"]]
        return sum(max(c[p] for p in places) - min(c[p] for p in places) for c in table.values()) / question["cost"]

    best = sorted(all_questions, key=spread, reverse=True)
    asked = [
        {**question, "asked_when": {}, "unless": [], "settles": [], "family": None, "retired": False}
        for question in best[:questions]
    ]
    kept = {question["id"] for question in asked}
    trimmed = [
        {**cause, "refined_by": [], "signs": {name: d for name, d in cause["signs"].items() if name in kept}}
        for cause in chosen
    ]
    return make_model(trimmed, asked)


def costs(model: CauseModel, kind: str) -> tuple[float, float]:
    """The expected cost of the greedy choice and of the exact optimum, from knowing nothing but the kind of person."""
    return _expected(model, kind, _greedy), _expected(model, kind, _any)


Choices = Callable[[CauseModel, tuple[float, ...], Ask, list[str]], list[str]]


def _greedy(model: CauseModel, belief: tuple[float, ...], ask: Ask, left: list[str]) -> list[str]:
    return [ask.question]


def _any(model: CauseModel, belief: tuple[float, ...], ask: Ask, left: list[str]) -> list[str]:
    return left


def _expected(model: CauseModel, kind: str, choices: Choices) -> float:
    priors = tuple(model.priors)

    @lru_cache(None)
    def cost(known: Known) -> float:
        answers = dict(known)
        belief = believe(model, priors, answers)
        left = [name for name in model.questions if name not in answers]
        following = next_question(model, belief, [model.questions[name] for name in left], 0, {kind: 1.0})
        if not isinstance(following, Ask):
            return 0.0
        return min(
            _after(model, kind, belief, name, lambda value, name=name: cost(known | {(name, value)}))  # type: ignore[misc]
            for name in choices(model, belief, following, left)
        )

    return cost(frozenset())


def _after(model: CauseModel, kind: str, belief: tuple[float, ...], name: str, cost: Callable[[str], float]) -> float:
    here = model.questions[name].cost + OVERHEAD
    table = model.likelihoods[name]
    known = sum(
        sum(share * column for share, column in zip(belief, table[value], strict=True)) * cost(value) for value in table
    )
    knows = known_by({kind: 1.0}, model.questions[name])
    return here + knows * known + (1 - knows) * cost("unknown")
