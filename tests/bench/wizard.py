"""Bench: the next question, from the states that people come to, over the real content.

`python -m tests.bench wizard` prints the figures; `run()` returns them.
"""

import statistics
import time
from random import Random

from tests.engine.inquiry.checklist import minutes
from tests.engine.inquiry.optimum import costs, sub_model
from tests.engine.inquiry.world import COLD, S3_BARE, causes_in, drawn, inquiry, quantile, root_causes, walk
from whydenied.engine.facts import Fact, Facts, Source

__all__ = ["run"]

PEOPLE = 300
MODELS = 8


def run() -> list[str]:
    """Measure, and return one line a result."""
    return [_next_question(), *_simulated(), _optimum()]


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


def _simulated() -> list[str]:
    lines = []
    for name, told, pool in (("bare S3", S3_BARE, causes_in("s3")), ("cold start", COLD, root_causes())):
        counts, hits, spent, listed = [], 0, 0, 0
        for seed in range(PEOPLE):
            cause = drawn(pool, Random(seed))
            end, answers = walk(told, cause, Random(seed))
            counts.append(len(answers))
            hits += cause in [finding.cause for finding in end.findings[:3]]
            spent += sum(inquiry().model.questions[one].cost for one in answers)
            listed += minutes(told, cause, Random(seed)) if told else 0
        share = f", cost {spent / listed:.2f} of the checklist's" if listed else ""
        lines.append(
            f"wizard, {name}: median {statistics.median(counts):g} questions, p95 {quantile(counts, 0.95)}, "
            f"most {max(counts)}, cause in the first three {hits / PEOPLE:.1%}{share}"
        )
    return lines


def _optimum() -> str:
    pairs = [costs(sub_model(seed, causes=8, questions=5)) for seed in range(MODELS)]
    ratio = sum(greedy for greedy, _ in pairs) / sum(best for _, best in pairs)
    return f"wizard, expected cost over {MODELS} sub-models: {ratio:.3f} of the exact optimum"
