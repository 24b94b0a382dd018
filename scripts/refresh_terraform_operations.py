"""Write engine/plans/data/terraform.xz: which API operations Terraform's AWS provider calls for each resource type.

    .venv/bin/python scripts/refresh_terraform_operations.py OPERATIONS.json

OPERATIONS.json holds `about` (which must name the provider's version) and `resources`: by resource type and phase
(create, read, update, delete, list_tags, update_tags) operations as `botocore service id:Operation`. Ours names
services by IAM prefix, writes a prefix only where it changes, and leaves out of `create` and `update` what `read` has.
"""

import json
import lzma
import re
import sys
from pathlib import Path

from whydenied.engine.messages.operations import service_named
from whydenied.engine.plans.operations import Operation, write_line

TARGET = Path(__file__).parent.parent / "engine" / "plans" / "data" / "terraform.xz"
# Service ids that no table of names has, with their IAM prefix.
_PREFIXES = {"cloudcontrol": "cloudformation", "codecatalyst": "codecatalyst", "finspace": "finspace"}
_VERSION = re.compile(r"provider v(\d+\.\d+\.\d+)")
_FOLLOWED_BY_READ = ("create", "update")


def main() -> None:
    """Read the operations and write the file."""
    raw = json.loads(Path(sys.argv[1]).read_bytes())
    version = _VERSION.search(raw["about"])
    assert version, "`about` names no version of the provider"
    types = {kind: pack(phases) for kind, phases in sorted(raw["resources"].items())}
    table = {
        "source": "awslabs/iam-policy-autopilot 0.3.0, terraform-crud-map.json and terraform-model.json",
        "licence": "Apache-2.0",
        "provider": version[1],
        "types": types,
    }
    text = json.dumps(table, separators=(",", ":")).encode()
    TARGET.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(types)} resource types, {TARGET.stat().st_size} bytes")


def pack(phases: dict[str, list[str]]) -> dict[str, str]:
    """Return the operations of one type, each phase as one text."""
    read = set(phases.get("read", ()))
    return {
        phase: write_line(prefixed(one) for one in operations if not (phase in _FOLLOWED_BY_READ and one in read))
        for phase, operations in sorted(phases.items())
    }


def prefixed(operation: str) -> Operation:
    """Return the IAM prefix and the name of `botocore service id:Operation`."""
    service, _, name = operation.partition(":")
    prefix = _PREFIXES.get(service) or service_named(service)
    assert prefix, f"no IAM prefix is known for `{service}`"
    return Operation(prefix, name)


if __name__ == "__main__":
    main()
