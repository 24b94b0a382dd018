"""Bench: the next question, from the states that people come to, over the real content.

`python -m tests.bench wizard` prints the figures; `run()` returns them.
"""

import statistics
import time
from random import Random

from tests.engine.inquiry import people
from tests.engine.inquiry.accounts import ASIDE
from tests.engine.inquiry.journeys import figures, journey
from tests.engine.inquiry.optimum import costs, sub_model
from tests.engine.inquiry.people import KINDS
from tests.engine.inquiry.world import COLD, S3_BARE, inquiry, root_causes, walk
from tests.server.wizard.readers import READS_IAM, shares
from tests.server.wizard.readers import people as readers
from tests.server.wizard.readers import walk as walk_reader
from whydenied.engine.facts import Fact, Facts, Source

__all__ = ["run"]

PEOPLE = 300
MODELS = 8
WORLDS = 400


def run() -> list[str]:
    """Measure, and return one line a result."""
    return [
        _next_question(),
        *_journeys("seen", 0),
        *_journeys("kept aside", ASIDE),
        *_without_code(),
        *_readers(),
        *_optimum(),
    ]


def _next_question() -> str:
    times = []
    for seed in range(PEOPLE):
        random = Random(seed)
        told = S3_BARE if seed % 2 else COLD
        _, answers = walk(told, random.choice(root_causes()), random)
        given: list[Fact] = [Fact(name, value, Source("paste")) for name, value in told]
        for name, value in answers.items():
            facts = Facts(given)
            start = time.perf_counter()
            inquiry().step(facts)
            times.append((time.perf_counter() - start) * 1000)
            given.append(Fact(name, value, Source("answer", name)))
    times.sort()
    middle, high = statistics.median(times), times[int(0.95 * len(times))]
    return f"wizard, next question over {len(times)} steps: p50 {middle:.2f} ms, p95 {high:.2f} ms"


def _journeys(name: str, start: int) -> list[str]:
    """People in made-up accounts whose message leaves the cause open; those of other seeds are looked at one by one."""
    lines = []
    for kind in KINDS:
        found = figures(journey(seed, kind) for seed in range(start, start + WORLDS))
        lines.append(
            f"wizard, {WORLDS} worlds {name}, {kind}: cause first {found.first:.1%}, in the first three "
            f"{found.three:.1%}, questions median {found.median}, p95 {found.p95}, most {found.most}, "
            f"asked again {found.again}, promise broken {found.broken}, wrong at likely {found.wrong:.1%}, "
            f"answered with unknown {found.unknown:.0%}"
        )
    return lines


def _without_code() -> list[str]:
    """The same where nobody can look into the code that makes the role: how many can, is an estimate."""
    kept, people.SEES_CODE = people.SEES_CODE, 0.0
    try:
        return _journeys("kept aside, no code to look into", ASIDE)
    finally:
        people.SEES_CODE = kept


def _readers() -> list[str]:
    """People made up one by one; all of them have been looked at by now."""
    lines = []
    walked = [walk_reader(person) for person in readers()]
    for name, ones in (
        ("reads IAM", [one for one in walked if one.sees in READS_IAM]),
        ("does not", [one for one in walked if one.sees not in READS_IAM]),
    ):
        count, first, three = shares(ones)
        lines.append(f"wizard, {count} people by name, {name}: cause first {first:.0%}, in the first three {three:.0%}")
    return lines


def _optimum() -> list[str]:
    lines = []
    for kind in ("both", "nothing"):
        pairs = [costs(sub_model(seed, causes=8, questions=5), kind) for seed in range(MODELS)]
        ratio = sum(greedy for greedy, _ in pairs) / sum(best for _, best in pairs)
        lines.append(f"wizard, expected cost over {MODELS} sub-models, {kind}: {ratio:.3f} of the exact optimum")
    return lines
