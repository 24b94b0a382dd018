"""An edit of source files: what is asked for, where it goes, and the difference as `git apply` takes it."""

import difflib
import re
from typing import Any, Literal

import msgspec

__all__ = ["SourceEdit", "Splice", "Unplaced", "Wanted", "changed", "unified"]


class Wanted(msgspec.Struct, frozen=True):
    """One statement and what it is to become part of.

    gate: `identity` (a policy of the principal), `trust` (the trust policy of the role `resource`), `resource` (the
    policy of `resource`), `boundary` (the managed policy `resource`, else the one that the principal has as its
    boundary), `permission-set` (the inline policy of the permission set called `resource`) or `endpoint` (the policy of
    the VPC endpoint for the service of `resource`). principal, resource: ARNs as the message has them; "" where it
    names none. statement: as JSON."""

    gate: Literal["identity", "trust", "resource", "boundary", "permission-set", "endpoint"]
    principal: str
    resource: str
    statement: dict[str, Any]


class Splice(msgspec.Struct, frozen=True):
    """Bytes [start, end) of a file to be replaced by text."""

    path: str
    start: int
    end: int
    text: str


class SourceEdit(msgspec.Struct, frozen=True):
    """Where the statement goes. path, line: of the block that is changed (line from 1). what: that block in words,
    as `aws_iam_role_policy.ci`. splices: the bytes; text outside them stays as it is. notes: what to know first."""

    path: str
    line: int
    what: str
    splices: tuple[Splice, ...]
    notes: tuple[str, ...] = ()


class Unplaced(msgspec.Struct, frozen=True):
    """No edit can be made without guessing. why: a sentence. places: `file:line` of what was found."""

    why: str
    places: tuple[str, ...] = ()


def changed(data: bytes, splices: tuple[Splice, ...]) -> bytes:
    """Return a file's bytes with its splices made."""
    for one in sorted(splices, key=lambda splice: (splice.start, splice.end))[::-1]:
        data = data[: one.start] + one.text.encode() + data[one.end :]
    return data


def unified(path: str, before: bytes, after: bytes) -> str:
    """Return the difference of one file in the form that `git apply` and `patch -p1` take."""
    # As git does: a tab ends a name with blanks in it.
    end = "\t" if " " in path else ""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}{end}", f"b/{path}{end}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(data: bytes) -> list[str]:
    """Return lines as git counts them: only `\\n` ends one, not what else Unicode calls the end of a line."""
    return re.findall(r"[^\n]*\n|[^\n]+\Z", data.decode())
