"""A cold command line: `whydenied diagnose` beside `python -c pass`, each in fresh processes, medians."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

MESSAGE = (
    "An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::111122223333:assumed-"
    'role/Build/ana is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::reports/q1.csv" because no '
    "identity-based policy allows the s3:PutObject action"
)
RUNS = 15


def run() -> list[str]:
    """Measure, and return one line a result."""
    command = str(Path(sys.executable).with_name("whydenied"))
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "WHYDENIED_CACHE": cache}
        first = _seconds([command, "diagnose", MESSAGE], env)
        warm = [_seconds([command, "diagnose", MESSAGE], env) for _ in range(RUNS)]
        bare = [_seconds([sys.executable, "-c", "pass"], env) for _ in range(RUNS)]
    ratio = median(warm) / median(bare)
    return [
        f"diagnose, very first (compiles the content): {first:.3f} s",
        f"diagnose, cold process: {median(warm):.3f} s, slowest {max(warm):.3f} s",
        f"python -c pass: {median(bare):.3f} s; ratio {ratio:.1f}",
    ]


def _seconds(command: list[str], env: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=env, check=True, capture_output=True)
    return time.perf_counter() - started
