"""Bench: building each rule network, running it, and drawing conclusions with and without what is remembered.

`python -m tests.bench.rules` prints the figures; `run()` returns them. The rules and facts are generated in the shape
of the content: chained rules of one to five conditions, 14 to 20 facts a session.
"""

import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import product
from random import Random

from tests.engine.rules.generated import atoms, facts, random_causes, random_pairs
from tests.engine.rules.networks import NETWORKS
from whydenied.engine.facts import Facts
from whydenied.engine.rules import Session, compile_rules, make_network
from whydenied.engine.rules.memo import MAX_NAMES, Memo
from whydenied.engine.rules.network import NetworkName

__all__ = ["run"]

SESSIONS = 2_000
SIZES = (150, 300)


def run() -> list[str]:
    """Measure, and return one line a result."""
    lines = [_compile(size) for size in SIZES]
    lines += [_cold(name) for name in NETWORKS]
    for size, name in product(SIZES, NETWORKS):
        lines.append(_build_and_run(size, name))
    lines += [_sessions(NETWORKS[0], 200), _memory()]
    return lines


def _compile(size: int) -> str:
    matter = random_causes(Random(size), size)
    return f"rules, compile {size} rules: {_milliseconds(lambda: compile_rules(matter), 20)}"


def _build_and_run(size: int, name: NetworkName) -> str:
    random = Random(size)
    rules = compile_rules(random_causes(random, size))
    # Few builds: durable_rules never gives a host's memory back.
    build = _milliseconds(lambda: make_network(rules, name), 5)
    network = make_network(rules, name)
    sets = iter([atoms(rules, random_pairs(random)) for _ in range(SESSIONS)])
    once = _milliseconds(lambda: network.fire(next(sets)), SESSIONS)
    return f"rules, {name} with {size} rules: build {build}, one run {once}"


def _cold(name: NetworkName) -> str:
    """Time a fresh interpreter, from importing the rules to the first answer on 200 rules, without reading content."""
    code = (
        "import time; from random import Random; from tests.engine.rules.generated import atoms, random_causes, "
        "random_pairs; from whydenied.engine.rules import compile_rules, make_network; random = Random(1); "
        "matter = random_causes(random, 200); start = time.perf_counter(); rules = compile_rules(matter); "
        f"network = make_network(rules, {name!r}); network.fire(atoms(rules, random_pairs(random))); "
        "print(1000 * (time.perf_counter() - start))"
    )
    command = [sys.executable, "-c", code]
    spent = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(5)]
    return f"rules, {name} cold, library import to first answer on 200 rules: median {statistics.median(spent):.1f} ms"


def _sessions(name: NetworkName, size: int) -> str:
    random = Random(size)
    rules = compile_rules(random_causes(random, size))
    session = Session(rules, make_network(rules, name))
    given = [facts(random_pairs(random)) for _ in range(SESSIONS)]
    new, known = (_milliseconds_each(session, given) for _ in range(2))
    return (
        f"rules, session on {name} with {size} rules: {new:.2f} ms new, with the check; "
        f"{known:.2f} ms remembered ({1000 / known:,.0f}/s), each with its reasons"
    )


def _memory() -> str:
    """Fill the memory to its bound with sets of twelve atoms and twenty rules."""
    names = [f"c{number}" for number in range(500)]
    random = Random(1)
    tracemalloc.start()
    memo = Memo()
    for _ in range(MAX_NAMES // 32 + 1_000):
        memo.put(tuple(random.choices(names, k=12)), tuple(random.choices(names, k=20)))
    held = tracemalloc.get_traced_memory()[0] / 1_000_000
    tracemalloc.stop()
    return f"rules, memory when full: {len(memo):,} sets in {held:.0f} MB"


def _milliseconds(work: Callable[[], object], times: int) -> str:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    spent.sort()
    return f"median {statistics.median(spent):.2f} ms, p99 {spent[int(0.99 * (times - 1))]:.2f} ms"


def _milliseconds_each(session: Session, given: list[Facts]) -> float:
    start = time.perf_counter()
    for one in given:
        session.conclude(one)
    return 1000 * (time.perf_counter() - start) / len(given)


if __name__ == "__main__":
    print("\n".join(run()))
