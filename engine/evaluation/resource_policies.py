"""Which resources take a resource-based policy: where one can let a caller in, and where nothing of the kind exists.

The table is data (`data/resource_policies.json`, which names its source): by action prefix the ARNs of resources that
take a policy, the action that sets it, the actions that such a policy speaks of where those are not all (`actions`),
and those by which the resource comes to be, so that it has no policy yet (`makes`). Of what is in neither list it is
not known; API Gateway is in neither, since its REST APIs take a policy and its HTTP APIs do not, and their ARNs are
alike."""

from functools import cache
from pathlib import Path

import msgspec

from whydenied.engine.evaluation.request import Request
from whydenied.engine.policy.matching import glob

__all__ = ["takes_policy"]

_DATA = Path(__file__).parent / "data" / "resource_policies.json"


class _Taker(msgspec.Struct, frozen=True):
    set_by: str
    resources: tuple[str, ...]
    actions: tuple[str, ...] = ("*",)
    makes: tuple[str, ...] = ()

    def is_for(self, request: Request) -> bool:
        """Tell whether a policy of this sort can speak of a request."""
        name = request.key.partition(":")[2]
        if name in (one.lower() for one in self.makes):
            return False
        text = request.resource.text
        return any(glob(one.lower())(name) for one in self.actions) and any(glob(one)(text) for one in self.resources)


class _Table(msgspec.Struct, frozen=True):
    source: str
    takes: dict[str, tuple[_Taker, ...]]
    takes_none: frozenset[str]


@cache
def _table() -> _Table:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Table)


def takes_policy(request: Request) -> bool | None:
    """Tell whether the request's resource takes a resource policy that can allow it; None where that is not known."""
    table = _table()
    if any(taker.is_for(request) for taker in table.takes.get(request.service, ())):
        return True
    return False if request.service in table.takes_none else None
