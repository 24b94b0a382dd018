"""Bench: reading CloudTrail logs, against `zcat | wc -c` of the same files in the same run, and its memory.

`python -m tests.bench.triage [GIGABYTES]` reads that much unpacked log in a run of its own too, and prints the peak.
"""

import gzip
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean, median

from tests.trails import write_logs
from whydenied.engine.triage import Knowledge
from whydenied.engine.triage import run as run_triage
from whydenied.kb.catalogue import load_catalogue

__all__ = ["run"]

FILES, EVENTS, ROUNDS = 20, 5_000, 3


def run() -> list[str]:
    """Measure, and return one line a result."""
    return [_speed(0.01, 20, "one event in a hundred is a denial"), _speed(0.1, 2, "one event in ten is a denial")]


def _speed(denied: float, times: int, words: str) -> str:
    """Read FILES files so many times, between two of zcat: seconds of the processor, and by the clock on two."""
    catalogue = load_catalogue()
    knowledge = Knowledge(catalogue.plain("pattern"), catalogue.plain("cause"))
    with tempfile.TemporaryDirectory() as folder:
        write_logs(Path(folder), FILES, EVENTS, denied)
        paths = sorted(Path(folder).iterdir()) * times
        beside, rounds = [_zcat(paths)], []
        for _ in range(ROUNDS):
            rounds.append((*_read(paths, knowledge, 1), _read(paths, knowledge, 2)[1]))
            beside.append(_zcat(paths))
    events = len(paths) * EVENTS
    a_second = median(events / spent for spent, _, _ in rounds)
    # What else the machine does changes from minute to minute: each reading is held to what came before and after it.
    ratio = median(one[0] / mean(beside[at : at + 2]) for at, one in enumerate(rounds))
    faster = median(one[1] / one[2] for one in rounds)
    return (
        f"triage, {words}: {events:,} events, {a_second:,.0f} a second of CPU, {ratio:.2f} of `zcat | wc -c`; "
        f"two processes are {faster:.2f}x as fast as one (by the clock: on an idle machine only)"
    )


def _zcat(paths: list[Path]) -> float:
    """Return processor seconds, which other programs on the machine do not stretch."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["sh", "-c", 'zcat "$@" | wc -c', "sh", *paths], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _read(paths: list[Path], knowledge: Knowledge, processes: int) -> tuple[float, float]:
    """Return seconds of this process and of the clock."""
    spent, clock = time.process_time(), time.perf_counter()
    run_triage(iter(paths), knowledge, processes=processes)
    return time.process_time() - spent, time.perf_counter() - clock


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
