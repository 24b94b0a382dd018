"""The engine and the reference evaluator decide alike, on cases drawn by chance and on every difference ever found.

For a long run: `python -m tests.test_evaluators_agree --count 50000 --seed 1`; it prints each difference, cut down
to what it needs, as a line of JSON.
"""

import argparse
import copy
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.completions import apart, open_case, outcomes
from tests.reference_evaluator import decide
from tests.strategies import cases, random_case
from whydenied.engine.evaluation import evaluate_case

Json = dict[str, Any]

DIFFERENCES = Path(__file__).parent / "engine" / "evaluation" / "cases" / "differences.jsonl"
# What may be taken out of a case without making another kind of case of it.
OPTIONAL_POLICIES = tuple(
    "resource_policy permissions_boundaries session_policy scps rcps vpc_endpoint_policies".split()
)


def difference(case: Json) -> Json | None:
    """What the two evaluators say where they differ, else None; gates count where the reference asserts any."""
    decision, gates = decide(case)
    answer = evaluate_case(case)
    agreed = answer.get("decision") == decision
    if agreed and (set(answer["blocked_by"]) == gates or (decision != "Allowed" and not gates)):
        return None
    return {"reference": {"decision": decision, "blocked_by": sorted(gates)}, "engine": answer}


def open_difference(case: Json) -> Json | None:
    """What the engine says of an open case, and the reference evaluator of its completions, where they differ.

    Whether a denial is explicit may differ between completions; whether the request is allowed is what counts. The
    engine looks at each condition by itself: where two on one open key hold by turns, so that no value of it makes a
    difference, it says "unknown", just as if they asked for two keys."""
    answer, allowed = evaluate_case(case), outcomes(case)
    said = {"Allowed": {True}, "Unknown": {True, False}}.get(answer.get("decision", ""), {False})
    if said == allowed or (said > allowed and said == outcomes(apart(case))):
        return None
    return {"completions": sorted(allowed), "engine": answer}


def without(case: Json, path: Sequence[str | int]) -> Json:
    copied = copy.deepcopy(case)
    holder: Any = copied
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return copied


def removable(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Where something can go: policies, statements, conditions, further values, context keys, settings."""
    name = path[-1]
    if isinstance(value, list):
        needed = name in ("Action", "NotAction", "Resource", "NotResource", "AWS", "Service")
        if len(value) > needed:
            yield from ((*path, i) for i in range(len(value)))
        for i, item in enumerate(value):
            yield from removable(item, (*path, i))
    elif isinstance(value, dict):
        for key, item in value.items():
            several = "Condition" in path[-2:] and len(value) > 1  # operators, and keys of an operator
            if several or key == "Condition" or name in ("context", "settings"):
                yield (*path, key)
            yield from removable(item, (*path, key))


def smaller(case: Json) -> Iterator[Json]:
    """Every case with one thing less."""
    yield from ({**case, name: None} for name in OPTIONAL_POLICIES if case[name] is not None)
    for name in ("identity_policies", *OPTIONAL_POLICIES, "settings"):
        yield from (without(case, path) for path in removable(case[name], (name,)))
    yield from (without(case, path) for path in removable(case["request"]["context"], ("request", "context")))


def minimised(case: Json) -> Json:
    """Cut the case down while the same two decisions stay apart."""
    found = difference(case)

    def answers(difference: Json | None) -> Any:
        return difference and (difference["reference"], {**difference["engine"], "id": None})

    while case_with_less := next((c for c in smaller(case) if answers(difference(c)) == answers(found)), None):
        case = case_with_less
    return case


@settings(max_examples=300, deadline=None)
@given(cases())
def test_they_agree_on_cases_that_hypothesis_shrinks(case: Json) -> None:
    assert difference(case) is None


@pytest.mark.parametrize("seed", range(4))
def test_they_agree_on_a_thousand_cases(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(1000):
        case = random_case(rng)
        assert difference(case) is None, json.dumps(minimised(case))


@pytest.mark.parametrize("seed", range(2))
def test_what_is_not_known_is_what_the_completions_differ_about(seed: int) -> None:
    """An open case is allowed, denied or unknown as all its completions are allowed, denied or differ."""
    rng = random.Random(1000 + seed)
    for _ in range(150):
        case = open_case(rng)
        assert open_difference(case) is None, json.dumps(case)


@pytest.mark.parametrize("line", DIFFERENCES.read_text("utf-8").splitlines())
def test_a_difference_once_found_is_decided_by_its_rule(line: str) -> None:
    case = json.loads(line)
    decision, gates = case["expect"]["decision"], case["expect"]["blocked_by"]
    answer = evaluate_case(case)
    assert answer["decision"] == decide(case)[0] == decision, case["name"]
    if gates is not None:
        assert set(answer["blocked_by"]) == set(gates), case["name"]


def main() -> None:
    """Compare many cases, print the differences and, last, how many there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=50, help="how many differences to cut down and print")
    parser.add_argument("--open", action="store_true", help="compare open cases with all their completions")
    options = parser.parse_args()
    rng, differing = random.Random(options.seed), 0
    if options.open:
        for _ in range(options.count):
            case = open_case(rng)
            found = open_difference(case)
            differing += found is not None
            if found is not None and differing <= options.show:
                print(json.dumps({**case, **found}))
        print(json.dumps({"open cases": options.count, "seed": options.seed, "differences": differing}))
        return
    for _ in range(options.count):
        case = random_case(rng)
        if difference(case) is None:
            continue
        differing += 1
        if differing <= options.show:
            case = minimised(case)
            print(json.dumps({**case, **(difference(case) or {})}))
    print(json.dumps({"compared": options.count, "seed": options.seed, "differences": differing}))


if __name__ == "__main__":
    main()
