"""This tree beside a release: the same requests, answered in turns by both, each in a process of its own.

The release is checked out with `git worktree` into a temporary folder; where its commit is not at hand (an archive, a
shallow clone), nothing is measured, and the line says so.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
RELEASE = "a500176"
ROUNDS = 7
# Names only what both trees have: the application factory (the release had no import name of its own).
# Prints the median CPU time of each request in microseconds.
PROBE = """
import json, os, sys, time
from importlib import import_module
from itertools import product
from statistics import median
create_app = import_module("whydenied.server.app" if os.path.isdir("whydenied") else "server.app").create_app

SCP = (
    "An error occurred (AccessDenied) when calling the RunInstances operation: User: "
    "arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: ec2:RunInstances on resource: "
    "arn:aws:ec2:eu-west-3:111122223333:instance/* with an explicit deny in a service control policy"
)
S3 = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
QUESTION = "/wizard?failing=s3&scope=object"
states = (
    f"/wizard?boundary.attached={boundary}&failing={failing}&mfa.present={mfa}&rcp.in-force={rcp}"
    for mfa, rcp, boundary, failing in product(
        ("no", "unknown", "yes"),
        ("no", "unknown"),
        ("no", "unknown", "yes"),
        ("call", "s3", "kms", "assume-role", "data-lake"),
    )
)
client = create_app().test_client()
requests = {
    "POST /diagnose (an SCP)": lambda: client.post("/diagnose", data={"text": SCP}),
    "POST /diagnose (bare S3)": lambda: client.post("/diagnose", data={"text": S3}),
    "GET /wizard (the start)": lambda: client.get("/wizard"),
    "GET /wizard (a question)": lambda: client.get(QUESTION),
    "GET /wizard (a state not met before)": lambda: client.get(next(states)),
}
times = {}
for name, ask in requests.items():
    for _ in range(20):
        answer = ask()
        assert answer.status_code == 200, (name, answer.status_code)
    taken = []
    for _ in range(60):
        start = time.process_time()
        ask()
        taken.append(time.process_time() - start)
    times[name] = median(taken) * 1e6
json.dump(times, sys.stdout)
"""


def run() -> list[str]:
    """Measure, and return one line a request: both times, and how many times faster this tree is."""
    with _release() as release:
        if release is None:
            return [f"nothing to compare with: the commit {RELEASE} is not in this checkout"]
        now: dict[str, list[float]] = {}
        then: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for tree, times in ((release, then), (ROOT, now)):
                for name, time in _probe(tree).items():
                    times.setdefault(name, []).append(time)
    return [_line(name, median(then[name]), median(now[name])) for name in now]


def _line(name: str, then: float, now: float) -> str:
    return f"{name}: {now / 1000:.2f} ms CPU, release {RELEASE} {then / 1000:.2f} ms: {then / now:.2f}x"


def _probe(tree: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"WHYDENIED_CACHE": cache, "PYTHONPATH": str(tree)}
        found = subprocess.run(
            [sys.executable, "-c", PROBE], cwd=tree, env=environment, check=True, capture_output=True, text=True
        )
    times: dict[str, float] = json.loads(found.stdout)
    return times


@contextmanager
def _release() -> Iterator[Path | None]:
    """Check the release out beside this tree for a while; None where it cannot be."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "release"
        git = ["git", "-C", str(ROOT), "worktree"]
        added = subprocess.run([*git, "add", "--detach", str(tree), RELEASE], capture_output=True)
        if added.returncode != 0:
            yield None
            return
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True, capture_output=True)
