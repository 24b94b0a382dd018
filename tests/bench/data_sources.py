"""Bench: what data sources call against moto, each about a resource that was made first, and what was foreseen.

`python -m tests.bench.data_sources` applies tests/terraform/data_sources.tf once. Its types are those that moto can
do of a third that was chosen by hash before the calls of any were recorded."""

import json
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from scripts.refresh_data_sources import called, operation_of_call
from tests.terraform.enforcing import ADMIN, fake_aws
from tests.terraform.installed import missing
from tests.terraform.runs import PROVIDER, environment
from whydenied.engine.plans.calls import calls_of
from whydenied.engine.plans.operations import Operation
from whydenied.engine.plans.plan_file import read_plan

__all__ = ["run"]

_MODULE = Path(__file__).parent.parent / "terraform" / "data_sources.tf"


def run() -> list[str]:
    """Return the types where it differs, and the figures of all."""
    return [missing()] if missing() else list(_lines())


def _lines() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as top:
        plan, seen = _seen(Path(top) / "run")
    foreseen: dict[str, set[Operation]] = {kind: set() for kind in seen}
    for call in calls_of(read_plan(plan)):
        if call.stage == "data" and call.resource and call.resource.kind in seen:
            foreseen[call.resource.kind].add(call.operation)
    for kind, operations in seen.items():
        if operations != foreseen[kind]:
            yield f"{kind}: missed {operations - foreseen[kind]}, too many {foreseen[kind] - operations}"
    every, said = sum(map(len, seen.values())), sum(map(len, foreseen.values()))
    hit = sum(len(operations & foreseen[kind]) for kind, operations in seen.items())
    yield f"{len(seen)} types: recall {hit / every:.3f} ({hit}/{every})  precision {hit / said:.3f} ({hit}/{said})"


def _seen(folder: Path) -> tuple[bytes, dict[str, set[Operation]]]:
    """Return the plan, and by type what was called for those data sources that were read."""
    folder.mkdir()
    # Some calls need the account's id.
    (folder / "main.tf").write_text(PROVIDER.replace("skip_requesting_account_id  = true", "") + _MODULE.read_text())
    with zipfile.ZipFile(folder / "function.zip", "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass\n")
    log = folder / "log"
    with fake_aws() as aws:
        clean = environment(folder, aws.address, ADMIN)
        logged = clean | {"TF_LOG": "JSON", "TF_LOG_PATH": str(log)}

        def terraform(words: str, settings: dict[str, str]) -> bytes:
            command = ["terraform", *words.split()]
            return subprocess.run(command, cwd=folder, env=settings, capture_output=True, check=False).stdout

        terraform("init", clean)
        printed = terraform("plan -json -out plan.bin", logged)
        shown = terraform("show -json plan.bin", clean)
        printed += terraform("apply -json plan.bin", logged)
    seen: dict[str, set[Operation]] = {}
    for one in map(json.loads, printed.splitlines()):
        if one["type"] == "apply_complete" and one["hook"]["action"] == "read":
            seen[one["hook"]["resource"]["resource_type"]] = set()
    for kind, call in called(log):
        if call and kind in seen:
            seen[kind].add(operation_of_call(call))
    return shown, seen


if __name__ == "__main__":
    print(*run(), sep="\n")
