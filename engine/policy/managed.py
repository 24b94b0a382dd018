"""AWS's managed policies by name, offline: the newest text of each, and what each version changed.

Data: data/managed.xz and data/managed_changes.xz, compiled by scripts/refresh_managed_policies.py, which names the
sources. Nothing is read before a policy is asked for. The texts are those of the partition `aws`; other partitions
have policies of the same names whose texts differ, and they are not known here.
"""

from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

__all__ = [
    "ManagedPolicy",
    "ManagedVersion",
    "is_day",
    "lately_changed",
    "managed_changes",
    "managed_names",
    "managed_policies_as_of",
    "managed_policy",
    "similar_managed_policies",
]

_DATA = Path(__file__).parent / "data"
_ARN = "arn:aws:iam::aws:policy/"
# What is asked for may be any text: no ARN of a policy is longer (IAM quotas: a name of 128 characters, a path of 512).
_LONGEST = 700


class ManagedPolicy(msgspec.Struct, frozen=True):
    """One policy of AWS's.

    version: `v12`. dated: the day of that version, as `2026-09-24`. listed: AWS still offered it on
    `managed_policies_as_of()`; a withdrawn policy stays in force where it is attached. document: its real text."""

    name: str
    arn: str
    version: str
    dated: str
    listed: bool
    document: dict[str, Any]


class ManagedVersion(msgspec.Struct, frozen=True):
    """What a version changed against the one before it that is known.

    dated: its day, "" where that is not known; it is not after `by`, the day of the next version with one.
    came, went: what the statements are about, as `s3:Get*`, `Deny s3:*`, `all but iam:*`; both empty where only
    resources or conditions changed."""

    version: str
    dated: str
    by: str
    came: tuple[str, ...]
    went: tuple[str, ...]


class _Texts(msgspec.Struct):
    as_of: str
    package: str
    policies: dict[str, tuple[str, int, str, int, dict[str, Any]]]


def managed_policy(name: str) -> ManagedPolicy | None:
    """Return the policy of this ARN or bare name (upper and lower case alike); None where AWS has none.

    An ARN must be whole: its path counts (`service-role/`), as it does for IAM."""
    if len(name) > _LONGEST:
        return None
    bare = name.rpartition("/")[2]
    found = _names().get(bare.lower())
    if found is None:
        return None
    path, version, dated, listed, document = _texts().policies[found]
    arn = f"{_ARN}{path}{found}"
    if bare != name and name != arn:
        return None
    return ManagedPolicy(found, arn, f"v{version}", dated, bool(listed), document)


def managed_changes(policy: ManagedPolicy, since: str = "") -> tuple[ManagedVersion, ...]:
    """Return what AWS changed, the newest first; since: only what may have come on or after this day (`2026-01-31`)."""
    found: list[ManagedVersion] = []
    by = policy.dated
    for version, dated, came, went in reversed(_changes().get(policy.name, ())):
        by = dated or by
        found.append(ManagedVersion(f"v{version}", dated, by, came, went))
    return tuple(one for one in found if one.by >= since)


def similar_managed_policies(name: str) -> tuple[str, ...]:
    """Return the ARNs of at most three policies that somebody may have meant, the nearest first."""
    bare = name[-_LONGEST:].rpartition("/")[2].lower()[:128]
    near = [bare] if bare in _names() else get_close_matches(bare, list(_names()), 3, 0.7)
    found = [_names()[one] for one in near]
    return tuple(f"{_ARN}{_texts().policies[one][0]}{one}" for one in found)


def is_day(text: str) -> bool:
    """Tell whether a text is a day of the calendar, as `2026-01-31`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def lately_changed(count: int) -> list[ManagedPolicy]:
    """Return the policies that AWS changed or added last, the newest first."""
    dated = sorted(_texts().policies.items(), key=lambda item: (item[1][2], item[0]), reverse=True)
    return [found for name, _ in dated[:count] if (found := managed_policy(name)) is not None]


def managed_names() -> list[str]:
    """Return the names of all policies that are known, withdrawn ones too."""
    return list(_texts().policies)


def managed_policies_as_of() -> str:
    """Return the day on which AWS's list was taken, as `2026-09-30`."""
    return _texts().as_of


def _unpacked(name: str) -> bytes:
    # Here and not above: an evaluation without such a name pays nothing for it.
    import lzma

    return lzma.decompress((_DATA / name).read_bytes())


@cache
def _texts() -> _Texts:
    return msgspec.json.decode(_unpacked("managed.xz"), type=_Texts)


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in _texts().policies}


@cache
def _changes() -> dict[str, tuple[tuple[int, str, tuple[str, ...], tuple[str, ...]], ...]]:
    kind = dict[str, tuple[tuple[int, str, tuple[str, ...], tuple[str, ...]], ...]]
    return msgspec.json.decode(_unpacked("managed_changes.xz"), type=kind)
