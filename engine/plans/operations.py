"""Which API operations Terraform's AWS provider calls for a resource type, by phase: every branch of its code.

Data: data/terraform.xz, compiled by scripts/refresh_terraform_operations.py; it names source, version and licence."""

import lzma
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

__all__ = ["Operation", "Phase", "known_types", "operations_of", "provider_version"]

_DATA = Path(__file__).parent / "data" / "terraform.xz"

Phase = Literal["create", "read", "update", "delete", "list_tags", "update_tags"]
"""Of a resource's life. `create` and `update` do not repeat what `read` has, which follows them."""


class Operation(NamedTuple):
    """service: the IAM prefix; name: as the API spells it."""

    service: str
    name: str


class _Table(msgspec.Struct):
    source: str
    licence: str
    provider: str
    types: dict[str, dict[str, str]]


@cache
def _table() -> _Table:
    return msgspec.json.decode(lzma.decompress(_DATA.read_bytes()), type=_Table)


def provider_version() -> str:
    """Return the version of the provider that the data were read from, as `6.60.0`."""
    return _table().provider


def known_types() -> frozenset[str]:
    """Return every resource type that the data have."""
    return frozenset(_table().types)


@lru_cache(maxsize=4_096)
def operations_of(kind: str, phase: Phase) -> tuple[Operation, ...]:
    """Return the operations of a phase of a resource type (`aws_s3_bucket`); () for an unknown type."""
    return tuple(_read(_table().types.get(kind, {}).get(phase, "")))


def _read(line: str) -> Iterator[Operation]:
    service = ""
    for word in line.split():
        prefix, colon, name = word.partition(":")
        if colon:
            service = prefix
        yield Operation(service, name if colon else word)
