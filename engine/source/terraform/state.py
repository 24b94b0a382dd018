"""Addresses from a state or a plan that lies in the tree: which block made the thing of this name or ARN."""

import re
from collections.abc import Iterator

import msgspec

from whydenied.engine.source.files import SourceTree

__all__ = ["Address", "addresses"]

# Resources read of all states together, and modules within modules.
_MOST = 20_000
_DEPTH = 12
# The key of a module's or resource's instance.
_KEY = re.compile(r"\[[^\]]{0,300}\]")


class Address(msgspec.Struct, frozen=True):
    """One thing that Terraform knows. module: `module.a.module.b` without keys; type, name: of the block; key: of a
    for_each, number of a count, "" without; ids: its ARN, name and id."""

    module: str
    type: str
    name: str
    key: str
    ids: frozenset[str]


def addresses(tree: SourceTree) -> list[Address]:
    """Return what the state files and `terraform show -json` outputs in the tree hold."""
    found: list[Address] = []
    for file in tree.ending(".tfstate", ".json"):
        head = file.data[:400]
        if file.path.endswith(".json") and b'"format_version"' not in head and b'"terraform_version"' not in head:
            continue
        try:
            state = msgspec.json.decode(file.data)
        except (msgspec.DecodeError, RecursionError):
            continue
        if isinstance(state, dict):
            found += [*_shown(state), *_state(state)][: _MOST - len(found)]
    return found


def _shown(state: dict[str, object]) -> Iterator[Address]:
    """Read `terraform show -json` of a state (`values`) or of a plan (`prior_state`, `planned_values`)."""
    for values in (state.get("values"), state.get("planned_values"), _dict(state.get("prior_state")).get("values")):
        yield from _module(_dict(_dict(values).get("root_module")), 0)


def _module(module: dict[str, object], depth: int) -> Iterator[Address]:
    for one in _list(module.get("resources")):
        if one.get("mode") != "data":
            folder = _KEY.sub("", str(module.get("address", "")))
            yield _address(folder, one, one.get("index"), _dict(one.get("values")))
    if depth < _DEPTH:
        for child in _list(module.get("child_modules")):
            yield from _module(child, depth + 1)


def _state(state: dict[str, object]) -> Iterator[Address]:
    """Read a state file of version 4."""
    for one in _list(state.get("resources")):
        if one.get("mode") == "managed":
            for instance in _list(one.get("instances")):
                module = _KEY.sub("", str(one.get("module", "")))
                yield _address(module, one, instance.get("index_key"), _dict(instance.get("attributes")))


def _address(module: str, one: dict[str, object], key: object, values: dict[str, object]) -> Address:
    ids = (values.get(name) for name in ("arn", "name", "id", "bucket", "function_name"))
    return Address(
        module,
        str(one.get("type", "")),
        str(one.get("name", "")),
        str(key) if isinstance(key, str | int) else "",
        frozenset(str(value) for value in ids if isinstance(value, str) and value),
    )


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
