"""What a rule network promises, and the choice of one.

durable_rules is the default where it works: it has no wheels, needs a C compiler, and does not import on Python 3.13.
CLIPS has wheels for every Python we support and draws the same conclusions. Both are loaded only when a network is
made, so that reading rules stays cheap.
"""

import sys
from typing import Literal, Protocol

from whydenied.engine.errors import NetworkError
from whydenied.engine.rules.compile import RuleSet

__all__ = ["Network", "NetworkName", "make_network"]

NetworkName = Literal["auto", "durable", "clips", "count"]

# durable_rules' C code calls PyEval_CallObject, which Python 3.13 removed.
_DURABLE_ENDS = (3, 13)


class Network(Protocol):
    """Rules waiting for atoms. Safe to share between threads."""

    @property
    def name(self) -> str:
        """The name to choose it by: durable, clips or count."""

    def fire(self, atoms: frozenset[str]) -> frozenset[str]:
        """Return the ids of all rules that fire on these atoms and on what fired rules derive; drop unknown atoms.

        Nothing is remembered between calls. Raise NetworkError where that, or the answer, cannot be relied on; the
        next call starts on a new network.
        """

    def discard(self) -> None:
        """Throw the engine away, because its answers turned out not to be reliable; the next call builds another."""


def make_network(ruleset: RuleSet, name: NetworkName = "auto") -> Network:
    """Build the network with this name; `auto` is durable where it can be imported and CLIPS elsewhere.

    Raises NetworkError for one that cannot be loaded or is not known.
    """
    if name == "auto":
        return _durable_or_none(ruleset) or _clips(ruleset)
    if name == "durable":
        durable = _durable_or_none(ruleset)
        if durable is None:
            raise NetworkError(
                "the network `durable` cannot be loaded: install durable_rules on Python 3.11 or 3.12, or use `clips`"
            )
        return durable
    if name == "clips":
        return _clips(ruleset)
    if name == "count":
        from whydenied.engine.rules.count_network import CountNetwork

        return CountNetwork(ruleset)
    raise NetworkError(f"the network `{name}` is not known: use auto, durable, clips or count")


def _durable_or_none(ruleset: RuleSet) -> Network | None:
    if sys.version_info >= _DURABLE_ENDS:
        return None
    try:
        from whydenied.engine.rules.durable_network import DurableNetwork
    except ImportError:
        return None
    return DurableNetwork(ruleset)


def _clips(ruleset: RuleSet) -> Network:
    from whydenied.engine.rules.clips_network import ClipsNetwork

    return ClipsNetwork(ruleset)
