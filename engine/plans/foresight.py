"""A plan and a caller in; what will be refused, the changes, and what cannot be known out."""

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from whydenied.engine.arn import partition_of
from whydenied.engine.plans.data_sources import is_known_data
from whydenied.engine.plans.forecast import Court, Verdict
from whydenied.engine.plans.mending import Mended, mend
from whydenied.engine.plans.operations import known_types
from whydenied.engine.plans.owned import owned_policies
from whydenied.engine.plans.places import Place, is_role_of
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.requests import Asked
from whydenied.engine.plans.standing import Standing
from whydenied.engine.plans.targets import Targets
from whydenied.engine.policy.names import Names

__all__ = ["Foresight", "foresee", "not_covered", "place_of"]

# Requests between two reports of progress.
_STEP = 500


class Foresight(msgspec.Struct, frozen=True):
    """What is to come. requests: how many were judged. refused: those that will be. unknown: that nobody can tell.
    unseen: gates whose policies nobody gave. mended: the changes for `refused`. uncovered: types of which it is not
    known what they call. unread: policies that could not be read."""

    requests: int
    refused: tuple[Verdict, ...]
    unknown: tuple[Verdict, ...]
    unseen: tuple[str, ...]
    mended: Mended
    uncovered: tuple[str, ...]
    unread: tuple[str, ...]


def place_of(plan: Plan, principal: str, region: str = "", account: str = "") -> Place:
    """Return where the calls go. region, account: in place of the plan's and the principal's."""
    parts = principal.split(":", 5)
    partition = parts[1] if len(parts) == 6 else ""
    found = region or plan.provider_of(None).region.strip("*") or _region(plan)
    if not partition:
        partition = partition_of(found)
    # The account of a role that another provider than the usual one assumes is not that of the usual one's calls.
    lent = [one.role for one in plan.providers.values() if one != plan.provider_of(None)]
    own = parts[4] if len(parts) == 6 and not any(is_role_of(principal, role) for role in lent) else ""
    owner = account or own or _account(plan)
    return Place(partition, found or "*", owner or "*")


def _region(plan: Plan) -> str:
    """Return the Region of most ARNs that the plan knows."""
    return _most(plan, 3)


def _account(plan: Plan) -> str:
    return _most(plan, 4)


def _most(plan: Plan, part: int) -> str:
    arns = (str(one.values.get("arn") or "").split(":", 5) for one in plan.resources)
    found = Counter(parts[part] for parts in arns if len(parts) == 6 and parts[part])
    return found.most_common(1)[0][0] if found else ""


def not_covered(plan: Plan) -> tuple[str, ...]:
    """Return the types of a plan of which it is not known what they call: other providers', and some of AWS's."""
    known = known_types()
    own = {
        f"data.{one.kind}" if one.is_data else one.kind
        for one in plan.resources
        if not (is_known_data(one.kind) if one.is_data else one.kind in known)
    }
    return (*sorted(own), *plan.foreign)


def foresee(
    plan: Plan,
    asked: Iterable[Asked],
    standing: Standing,
    place: Place,
    names: Names,
    progress: Callable[[int], None] | None = None,
    uncovered: tuple[str, ...] | None = None,
    perhaps: Callable[[Verdict], None] | None = None,
) -> Foresight:
    """Judge every request of a plan. progress: is told how many are done, now and then. uncovered: types of which it is
    not known what they call, where the plan is none of Terraform's. perhaps: is told each request that will be refused
    where the provider takes another way than is usual; there may be many of them, and none is kept here."""
    assumed = [one.role for one in plan.providers.values()]
    court = Court(standing, owned_policies(plan, Targets(plan, place, names)), assumed)
    refused: list[Verdict] = []
    unknown: list[Verdict] = []
    unseen: dict[str, None] = {}
    count = 0
    for count, one in enumerate(court.judge(asked), 1):
        if progress is not None and count % _STEP == 0:
            progress(count)
        unseen.update(dict.fromkeys(one.unseen))
        if one.outcome == "refused" and one.asked.expected:
            refused.append(one)
        elif one.outcome == "refused" and perhaps is not None:
            perhaps(one)
        elif one.outcome == "unknown" and one.asked.expected:
            unknown.append(one)
    return Foresight(
        requests=count,
        refused=tuple(refused),
        unknown=tuple(unknown),
        unseen=tuple(unseen),
        mended=mend(court, refused),
        uncovered=not_covered(plan) if uncovered is None else uncovered,
        unread=standing.unread,
    )
