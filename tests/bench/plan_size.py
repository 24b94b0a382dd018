"""Bench: how much time and room `whydenied plan` takes for plans of some sizes, where nothing is refused and where some
of it is."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tests.engine.plans.written import ROLE, change, plan_json

__all__ = ["run"]

_SIZES = (2_000, 8_000)
_POLICIES = {"nothing refused": "*", "some refused": ["s3:*", "sqs:*", "lambda:Get*", "iam:Get*", "dynamodb:*"]}
_COMMAND = "from whydenied.server.cli import main; main()"
_TAGS = {"team": "a"}


def run() -> list[str]:
    """Return for each size and policy the seconds of CPU and the megabytes at most, as text and as JSON."""
    return list(_lines())


def _lines() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as top:
        for size in _SIZES:
            plan = Path(top) / f"{size}.json"
            # In a process of its own: a new one is counted at least what the one that starts it takes.
            subprocess.run([sys.executable, "-m", __name__, str(size), str(plan)], check=True)
            for name, actions in _POLICIES.items():
                folder = Path(top) / name / "identity"
                folder.mkdir(parents=True, exist_ok=True)
                statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
                policy = {"Version": "2012-10-17", "Statement": [statement]}
                (folder / "p.json").write_bytes(msgspec.json.encode(policy))
                found = ", ".join(f"{kind} {_measured(plan, folder.parent, kind)}" for kind in ("text", "json"))
                yield f"{size:,} resources, {plan.stat().st_size / 1e6:.1f} MB, {name}: {found}"


def _measured(plan: Path, policies: Path, kind: str) -> str:
    given = ["plan", plan, "--principal", ROLE, "--policies", policies, "--region", "eu-west-1", "--format", kind]
    process = subprocess.Popen([sys.executable, "-c", _COMMAND, *map(str, given)], stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return f"{used.ru_utime + used.ru_stime:.1f} s, {used.ru_maxrss / 1_024:.0f} MB"


def _plan(size: int) -> bytes:
    """Return a plan of five types in turn; every other resource is there already and gets another tag."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("aws_s3_bucket", {"bucket": "acme-{}"}),
        ("aws_sqs_queue", {"name": "q-{}", "policy": "x" * 800}),
        ("aws_lambda_function", {"function_name": "f-{}", "role": "arn:aws:iam::111122223333:role/app"}),
        ("aws_iam_role", {"name": "r-{}", "assume_role_policy": "{}"}),
        ("aws_dynamodb_table", {"name": "t-{}", "billing_mode": "PAY_PER_REQUEST"}),
    ]
    changes, expressions = [], {}
    for at in range(size):
        kind, values = kinds[at % len(kinds)]
        named = {name: value.format(at) for name, value in values.items()}
        tagged = {**named, "tags": _TAGS, "tags_all": _TAGS}
        before = {**named, "tags": None, "tags_all": {}} if at % 2 else None
        changes.append(change(f"{kind}.x{at}", before=before, after=tagged, unknown={"arn": True, "id": True}))
        expressions[f"{kind}.x{at}"] = {name: {"constant_value": value} for name, value in tagged.items()}
    return plan_json(*changes, expressions=expressions)


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(_plan(int(sys.argv[1])))
