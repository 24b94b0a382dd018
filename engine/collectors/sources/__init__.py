"""The sources: one module for each place where policies are kept. The folder is the list.

Each module has a `SOURCE`: for which requests it counts, how many calls it costs about, which calls it can make, and
the function that makes them. `find_sources` imports them all.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from whydenied.engine.collectors.calls import Reader
from whydenied.engine.collectors.case import Piece
from whydenied.engine.collectors.target import Target

__all__ = ["Source", "find_sources"]


class Source(NamedTuple):
    """One source.

    name: its module. gates: whose policies it brings. cost: calls, about. calls: every (service, operation) that it
    can make. applies: whether it can tell anything of this request. collect: ask, and return what was found.
    """

    name: str
    gates: tuple[str, ...]
    cost: int
    calls: tuple[tuple[str, str], ...]
    applies: Callable[[Target], bool]
    collect: Callable[[Reader, Target], Piece]


@cache
def find_sources() -> tuple[Source, ...]:
    """Return every source, by name."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return tuple(import_module(f"{__name__}.{name}").SOURCE for name in names)
