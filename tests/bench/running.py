"""What `whydenied run` costs: commands with it and without, in turns, medians."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

RUNS = 15
_REFUSED = (
    'echo "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:iam::111122223333:user/'
    "ana is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::reports/q1.csv because no identity-based "
    'policy allows the s3:GetObject action" >&2; exit 3'
)
_COMMANDS = {
    "a command that does nothing": ["true"],
    "half a second": ["sleep", "0.5"],
    "100 MB of output": ["head", "-c", "100000000", "/dev/zero"],
    "a refused command, with its answer": ["sh", "-c", _REFUSED],
}


def run() -> list[str]:
    """Measure, and return one line a result."""
    ours = str(Path(sys.executable).with_name("whydenied"))
    lines = []
    for what, command in _COMMANDS.items():
        alone, under = [], []
        for _ in range(RUNS):
            alone.append(_seconds(command))
            under.append(_seconds([ours, "run", "--", *command]))
        lines.append(f"{what}: {median(alone):.3f} s alone, {median(under):.3f} s under run")
    return lines


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started
