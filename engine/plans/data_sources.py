"""What data sources call. The data have resources only: a data source calls what the resource of its name reads, its
tags among it.

Those that have no such resource, find it in another way, or call nothing, stand in data/data_sources.json, seen in real
runs or read from the provider's documentation."""

from functools import cache, lru_cache
from pathlib import Path

import msgspec

from whydenied.engine.plans.operations import Operation, Phase, known_types, operations_of
from whydenied.engine.plans.ranking import Facts, rank

__all__ = ["is_known_data", "operations_of_data"]

_DATA = Path(__file__).parent / "data" / "data_sources.json"


class _Table(msgspec.Struct):
    source: str
    calls: dict[str, str]


@cache
def _table() -> dict[str, str]:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Table).calls


def is_known_data(kind: str) -> bool:
    """Tell whether it is known what a data source calls, be it nothing."""
    return kind in _table() or kind in known_types()


@lru_cache(maxsize=1_024)
def operations_of_data(kind: str) -> tuple[Operation, ...]:
    """Return the operations of a data source (`aws_ami`); () for one that calls nothing, and for an unknown one."""
    listed = _table().get(kind)
    if listed is not None:
        return tuple(Operation(*one.split(":", 1)) for one in listed.split())
    facts = Facts(kind, frozenset())
    phases: tuple[Phase, ...] = ("read", "list_tags")
    ranked = [rank(phase, operations_of(kind, phase), facts) for phase in phases]
    return tuple(dict.fromkeys(one for found in ranked for one, expected in found.items() if expected))
