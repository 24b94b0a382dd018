"""Bench: the CPU seconds that the worst cases cost, for every shape at sizes up to the limit of a request.

`python -m tests.bench.limits [--shape NAME] [SIZE ...]` prints them; `run()` returns the worst of all and those above a
second. What it measures is what POST /api/v1/evaluate does: read the JSON, decide, explain, plan, write the answer."""

import argparse
import json
import time

import msgspec

from tests.adversarial_cases import SHAPES, case
from whydenied.engine.errors import InputError
from whydenied.engine.remedies import report

__all__ = ["measure", "run"]

SIZES = (10_000, 50_000, 200_000, 1_000_000, 3_900_000)


def measure(shape: str, size: int) -> tuple[float, int, str]:
    """Return the CPU seconds, the bytes of the answer, and how it ended."""
    text = json.dumps(case(shape, size))
    start = time.process_time()
    try:
        found = report(msgspec.json.decode(text))
        answer, end = msgspec.json.encode(msgspec.to_builtins(found)), found.decision
    except InputError as error:
        answer, end = str(error).encode(), f"refused: {str(error)[:60]}"
    return time.process_time() - start, len(answer), end


def run(shapes: tuple[str, ...] = tuple(SHAPES), sizes: tuple[int, ...] = SIZES) -> dict[str, object]:
    """Measure and return the worst shape and all that take more than a second."""
    report(case("actions", 1_000))  # what is read at first use belongs to no shape
    worst: tuple[float, str, int] = (0.0, "", 0)
    slow: list[str] = []
    largest = 0
    for shape in shapes:
        for size in sizes:
            seconds, answer, end = measure(shape, size)
            print(f"{shape:40} {size:8}  {seconds:6.2f} s  {answer:9} bytes  {end}", flush=True)
            worst = max(worst, (seconds, shape, size))
            largest = max(largest, answer)
            if seconds > 1:
                slow.append(f"{shape} at {size}: {seconds:.2f} s")
    return {
        "shapes": len(shapes),
        "worst, CPU seconds": f"{worst[0]:.2f} ({worst[1]}, {worst[2]} bytes)",
        "largest answer, bytes": largest,
        "above a second": "; ".join(slow) or "none",
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", action="append")
    parser.add_argument("sizes", nargs="*", type=int)
    options = parser.parse_args()
    found = run(tuple(options.shape or SHAPES), tuple(options.sizes or SIZES))
    for label, value in found.items():
        print(f"{label:66} {value}")
