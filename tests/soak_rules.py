"""Soak: many sessions on one network, each checked against the count.

`python -m tests.soak_rules --runs 300000 --network durable` prints mismatches, failures, time and memory. It shows what
the unit tests cannot: that a C engine stays right and stays small over days of a worker's life. Memory is read once the
engine is warm (after 1,000 runs) and at the end. Exit status 1 where anything was wrong; a crash shows as a signal.
"""

import argparse
import sys
import time
from pathlib import Path
from random import Random

from tests.engine.rules.generated import atoms, random_causes, random_pairs
from whydenied.engine.errors import NetworkError
from whydenied.engine.rules import Network, RuleSet, compile_rules, make_network

__all__ = ["main", "soak"]

RULES = 150
WARM = 1_000


def soak(rules: RuleSet, network: Network, runs: int, random: Random) -> tuple[int, int, float]:
    """Return how many answers differed from the count, how many calls failed, and how many rules fired a run."""
    count = make_network(rules, "count")
    mismatches = failures = fired = 0
    for _ in range(runs):
        known = atoms(rules, random_pairs(random))
        try:
            answer = network.fire(known)
        except NetworkError:
            failures += 1
            continue
        mismatches += answer != count.fire(known)
        fired += len(answer)
    return mismatches, failures, fired / runs


def main() -> int:
    """Run the soak that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=300_000)
    parser.add_argument("--network", choices=("durable", "clips"), default="durable")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    random = Random(options.seed)
    rules = compile_rules(random_causes(random, RULES))
    network = make_network(rules, options.network)
    soak(rules, network, WARM, random)
    warm = _resident()
    started = time.perf_counter()
    mismatches, failures, fired = soak(rules, network, options.runs, random)
    spent = time.perf_counter() - started
    print(
        f"{network.name}, Python {sys.version.split()[0]}: {options.runs:,} sessions on {RULES} rules, "
        f"{fired:.1f} rules fired each; {mismatches} mismatches, {failures} failures; "
        f"{1000 * spent / options.runs:.2f} ms each with its check; "
        f"memory {warm:.1f} MB warm, {_resident():.1f} MB at the end"
    )
    return 1 if mismatches or failures else 0


def _resident() -> float:
    """Return the resident memory of this process in MB, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


if __name__ == "__main__":
    sys.exit(main())
