"""Bench: reading CloudTrail logs, against merely unpacking the same files in the same run, and its memory.

`python -m tests.bench.triage [GIGABYTES]` reads that much unpacked log in a run of its own too, and prints the peak.
"""

import gzip
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.trails import write_logs
from whydenied.engine.triage import Knowledge
from whydenied.engine.triage import run as run_triage
from whydenied.engine.triage.files import read_file
from whydenied.kb.catalogue import load_catalogue

__all__ = ["run"]

FILES, EVENTS, ROUNDS = 20, 5_000, 3


def run() -> list[str]:
    """Measure, and return one line a result."""
    return [*_speed(0.01, "one event in a hundred is a denial"), *_speed(0.1, "one event in ten is a denial")]


def _speed(denied: float, words: str) -> list[str]:
    catalogue = load_catalogue()
    classifier = Knowledge(catalogue.plain("pattern"), catalogue.plain("cause")).classifier()
    with tempfile.TemporaryDirectory() as folder:
        write_logs(Path(folder), FILES, EVENTS, denied)
        paths = sorted(Path(folder).iterdir())
        unpack = min(_seconds(paths, lambda path: gzip.decompress(path.read_bytes())) for _ in range(ROUNDS))
        read = min(_seconds(paths, lambda path: read_file(path, classifier)) for _ in range(ROUNDS))
    events = FILES * EVENTS
    return [
        f"triage, {words}: {events / read:,.0f} events/s a core (processor time), "
        f"{unpack / read:.2f} of merely unpacking with gzip ({events / unpack:,.0f}/s)"
    ]


def _seconds(paths: list[Path], work: Callable[[Path], object]) -> float:
    """Return processor seconds, which other programs on the machine do not stretch."""
    start = time.process_time()
    for path in paths:
        work(path)
    return time.process_time() - start


def _long(gigabytes: float) -> str:
    """Read many files over and over (links to the same ones, so that the disk need not hold them)."""
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder) / "logs"
        logs.mkdir()
        write_logs(logs, FILES, EVENTS, 0.02)
        paths = sorted(logs.iterdir())
        unpacked = sum(len(gzip.decompress(path.read_bytes())) for path in paths)
        times = max(1, round(gigabytes * 1e9 / unpacked))
        catalogue = load_catalogue()
        knowledge = Knowledge(catalogue.plain("pattern"), catalogue.plain("cause"))
        start = time.perf_counter()
        done = run_triage(
            (path for _ in range(times) for path in paths), knowledge, processes=1, progress=lambda _: None
        )
        spent = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    return (
        f"triage, {times * unpacked / 1e9:.1f} GB unpacked in {done.files:,} files: {done.events:,} events, "
        f"{done.denials:,} denials, {spent:.0f} s on one process, peak memory {peak:.0f} MB"
    )


def main(arguments: list[str]) -> None:
    """Print the figures; `--long N` is the inner process of the long run."""
    if arguments[:1] == ["--long"]:
        print(_long(float(arguments[1])))
        return
    print("\n".join(run()))
    for gigabytes in arguments:
        for size in (str(float(gigabytes) / 10), gigabytes):
            command = [sys.executable, "-m", "tests.bench.triage", "--long", size]
            print(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
