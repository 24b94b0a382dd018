"""The real content's causes and questions as an inquiry, and people with a cause who answer its questions.

A person's answers are drawn from the signs of their cause; where it has none for a question, from what is usually
answered. Fifteen in a hundred answers are "I don't know".
"""

from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import Any

from whydenied.engine.facts import UNKNOWN, Fact, Facts, Source
from whydenied.engine.inquiry import Inquiry, Step
from whydenied.engine.messages.parse import Parser
from whydenied.engine.rules import Session, compile_rules, make_network
from whydenied.kb.catalogue import load_catalogue

DONT_KNOW = 0.15

COLD: tuple[tuple[str, str], ...] = ()


@lru_cache(1)
def fronts() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The front matter of all causes and questions."""
    catalogue = load_catalogue()
    assert catalogue.problems == []
    return catalogue.plain("cause"), catalogue.plain("question")


@lru_cache(1)
def inquiry() -> Inquiry:
    """The inquiry over the real content."""
    causes, questions = fronts()
    rules = compile_rules(causes)
    return Inquiry(causes, questions, Session(rules, make_network(rules, "count"), check=False).conclude)


def told_by(message: str) -> tuple[tuple[str, str], ...]:
    """What a message tells, as the parser reads it, without what rules derive again."""
    parser = Parser(load_catalogue().plain("pattern"))
    [reading] = parser.parse(message).readings
    return tuple(sorted((fact.name, fact.value) for fact in reading.facts))


S3_BARE = told_by("An error occurred (AccessDenied) when calling the GetObject operation: Access Denied")
EC2_BARE = told_by(
    "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to "
    "perform this operation."
)


@lru_cache(200_000)
def step(told: tuple[tuple[str, str], ...], answers: tuple[tuple[str, str], ...]) -> Step:
    """One step from what a message told and what was answered, in any order."""
    facts = [Fact(name, value, Source("paste")) for name, value in told]
    facts += [Fact(name, value, Source("answer", name)) for name, value in answers]
    return inquiry().step(Facts(facts))


def answer(cause: str, question: str, random: Random, dont_know: float = DONT_KNOW) -> str:
    """What somebody with this cause answers."""
    if random.random() < dont_know:
        return UNKNOWN
    model = inquiry().model
    place = model.causes.index(cause)
    values = model.questions[question].values
    return random.choices(values, [model.likelihoods[question][value][place] for value in values])[0]


def walk(told: tuple[tuple[str, str], ...], cause: str, random: Random) -> tuple[Step, dict[str, str]]:
    """Ask somebody with this cause until the inquiry stops; return where it stopped, and the answers."""
    answers: dict[str, str] = {}
    while True:
        here = step(told, tuple(sorted(answers.items())))
        if here.ask is None:
            return here, answers
        answers[here.ask.question] = answer(cause, here.ask.question, random)


def root_causes() -> list[str]:
    """The causes that are causes, not stand-ins for what a message leaves unsaid."""
    model = inquiry().model
    return [cause for cause in model.causes if cause not in model.stand_ins]


def quantile(values: Iterable[int], share: float) -> int:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
