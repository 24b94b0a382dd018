"""Bench: real runs of Terraform against what `whydenied plan` said of them.

`python -m tests.bench.plans [--keep FOLDER] [MODULE …]` runs modules of tests/terraform (all by default), prints for
each the calls that were seen and foreseen, then the refusals of generated callers, each replayed: the calls of the run
are decided by the reference evaluator. `--keep` stores what was seen, and reads what is stored there: a run takes
minutes of waiting. `run()` returns the figures of what is stored in the folder of the variable WHYDENIED_OBSERVED, else
of new runs."""

import argparse
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.terraform.callers import foreseen, generated, mended_policies, refused
from tests.terraform.enforcing import fake_aws
from tests.terraform.installed import missing
from tests.terraform.observe import ASIDE, LOOKED_AT, Observed, observe
from whydenied.engine.plans.calls import calls_of
from whydenied.engine.plans.plan_file import read_plan

__all__ = ["Count", "calls_counted", "refusals_counted", "run", "seen_runs"]

_PHASES = ("create", "update", "delete")


class Count(NamedTuple):
    """seen: how many there were. hit: of these foreseen. said: how many were foreseen. upper: of those seen, how many
    stand in the data at all."""

    seen: int
    hit: int
    said: int
    upper: int = 0

    def __add__(self, other: object) -> "Count":
        assert isinstance(other, Count)
        return Count(*(mine + its for mine, its in zip(self, other, strict=True)))

    @property
    def text(self) -> str:
        """Recall and precision, and the numbers behind them."""
        recall, precision = self.hit / max(self.seen, 1), self.hit / max(self.said, 1)
        return f"recall {recall:.3f} ({self.hit}/{self.seen})  precision {precision:.3f} ({self.hit}/{self.said})"


def seen_runs(modules: Iterable[str], keep: Path | None) -> list[Observed]:
    """Return what was seen of modules: from the folder where it is stored, else by running them."""
    found: list[Observed] = []
    left = []
    for module in modules:
        stored = keep / f"{module}.json" if keep else None
        if stored and stored.is_file():
            found += msgspec.json.decode(stored.read_bytes(), type=list[Observed])
        else:
            left.append(module)
    if left:
        with tempfile.TemporaryDirectory() as top, fake_aws() as aws:
            new = list(observe(left, Path(top), aws))
        found += new
        for module in left if keep else ():
            assert keep is not None
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{module}.json").write_bytes(msgspec.json.encode([one for one in new if one.module == module]))
    return found


def calls_counted(runs: Iterable[Observed]) -> dict[str, dict[str, Count]]:
    """Return the counts of (service, operation) by module and phase; a phase that failed is left out."""
    table: dict[str, dict[str, Count]] = {}
    for one in runs:
        if one.error:
            continue
        seen = {(call.service, call.operation) for call in one.seen}
        calls = list(calls_of(read_plan(bytes(one.plan))))
        said = {tuple(call.operation) for call in calls if call.expected}
        every = {tuple(call.operation) for call in calls}
        count = Count(len(seen), len(seen & said), len(said), len(seen & every))
        table.setdefault(one.module, {})[one.phase] = count
    return table


def refusals_counted(runs: Iterable[Observed]) -> tuple[Count, dict[str, int]]:
    """Return the counts of refused actions over generated callers, and how many of these are refused nothing more with
    the proposed change: `callers`, `refused`, `known` (every call of theirs was foreseen, and decided), `green`,
    `green-known`."""
    total = Count(0, 0, 0)
    tally = dict.fromkeys(("callers", "refused", "known", "green", "green-known"), 0)
    for one in runs:
        if one.error or not one.seen:
            continue
        calls = {tuple(call.operation) for call in calls_of(read_plan(bytes(one.plan))) if call.expected}
        known = {(call.service, call.operation) for call in one.seen} <= calls
        for policies in generated(one.seen, f"{one.module} {one.phase}"):
            found = foreseen(one, policies)
            observed, said = refused(one, policies), {verdict.asked.action for verdict in found.refused}
            total += Count(len(observed), len(observed & said), len(said))
            tally["callers"] += 1
            if not observed:
                continue
            green = not refused(one, mended_policies(found, policies))
            tally["refused"] += 1
            told = known and not found.unknown
            tally["known"] += told
            tally["green"] += green
            tally["green-known"] += green and told
    return total, tally


def _table(runs: list[Observed]) -> list[str]:
    lines, total = [], Count(0, 0, 0)
    for module, phases in calls_counted(runs).items():
        count = sum(phases.values(), Count(0, 0, 0))
        total += count
        lines.append(f"{module:18} {'+'.join(phases):20} {count.text}  upper {count.upper / max(count.seen, 1):.3f}")
    failed = [f"{one.module} {one.phase}: {one.error.strip().splitlines()[0][:90]}" for one in runs if one.error]
    return [*lines, f"all: {total.text}  upper {total.upper / max(total.seen, 1):.3f}", *failed]


def _lines(modules: list[str], keep: Path | None) -> list[str]:
    lines = []
    for title, names in (("looked at", LOOKED_AT), ("aside", ASIDE)):
        chosen = [name for name in names if not modules or name in modules]
        if not chosen:
            continue
        runs = seen_runs(chosen, keep)
        start = time.process_time()
        count, tally = refusals_counted(runs)
        spent = time.process_time() - start
        lines += [f"### {title}", *_table(runs), f"refusals: {count.text}", f"callers: {tally}, {spent:.1f} s CPU"]
    return lines


def run() -> list[str]:
    """Return the figures of all modules."""
    if missing():
        return [missing()]
    stored = os.environ.get("WHYDENIED_OBSERVED")
    return _lines([], Path(stored) if stored else None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path)
    parser.add_argument("modules", nargs="*")
    given = parser.parse_args()
    print(*_lines(given.modules, given.keep), sep="\n")
