"""Where the owner is named in files that are not edited: Terraform's JSON, Terragrunt, code without a template."""

import re
from collections.abc import Iterator

from whydenied.engine.arn import parse_arn
from whydenied.engine.forms.names import holder_name
from whydenied.engine.source.edit import Wanted
from whydenied.engine.source.files import SourceTree

__all__ = ["mentions"]

# A name of two letters stands in quotes for many things.
_SHORTEST = 3
_SHOWN = 3


def mentions(tree: SourceTree, wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """Return the name of what has the policy, and up to three `file:line` where it stands in quotes by itself."""
    name = _name(wanted)
    if len(name) < _SHORTEST:
        return name, ()
    pattern = re.compile(rb"""["']""" + re.escape(name.encode()) + rb"""\\?["']""")
    return name, tuple(_places(tree, pattern))[:_SHOWN]


def _name(wanted: Wanted) -> str:
    if wanted.gate == "permission-set":
        return wanted.resource
    target = parse_arn(wanted.principal if wanted.gate == "identity" or not wanted.resource else wanted.resource)
    if target is None:
        return ""
    return holder_name(target) if target.service in ("iam", "sts") else re.split("[/:]", target.resource)[-1]


def _places(tree: SourceTree, pattern: re.Pattern[bytes]) -> Iterator[str]:
    for file in tree.files.values():
        match = pattern.search(file.data)
        if match:
            yield f"{file.path}:{file.data[: match.start()].count(10) + 1}"
