"""What data sources call, by which of their arguments are given.

Two files: data/read_data.xz, recorded from the provider (scripts/refresh_data_sources.py, which says how); and
data/data_sources.json, what such a recording does not tell. A data source that is in neither calls what the resource of
its name reads, its tags among it."""

import lzma
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from whydenied.engine.plans.operations import Operation, Phase, known_types, operations_of, read_line
from whydenied.engine.plans.ranking import Facts, rank

__all__ = ["Recording", "is_known_data", "operations_of_data", "reads_of_resource", "recording"]

_DATA = Path(__file__).parent / "data"


class _Table(msgspec.Struct):
    source: str
    calls: dict[str, str]


class Recording(msgspec.Struct):
    """What the provider (its version) was seen to call: by data source, and by the argument that makes a difference (""
    for any other)."""

    source: str
    provider: str
    calls: dict[str, dict[str, str]]


@cache
def _table() -> dict[str, str]:
    return msgspec.json.decode((_DATA / "data_sources.json").read_bytes(), type=_Table).calls


@cache
def recording() -> Recording:
    """Return what was recorded."""
    return msgspec.json.decode(lzma.decompress((_DATA / "read_data.xz").read_bytes()), type=Recording)


def is_known_data(kind: str) -> bool:
    """Tell whether it is known what a data source calls, be it nothing."""
    return kind in _table() or kind in recording().calls or kind in known_types()


@lru_cache(maxsize=1_024)
def operations_of_data(kind: str, given: AbstractSet[str]) -> tuple[Operation, ...]:
    """Return the operations of a data source (`aws_ami`) whose configuration has these arguments; () for one that calls
    nothing, and for an unknown one."""
    ways = recording().calls.get(kind, {})
    line = _table().get(kind, next((calls for name, calls in ways.items() if name in given), ways.get("")))
    if line is not None:
        return tuple(read_line(line))
    return reads_of_resource(kind)


def reads_of_resource(kind: str) -> tuple[Operation, ...]:
    """Return what the resource of a name calls to be read, its tags among it; () for an unknown one."""
    facts = Facts(kind, frozenset())
    phases: tuple[Phase, ...] = ("read", "list_tags")
    ranked = [rank(phase, operations_of(kind, phase), facts) for phase in phases]
    return tuple(dict.fromkeys(one for found in ranked for one, expected in found.items() if expected))
