"""What IAM will be asked for a plan: each action with its resource and the condition keys that the plan tells."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import msgspec

from whydenied.engine.plans.calls import Call, calls_of
from whydenied.engine.plans.keys import Keys
from whydenied.engine.plans.operations import Operation
from whydenied.engine.plans.passing import besides
from whydenied.engine.plans.places import Place, is_role_of
from whydenied.engine.plans.plan import Plan, Resource
from whydenied.engine.plans.targets import Targets, actions_of
from whydenied.engine.policy.names import Names

__all__ = ["Asked", "asked_of", "is_made_by"]

Value = str | tuple[str, ...]
# Attributes that AWS reads as a condition key, by action prefix.
_KEYS: Mapping[str, Mapping[str, str]] = {
    "iam": {"policy_arn": "iam:PolicyARN", "permissions_boundary": "iam:PermissionsBoundary"},
    "ec2": {"instance_type": "ec2:InstanceType", "encrypted": "ec2:Encrypted", "type": "ec2:VolumeType"},
    "rds": {"instance_class": "rds:DatabaseClass", "engine": "rds:DatabaseEngine"},
    "sns": {"protocol": "sns:Protocol", "endpoint": "sns:Endpoint"},
    "lambda": {"principal": "lambda:Principal"},
}


class Asked(msgspec.Struct, frozen=True, gc=False):
    """One question to IAM. action, resource: as in a policy; parts of the resource that are not known are `*`. context:
    the keys that are known, None for one that is known to be absent. call: for what. expected: it will be asked, else
    perhaps. why: what for, where it is not the call's own action; "" else. by: the ARN of the role that a provider
    assumes to ask it, "" for whoever runs Terraform."""

    action: str
    resource: str
    context: Mapping[str, Value | None]
    call: Call
    expected: bool
    why: str = ""
    by: str = ""

    @property
    def address(self) -> str:
        """The resource that it is for, as Terraform names it; "" for the provider itself."""
        return self.call.resource.address if self.call.resource is not None else ""

    @property
    def is_certain(self) -> bool:
        """Whether the whole of the resource is known, or nothing of it is needed."""
        return self.resource == "*" or "*" not in self.resource


def asked_of(
    plan: Plan, place: Place, names: Names, calls: Iterable[Call] | None = None, via: str = ""
) -> Iterator[Asked]:
    """Yield what IAM is asked for the calls of a plan, in order; what is asked twice for a resource is yielded once.

    calls: in place of those that Terraform makes. via: the service that makes them for the caller, by its principal."""
    targets = Targets(plan, place, names)
    keys = Keys(plan, targets)
    if calls is None:
        yield from _assumed(plan, targets)
    for _, group in groupby(calls_of(plan) if calls is None else calls, key=_for_what):
        found: dict[tuple[str, str], Asked] = {}
        for one in (one for call in group for one in _of_call(plan, call, targets, keys, names)):
            key = (one.action, one.resource)
            # One action may stand behind two operations, of which one is not usual.
            if key not in found or (one.expected and not found[key].expected):
                found[key] = one
        for one in found.values():
            yield msgspec.structs.replace(one, context={**one.context, **_through(via)}) if via else one


def _assumed(plan: Plan, targets: Targets) -> Iterator[Asked]:
    """Yield that the roles are assumed which the providers of the plan's resources have."""
    roles = dict.fromkeys(map(targets.places.role_for, (None, *plan.resources)))
    call = Call("provider", Operation("sts", "AssumeRole"), True)
    context = _general(targets.places.usual.region)
    for role in filter(None, roles):
        yield Asked("sts:AssumeRole", role, context, call, True, "a provider assumes this role")


def is_made_by(asked: Asked, principal: str, *, assumed: bool) -> bool:
    """Tell whether a principal asks it. assumed: it is a role that a provider of the plan assumes; else it is the one
    who runs Terraform."""
    return is_role_of(principal, asked.by) if asked.by or assumed else True


def _for_what(call: Call) -> tuple[str, str]:
    return call.stage, call.resource.address if call.resource is not None else ""


def _of_call(plan: Plan, call: Call, targets: Targets, keys: Keys, names: Names) -> Iterator[Asked]:
    region, by = targets.places.of(call.resource).region, targets.places.role_for(call.resource)
    for action in actions_of(call.operation):
        if action == "iam:PassRole":
            continue  # of which role is told by the attributes
        context = _context(action, call, region, names)
        for target in targets.of_action(action, call.resource, call.operation):
            yield Asked(action, target, context, call, call.expected, by=by)
    for one in besides(plan, call, targets):
        context = {**_general(region), **one.context}
        yield Asked(one.action, one.resource, context, call, call.expected and one.expected, one.why, by)
    for used in keys.used_by(call):
        why = f"`{used.operation}` uses this key as the caller"
        yield Asked(used.action, used.resource, {**_general(region), **used.context}, call, call.expected, why, by)


def _through(via: str) -> dict[str, Value | None]:
    """Return the keys of a call that a service makes with the caller's permissions (IAM User Guide, "Forward access
    sessions")."""
    return {"aws:ViaAWSService": "true", "aws:CalledVia": (via,), "aws:CalledViaFirst": via, "aws:CalledViaLast": via}


def _general(region: str) -> dict[str, Value | None]:
    """Return the keys that every call of Terraform's has (IAM User Guide, "AWS global condition context keys")."""
    known: dict[str, Value | None] = {
        "aws:SecureTransport": "true",
        "aws:ViaAWSService": "false",
        "aws:CalledVia": None,
    }
    if region not in ("", "*"):
        known["aws:RequestedRegion"] = region
    return known


def _context(action: str, call: Call, region: str, names: Names) -> dict[str, Value | None]:
    context = _general("us-east-1" if action.partition(":")[0] in _GLOBAL else region)
    resource = call.resource
    if resource is None:
        return context
    listed = names.keys_of(action)
    if "aws:requesttag/${tagkey}" in listed or "aws:tagkeys" in listed:
        tags = _tags(call, resource)
        context.update({f"aws:RequestTag/{name}": value for name, value in tags.items()})
        context["aws:TagKeys"] = tuple(tags) or None
    if call.stage not in ("create",) and resource.before:
        old = resource.before.get("tags_all") or resource.before.get("tags")
        if isinstance(old, Mapping):
            context.update({f"aws:ResourceTag/{name}": str(value) for name, value in old.items()})
    for attribute, key in _KEYS.get(action.partition(":")[0], {}).items():
        value = resource.values.get(attribute)
        if key.lower() in listed and isinstance(value, (str, bool)) and value != "":
            context[key] = value if isinstance(value, str) else str(value).lower()
    return context


# Services with one endpoint, which is in us-east-1 (IAM User Guide, "aws:RequestedRegion").
_GLOBAL = frozenset({"iam", "route53", "cloudfront", "organizations", "globalaccelerator", "waf"})


def _tags(call: Call, resource: Resource) -> dict[str, str]:
    if call.stage not in ("create", "update"):
        return {}
    tags = resource.after.get("tags_all") or resource.after.get("tags")
    return {str(name): str(value) for name, value in tags.items()} if isinstance(tags, Mapping) else {}
