"""Where somebody will stand once a plan is applied, and where before: the plan's policies over what was given.

What the plan has of a user or role is taken for all that it has: policies that somebody put on it beside the plan are
known only as far as the provider lists them (a role's `inline_policy` and `managed_policy_arns`)."""

from collections.abc import Mapping

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.gates import POLICY_GATES
from whydenied.engine.plans.documents import Documents
from whydenied.engine.plans.left import Details, Side, details_of
from whydenied.engine.plans.owned import left_policies, owned_policies
from whydenied.engine.plans.places import Place
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.standing import Standing, with_details
from whydenied.engine.plans.targets import Targets
from whydenied.engine.policy.names import Names

__all__ = ["Left", "policies_of", "stand"]

_OWN = ("identity", "boundary")


class Left(msgspec.Struct, frozen=True):
    """details: of the account, as `aws iam get-account-authorization-details` has them, as far as the plan knows them.
    resources: the policies of resources by ARN, None for none. side: before the apply or after it."""

    details: Details
    resources: Mapping[str, object]
    side: Side


def policies_of(plan: Plan, place: Place, names: Names, side: Side) -> Left:
    """Return the policies of a plan."""
    targets = Targets(plan, place, names)
    if side == "before":
        resources = owned_policies(plan, targets)
    else:
        resources = left_policies(plan, targets, Documents(plan, targets))
    return Left(details_of(plan, targets, side), resources, side)


def stand(left: Left, principal: str, given: Standing | None) -> Standing:
    """Return where a principal stands. given: what is known of it without the plan. Raises InputError where nothing is.

    Of a user or role that the plan has, its own policies and boundary are the plan's; what the plan has no kind of (an
    organization's policies) stays as it was given, and else unknown."""
    case = {} if given is None else given.case
    own = {gate.field for gate in POLICY_GATES if gate.name in _OWN}
    held = {gate.field: case[gate.field] for gate in POLICY_GATES if gate.field in case and gate.field not in own}
    unknown = [gate.name for gate in POLICY_GATES if gate.name != "resource" and gate.field not in held]
    resources = {**(given.resources if given is not None else {}), **left.resources}
    try:
        return with_details(principal, left.details, held, unknown, resources)
    except InputError:
        if given is not None:
            return msgspec.structs.replace(given, resources=resources)
        if left.side == "before":
            # It is made by the plan: before, there is nobody who could have a policy.
            nothing: dict[str, object] = {gate.field: [] for gate in POLICY_GATES if gate.name in _OWN}
            return Standing(
                principal, {**nothing, "unknown": [name for name in unknown if name not in _OWN]}, resources
            )
        raise InputError(
            f"`{principal}` is no user or role that the plan leaves, and nothing else tells its policies: name a "
            "folder with them in `policies`"
        ) from None
