"""Fuzz the evaluator: no exception but InputError on arbitrary JSON as policy, request or context; no slow answer.

`python -m tests.fuzz.evaluate [--seconds 600] [--seed 0]` runs Hypothesis. With `--atheris` the same cases are drawn
from what libFuzzer finds by coverage; atheris is not among the locked dependencies (`pip install atheris`).
"""

import argparse
import json
import sys
import time
import xml.etree.ElementTree as ElementTree
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded

from tests.fuzz.shapes import account_details, damaged_cases
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import evaluate_case
from whydenied.engine.remedies import report

__all__ = ["check", "main"]

# Processor seconds for one case; the cases are small.
SLOW = 2.0
LONGEST = 2_000
DETAILS = "account_authorization_details"

_done = 0


def check(case: Any) -> None:
    """Decide a case in every way there is; raise what is not documented."""
    before = json.dumps(case)
    start = time.process_time()
    decided = evaluate_case(case)
    if "error" not in decided:
        assert decided["decision"] in ("Allowed", "ImplicitlyDenied", "ExplicitlyDenied", "Unknown")
        assert bool(decided["blocked_by"]) == decided["decision"].endswith("Denied")
    try:
        found = report(case)
    except InputError as error:
        assert "error" in decided or (isinstance(case, dict) and DETAILS in case)
        found, words = None, str(error)
        assert 0 < len(words) < LONGEST
    if found is not None:
        if DETAILS not in case:
            assert (found.decision, list(found.blocked_by)) == (decided["decision"], decided["blocked_by"])
        assert (found.plan.remedy is None) or found.plan.remedy.after in ("Allowed", "Unknown")
        try:
            msgspec.json.encode(found)
        except UnicodeEncodeError:
            assert "\\ud" in before  # half a character cannot be written; who reads text refuses it
        else:
            ElementTree.fromstring(found.picture)
    spent = time.process_time() - start
    assert spent < SLOW, f"{spent:.1f} s"
    assert json.dumps(case) == before, "the case was changed"


def _test(examples: int) -> Any:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged_cases() | account_details())
    def test(case: Any) -> None:
        global _done
        _done += 1
        check(case)

    return test


def main() -> None:
    """Run until the time is over; an exception ends it, with the smallest case."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--atheris", action="store_true")
    chosen, rest = options.parse_known_args()
    if chosen.atheris:
        _atheris(chosen.seconds, chosen.seed, rest)
        return
    end = time.monotonic() + chosen.seconds
    number = chosen.seed
    while time.monotonic() < end:
        seeded(number)(_test(500))()
        number += 1
    print(f"{_done} cases, seeds {chosen.seed} to {number - 1}: nothing but decisions and InputError")


def _atheris(seconds: int, seed: int, rest: list[str]) -> None:
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    atheris.instrument_all()
    flags = [f"-max_total_time={seconds}", f"-seed={seed + 1}", "-max_len=16384", "-len_control=0", "-timeout=60"]
    atheris.Setup([sys.argv[0], *flags, *rest], _test(1).hypothesis.fuzz_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
