"""Which resources take a resource-based policy: where one can let a caller in, and where nothing of the kind exists.

The table is data (`data/resource_policies.json`, which names its source): by action prefix the ARNs of resources that
take a policy (but for those of `except`, which take none), the action that sets it, the actions that such a policy
speaks of where those are not all (`actions`), those by which the resource comes to be, so that it has no policy yet
(`makes`), whether it lets in services alone (`services_only`) or none of them (`never_services`), and what to do where
no policy of one's own writing is accepted (`instead`). Of what is in neither list it is not known; API Gateway is in
neither, since its REST APIs take a policy and its HTTP APIs do not, and their ARNs are alike."""

from functools import cache
from pathlib import Path

import msgspec

from whydenied.engine.evaluation.request import Request
from whydenied.engine.policy.matching import glob

__all__ = ["none_because", "takes_policy"]

_DATA = Path(__file__).parent / "data" / "resource_policies.json"


class _Taker(msgspec.Struct, frozen=True):
    set_by: str
    resources: tuple[str, ...]
    excepted: tuple[str, ...] = msgspec.field(name="except", default=())
    actions: tuple[str, ...] = ("*",)
    makes: tuple[str, ...] = ()
    services_only: bool = False
    never_services: bool = False
    instead: str = ""

    def has(self, resource: str) -> bool:
        """Tell whether a resource takes a policy of this sort."""
        return any(glob(one)(resource) for one in self.resources) and not self.excepts(resource)

    def excepts(self, resource: str) -> bool:
        """Tell whether a resource looks as if it took a policy of this sort, and takes none."""
        return any(glob(one)(resource) for one in self.excepted)

    def is_for(self, request: Request) -> bool:
        """Tell whether a policy of this sort can speak of a request."""
        name, is_service = request.key.partition(":")[2], request.caller.kind == "service"
        if name in _lower(self.makes) or (self.never_services if is_service else self.services_only):
            return False
        return any(glob(one)(name) for one in _lower(self.actions)) and self.has(request.resource.text)


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
    takers = table.takes.get(request.service, ())
    if any(taker.is_for(request) for taker in takers):
        return True
    is_none = request.service in table.takes_none or any(taker.excepts(request.resource.text) for taker in takers)
    return False if is_none else None


def none_because(request: Request) -> str:
    """Say in whole sentences why no policy of the resource that anybody could write lets the request pass; "" where one
    may."""
    takers = [one for one in _table().takes.get(request.service, ()) if one.has(request.resource.text)]
    if any(taker.is_for(request) for taker in takers):
        return next((one.instead for one in takers if one.instead and one.is_for(request)), "")
    if takes_policy(request) is False:
        some = "such resources" if request.service in _table().takes else "resources"
        return (
            f"No Allow of yours helps: {some} of {request.service} take no resource policy, so nothing can let in a "
            "caller from outside their account. Assume a role in that account, or have the resource shared."
        )
    if request.resource.text == "*":
        return f"{request.action} is about no single resource here, so there is no policy of one that could allow it."
    name = request.key.partition(":")[2]
    if any(name in _lower(taker.makes) for taker in takers):
        return f"{request.action} is asked before there is a resource with a policy: assume a role in its account."
    if takers:
        return (
            f"The resource takes a policy, but none that could allow {request.action} to this caller: the policies of "
            "its own account alone do. Assume a role there."
        )
    return ""


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one.lower() for one in names)
