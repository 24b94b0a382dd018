"""People of both kinds walked through the wizard, over many worlds: what they are asked, and whether it helps them."""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from tests.engine.inquiry.accounts import World, world
from tests.engine.inquiry.people import answer
from tests.engine.inquiry.world import inquiry, quantile, step, told_by
from whydenied.engine.facts import UNKNOWN
from whydenied.engine.inquiry import Step
from whydenied.engine.inquiry.person import READER, ways_out

# What one "I don't know" says of the others, as a person sees it: the same command, the same page, the same words.
SAME = (
    {"simulation.result", "identity.allows", "identity.denies", "boundary.allows", "scp.allows", "region.restricted"},
    {"bucket.policy-says", "bucket.policy", "bucket.policy-allows", "bucket.policy-denies"},
    {"object.state", "object.exists", "object.encryption", "object.owner"},
    {"message.names", "message.denies"},
    {"scope", "who-else", "works-elsewhere"},
    {"trust.names-caller", "trust.condition"},
    {"kms.key-state", "kms.key-manager"},
)


class Journey(msgspec.Struct, frozen=True):
    """How one person fared. place: that of the cause among the causes at the end, from 1. again: questions that only
    repeated what was not known. promised: the number at the first question."""

    seed: int
    kind: str
    truths: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]
    place: int
    first: str
    certainty: str
    again: int
    promised: int


def journey(seed: int, kind: str) -> Journey:
    """Walk one person of this kind through the wizard."""
    here = world(seed)
    told = _told(here)
    asked: list[tuple[str, str]] = []
    again = 0
    promised = 0
    while True:
        now = step(told, tuple(sorted(asked)))
        if now.ask is None:
            break
        promised = promised or now.at_most
        name = now.ask.question
        unknown = {one for one, value in asked if value == UNKNOWN}
        again += any(name in family and unknown & family for family in SAME)
        asked.append(_answered(here, kind, now, asked))
    left = [one for one in now.findings if one.certainty != "ruled-out"]
    places = [place for place, one in enumerate(left, 1) if one.cause in here.truths]
    first = left[0]
    return Journey(
        seed, kind, here.truths, tuple(asked), min(places, default=99), first.cause, first.certainty, again, promised
    )


def _answered(here: World, kind: str, now: Step, asked: list[tuple[str, str]]) -> tuple[str, str]:
    """What this person answers: to the question, to the one beside it, or that IAM cannot be looked at."""
    assert now.ask is not None
    name = now.ask.question
    question = inquiry().model.questions[name]
    said = answer(here, kind, name, question.values)
    if said == UNKNOWN and (ways := ways_out(question, dict(asked))):
        sees = answer(here, kind, READER, inquiry().model.questions[READER].values)
        if sees in ways and now.beside:
            return now.beside, answer(here, kind, now.beside, inquiry().model.questions[now.beside].values)
        if sees in ways:
            return READER, sees
    return name, said


def _told(here: World) -> tuple[tuple[str, str], ...]:
    return _read(here.message) if here.message and here.is_pasted else ()


@lru_cache(10_000)
def _read(message: str) -> tuple[tuple[str, str], ...]:
    return told_by(message)


class Figures(msgspec.Struct, frozen=True):
    """What many journeys come to; shares are 0 to 1."""

    people: int
    first: float
    three: float
    median: int
    p95: int
    most: int
    again: int
    broken: int
    wrong: float
    unknown: float


def figures(journeys: Iterable[Journey]) -> Figures:
    """Sum journeys up. wrong: ends at `likely` or `confirmed` with a cause that does not hold, of all."""
    ones = list(journeys)
    counts = [len(one.asked) for one in ones]
    answers = [value for one in ones for _, value in one.asked]
    return Figures(
        len(ones),
        sum(one.place == 1 for one in ones) / len(ones),
        sum(one.place <= 3 for one in ones) / len(ones),
        quantile(counts, 0.5),
        quantile(counts, 0.95),
        max(counts),
        sum(one.again for one in ones),
        sum(len(one.asked) > one.promised for one in ones),
        sum(one.certainty != "possible" and one.place > 1 for one in ones) / len(ones),
        sum(value == UNKNOWN for value in answers) / max(len(answers), 1),
    )
