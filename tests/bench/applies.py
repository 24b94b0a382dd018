"""Bench: real applies under callers that lack something, with the change that `whydenied plan` proposes made before.

`python -m tests.bench.applies [--keep FOLDER] [--kind KIND …] [MODULE …]` applies each module of tests/terraform once
for each kind of generated caller against a server that enforces the caller's policies, and counts those that go through
at their first try. It takes some minutes of waiting for each kind. `--keep`: of tests.bench.plans, what was seen of the
modules; `run()` takes the folder of the variable WHYDENIED_OBSERVED, and the first kind alone."""

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.plans import seen_runs
from tests.terraform.enforced import KINDS, enforced
from tests.terraform.enforcing import fake_aws
from tests.terraform.installed import missing
from tests.terraform.observe import ASIDE, LOOKED_AT, Observed

__all__ = ["applies", "run"]


def applies(runs: Iterable[Observed], kinds: Iterable[str]) -> Iterator[str]:
    """Yield a line for each apply that is stopped, then how many of each kind went through. runs: of the phase in which
    a module is made."""
    runs = list(runs)
    green = count = 0
    for kind in kinds:
        through = 0
        with tempfile.TemporaryDirectory() as top, fake_aws() as aws:
            for one in enforced(runs, kind, Path(top), aws, mended=True, at_once=5):
                through += one.green
                if not one.green:
                    why = " ".join(one.printed.split())[:300]
                    yield f"stopped: {one.module}, {kind}: {', '.join(one.refused) or 'nothing was refused'}: {why}"
        yield f"{kind}: {through} of {len(runs)} applies went through"
        green, count = green + through, count + len(runs)
    yield f"all: {green} of {count}"


def _lines(modules: list[str], kinds: Iterable[str], keep: Path | None) -> Iterator[str]:
    chosen = modules or [*LOOKED_AT, *ASIDE]
    yield from applies((one for one in seen_runs(chosen, keep) if one.phase == "create" and not one.error), kinds)


def run() -> list[str]:
    """Return the figures of all modules for one kind of caller."""
    if missing():
        return [missing()]
    stored = os.environ.get("WHYDENIED_OBSERVED")
    return list(_lines([], KINDS[:1], Path(stored) if stored else None))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("modules", nargs="*")
    given = parser.parse_args()
    for line in _lines(given.modules, given.kind or KINDS, given.keep):
        print(line, flush=True)
