"""Callers that may do a part of what a run needs, generated; what of a run's calls they are refused, by the reference
evaluator; and what `whydenied plan` says of it."""

import random
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from tests.reference_evaluator import decide
from tests.terraform.call import ACCOUNT, REGION, Call, asked_for
from tests.terraform.enforcing import for_any_resource
from tests.terraform.observe import Observed
from whydenied.engine.plans.foresight import Foresight, foresee
from whydenied.engine.plans.places import Place
from whydenied.engine.plans.plan_file import read_plan
from whydenied.engine.plans.requests import asked_of
from whydenied.engine.plans.standing import Standing
from whydenied.engine.policy.names import Names

__all__ = ["CALLER", "Policies", "foreseen", "generated", "mended_policies", "refused"]

CALLER = f"arn:aws:iam::{ACCOUNT}:role/deployer"
_HERE = Place("aws", REGION, ACCOUNT)
_NAMES = Names()
_VERSION = "2012-10-17"
# A role with a path, in a plan.
_PATH = re.compile(r'"name": ?"([^"]+)"[^{}]{0,400}"path": ?"(/[^"]+/)"')


class Policies(NamedTuple):
    """kind: what the caller lacks, in a word. identity, boundary: documents; no boundary is ()."""

    kind: str
    identity: tuple[Mapping[str, Any], ...]
    boundary: tuple[Mapping[str, Any], ...] = ()


def generated(seen: Iterable[Call], seed: str) -> list[Policies]:
    """Return callers for a run: some actions missing, services missing, reads alone, an explicit Deny, a boundary.

    The same seed gives the same."""
    dice = random.Random(seed)
    actions = sorted({one.action for call in seen for one in asked_for(call)})
    services = sorted({action.partition(":")[0] for action in actions})
    some = sorted(dice.sample(actions, min(len(actions), dice.randint(1, 4))))
    one = dice.choice(actions)
    left = [name for name in services if name != dice.choice(services)] or services[:0]
    reads = [f"{name}:{verb}*" for name in services for verb in ("Get", "List", "Describe")]
    everything = _allow("*")
    return [
        Policies("lacks-some", (_allow([action for action in actions if action not in some]),)),
        Policies("lacks-one", (_allow([action for action in actions if action != one]),)),
        Policies("lacks-service", (_allow([f"{name}:*" for name in left] or "sts:*"),)),
        Policies("reads-only", (_allow(reads),)),
        Policies("denied", (everything, _statement("Deny", some))),
        Policies("boundary", (everything,), (_allow([action for action in actions if action not in some]),)),
    ]


def _allow(actions: list[str] | str) -> dict[str, Any]:
    # A statement has to have an action (IAM: MalformedPolicyDocument), also where the caller lacks all.
    return _statement("Allow", actions or "sts:GetCallerIdentity")


def _statement(effect: str, actions: list[str] | str) -> dict[str, Any]:
    return {"Version": _VERSION, "Statement": [{"Effect": effect, "Action": actions, "Resource": "*"}]}


def refused(run: Observed, policies: Policies) -> set[str]:
    """Return the actions of a run that the reference evaluator refuses."""
    paths = dict(_PATH.findall(bytes(run.plan).decode()))
    asked = {(one.action, one.resource): one for call in run.seen for one in asked_for(_with_path(call, paths))}
    return {one.action for one in asked.values() if decide(_case(one, policies))[0] != "Allowed"}


def _with_path(call: Call, paths: Mapping[str, str]) -> Call:
    """Return a call with the path of the role that it names, or hands over: requests name roles without it."""
    changed = {
        field: arn.replace(":role/", f":role{paths[name]}")
        for field in ("resource", "passes")
        if (arn := getattr(call, field)).rpartition("/")[0].endswith(":role")
        and (name := arn.rpartition("/")[2]) in paths
    }
    return msgspec.structs.replace(call, **changed) if changed else call


def _case(call: Call, policies: Policies) -> dict[str, Any]:
    request = {
        "principal": CALLER,
        "action": call.action,
        "resource": call.resource,
        "resource_account": ACCOUNT,
        "context": {"aws:PrincipalArn": CALLER, **call.context},
    }
    read = call.resource != "*"
    identity = policies.identity if read else for_any_resource(policies.identity)
    case: dict[str, Any] = {
        "request": request,
        "identity_policies": [{"name": "p", "document": one} for one in identity],
    }
    if policies.boundary:
        case["permissions_boundaries"] = list(policies.boundary if read else for_any_resource(policies.boundary))
    if call.action.startswith("kms:") and ":key/" in call.resource:
        root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        statement = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
        case["resource_policy"] = {"Version": _VERSION, "Statement": [statement]}
    return case


def foreseen(run: Observed, policies: Policies) -> Foresight:
    """Return what `whydenied plan` foresees for a caller."""
    plan = read_plan(bytes(run.plan))
    case = {
        "identity_policies": [{"name": f"p{at}", "document": one} for at, one in enumerate(policies.identity)],
        "permissions_boundaries": [{"name": "b", "document": one} for one in policies.boundary],
        "unknown": [],
    }
    return foresee(plan, asked_of(plan, _HERE, _NAMES), Standing(CALLER, case, {}), _HERE, _NAMES)


def mended_policies(found: Foresight, before: Policies) -> Policies:
    """Return a caller's policies with the proposed changes made."""
    made = found.mended.policies
    identity = tuple(dict(one.raw) for one in made.documents("identity"))
    return Policies(before.kind, identity, tuple(dict(one.raw) for one in made.documents("boundary")))
