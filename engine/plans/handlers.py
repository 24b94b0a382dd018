"""Which permissions CloudFormation's handlers need for a resource type, by phase: every branch of their code.

Data: data/cloudformation.xz, compiled by scripts/refresh_cloudformation_permissions.py, which names sources and
licences."""

import lzma
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from whydenied.engine.plans.operations import Operation, read_line

__all__ = ["handled_types", "permissions_of"]

_DATA = Path(__file__).parent / "data" / "cloudformation.xz"


class _Table(msgspec.Struct):
    source: str
    types: dict[str, dict[str, str]]


@cache
def _table() -> dict[str, dict[str, str]]:
    return msgspec.json.decode(lzma.decompress(_DATA.read_bytes()), type=_Table).types


def handled_types() -> frozenset[str]:
    """Return every resource type (`AWS::S3::Bucket`) of which the permissions are known."""
    return frozenset(_table())


@lru_cache(maxsize=2_048)
def permissions_of(kind: str, phase: str) -> tuple[Operation, ...]:
    """Return the permissions of a phase (create, read, update, delete) of a type, as service and name; () for none."""
    return tuple(read_line(_table().get(kind, {}).get(phase, "")))
