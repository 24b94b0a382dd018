"""A cold command line: `whydenied diagnose` beside `python -c pass`, each in fresh processes, medians.

In CPU seconds, which a busy machine changes least: at most 0.2 for a message without a change, 0.4 with one.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

MESSAGE = (
    "An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::111122223333:assumed-"
    'role/Build/ana is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::reports/q1.csv" because no '
    "identity-based policy allows the s3:PutObject action"
)
BARE = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
RUNS = 15


def run() -> list[str]:
    """Measure, and return one line a result."""
    command = str(Path(sys.executable).with_name("whydenied"))
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "WHYDENIED_CACHE": cache}
        # An installed command has its bytecode beside it; here the first run writes it.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        first = _seconds([command, "diagnose", MESSAGE], env)
        with_change = [_seconds([command, "diagnose", MESSAGE], env) for _ in range(RUNS)]
        without = [_seconds([command, "diagnose", BARE], env) for _ in range(RUNS)]
        nothing = median(_seconds([sys.executable, "-c", "pass"], env) for _ in range(RUNS))
    return [
        f"diagnose, very first (compiles the content): {first:.2f} s CPU",
        _line("diagnose, cold process, no change to draft", without, nothing),
        _line("diagnose, cold process, with the change", with_change, nothing),
        f"python -c pass: {nothing:.3f} s CPU",
    ]


def _line(what: str, taken: list[float], nothing: float) -> str:
    return f"{what}: {median(taken):.3f} s CPU, most {max(taken):.3f}; ratio {median(taken) / nothing:.1f}"


def _seconds(command: list[str], env: dict[str, str]) -> float:
    """Return the CPU seconds that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=env, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
