"""Where the calls for each resource go, and who makes them: both are the provider's that the configuration gives it.

Source: Terraform, "Provider Configuration" (`alias`, `providers` of a module; a plan's JSON names each resource's
provider); Terraform AWS provider, "Assuming an IAM Role" and, of version 6, the argument `region` of every resource."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from whydenied.engine.arn import parse_arn
from whydenied.engine.plans.plan import Plan, Resource

__all__ = ["Place", "Places", "is_role_of"]

_REGION = re.compile(r"[a-z]{2}(-[a-z]{2,5}){1,2}-\d")


class Place(NamedTuple):
    """Where calls go: the partition, the Region and the account, `*` for what is not known."""

    partition: str
    region: str
    account: str


class Places:
    """The places of a plan. usual: of the provider that has no alias."""

    def __init__(self, plan: Plan, usual: Place) -> None:
        self._plan = plan
        self.usual = usual
        # A resource's calls come one after the other.
        self._now: Resource | None = None
        self._kept = usual

    def of(self, resource: Resource | None) -> Place:
        """Return where the calls for a resource go; None is for the provider's own."""
        if resource is None:
            return self.usual
        if resource is not self._now:
            self._now, self._kept = resource, self._find(resource)
        return self._kept

    def role_for(self, resource: Resource | None) -> str:
        """Return the ARN of the role that makes the calls for a resource; "" for whoever runs Terraform, and for a role
        that the plan does not tell."""
        return self._plan.provider_of(resource).role.strip("*")

    def _find(self, resource: Resource) -> Place:
        values = resource.values
        there = _in_arn(values)
        provider, usual = self._plan.provider_of(resource), self._plan.provider_of(None)
        named = values.get("region")
        region = named if isinstance(named, str) and _REGION.fullmatch(named) else there[0]
        if not region:
            # What two providers do not say comes from the same environment.
            region = self.usual.region if provider.region == usual.region else provider.region or "*"
        account = there[1] or _account(provider.role) or self.usual.account
        return Place(self.usual.partition, region, account)


def _in_arn(values: Mapping[str, object]) -> tuple[str, str]:
    """Return Region and account of a resource that is there; "" for what its ARN does not have."""
    text = values.get("arn")
    arn = parse_arn(text) if isinstance(text, str) else None
    return (arn.region, arn.account) if arn is not None and arn.account.isdigit() else ("", "")


def _account(role: str) -> str:
    return role.split(":")[4] if role.count(":") >= 5 else ""


def is_role_of(principal: str, role: str) -> bool:
    """Tell whether a principal is a role, or a session of it."""
    arns = parse_arn(principal), parse_arn(role)
    if arns[0] is None or arns[1] is None or arns[0].account != arns[1].account:
        return False
    name = arns[0].resource.split("/")[1] if arns[0].kind == "assumed-role" else arns[0].name
    return arns[0].kind in ("role", "assumed-role") and name == arns[1].name
