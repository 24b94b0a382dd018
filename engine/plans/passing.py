"""What a call needs besides its own action: roles that are handed over, tags that come along, keys of KMS, and the
roles that services make for themselves.

Sources: IAM User Guide, "Granting a user permissions to pass a role to an AWS service", "Using service-linked roles";
the services' "Tag on create" pages (a call that makes something and carries tags needs the action that tags, too); KMS
Developer Guide, "kms:ViaService"."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from whydenied.engine.drafts.forwarded import forwarded_calls
from whydenied.engine.drafts.passed import is_blank, taker_of
from whydenied.engine.plans.calls import Call, written
from whydenied.engine.plans.operations import operations_of
from whydenied.engine.plans.plan import Plan, Resource
from whydenied.engine.plans.ranking import Facts, is_read, is_removal, is_tagging, rank
from whydenied.engine.plans.references import ANY, references_of
from whydenied.engine.plans.targets import Targets, actions_of

__all__ = ["LINKED", "Besides", "besides"]

# Attributes whose role is not handed to a service: its policies are edited, or it is assumed.
_EDITED = ("aws_iam_role", "aws_iam_policy_attachment", "aws_iam_openid")
LINKED: Mapping[str, str] = {
    "aws_lb": "elasticloadbalancing",
    "aws_alb": "elasticloadbalancing",
    "aws_elb": "elasticloadbalancing",
    "aws_autoscaling_group": "autoscaling",
    "aws_ecs_cluster": "ecs",
    "aws_ecs_service": "ecs",
    "aws_db_instance": "rds",
    "aws_rds_cluster": "rds",
    "aws_elasticache_cluster": "elasticache",
    "aws_elasticache_replication_group": "elasticache",
    "aws_opensearch_domain": "opensearchservice",
    "aws_eks_cluster": "eks",
    "aws_eks_node_group": "eks-nodegroup",
    "aws_spot_fleet_request": "spotfleet",
    "aws_vpc_lattice_service_network": "vpc-lattice",
}
"""The types for which a service makes its own role, once in an account: the service whose principal it is for."""
# Those whose service looks for its role with the caller's permissions (terraform-aws-modules/terraform-aws-eks, issue
# 823: "Failed to validate if SLR … already exists due to missing permissions for 'iam:GetRole'").
_LOOKED_UP = frozenset({"aws_eks_node_group"})
# Attributes that are a JSON text with roles in it, which others than the service that is called take.
_TEXTS = {
    "aws_batch_job_definition": ("container_properties", "ecs_properties", "eks_properties", "node_properties"),
}
_MAX_DEPTH = 8
# Services whose updates send all settings again, the role among them (their API references: it is required).
_SENT_AGAIN = frozenset({"scheduler", "glue", "events", "states", "firehose", "pipes"})


class Besides(NamedTuple):
    """Something else that a call needs. action, resource: of it. context: keys that it carries. expected: it is needed;
    else only in some accounts. why: in words, without full stop."""

    action: str
    resource: str
    context: Mapping[str, str]
    expected: bool
    why: str


def besides(plan: Plan, call: Call, targets: Targets, region: str) -> Iterator[Besides]:
    """Yield what else a call needs; only calls that make or change something need more."""
    resource = call.resource
    if resource is None or is_read(call.operation.name) or call.stage not in ("create", "update"):
        yield from _keys(plan, call, targets, region)
        return
    if _is_main(call, resource):
        yield from _roles(plan, call, resource, targets)
        yield from _tags(call, resource, targets)
        if call.stage == "create" and resource.kind in LINKED:
            name = f"{LINKED[resource.kind]}.amazonaws.com"
            arn = targets.arn_under("iam", f"role/aws-service-role/{name}/*")
            why = "the service makes a role of its own, where the account has none yet"
            yield Besides("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": name}, False, why)
            if resource.kind in _LOOKED_UP:
                yield Besides(
                    "iam:GetRole", arn, {}, True, "the service looks, as the caller, whether its role is there"
                )
    yield from _keys(plan, call, targets, region)


def _is_main(call: Call, resource: Resource) -> bool:
    """Tell whether a call sends the resource's settings: it is expected, and no call for its tags or its removal."""
    return call.expected and not is_removal(call.operation.name) and not is_tagging(call.operation.name)


def _roles(plan: Plan, call: Call, resource: Resource, targets: Targets) -> Iterator[Besides]:
    if resource.kind.startswith(_EDITED):
        return
    if resource.kind == "aws_iam_instance_profile" and call.operation.name != "AddRoleToInstanceProfile":
        return
    service = "ec2" if call.operation.service == "iam" else call.operation.service
    changed_only = call.stage == "update" and service not in _SENT_AGAIN
    for role in dict.fromkeys(_role_arns(plan, resource, targets, changed_only=changed_only)):
        taker = taker_of(service)
        context = {} if is_blank(taker) else {"iam:PassedToService": taker}
        yield Besides("iam:PassRole", role, context, True, f"`{resource.address}` hands this role to the service")
    for role in dict.fromkeys(_roles_in_texts(plan, resource, targets)):
        yield Besides("iam:PassRole", role, {}, True, f"`{resource.address}` hands this role to what it runs")


def _roles_in_texts(plan: Plan, resource: Resource, targets: Targets) -> Iterator[str]:
    for name in _TEXTS.get(resource.kind, ()):
        text = resource.values.get(name)
        if isinstance(text, str):
            yield from re.findall(r'"\w{0,40}[rR]oleArn"\s*:\s*"(arn:[^"]{1,2048}:role/[^"]{1,600})"', text)
            continue
        for one in references_of(written(plan, resource).get(name)):
            found = targets.references.resolved({"references": [one]}, resource)
            if ":role/" in found:
                yield found


def _role_arns(plan: Plan, resource: Resource, targets: Targets, *, changed_only: bool) -> Iterator[str]:
    expressions = written(plan, resource)
    for name in {**resource.values, **resource.unknown}:
        if changed_only and resource.before.get(name) == resource.after.get(name) and not resource.unknown.get(name):
            continue
        yield from _in_value(
            name, resource.values.get(name), resource.unknown.get(name), expressions.get(name), resource, targets, 0
        )


def _in_value(
    name: str, value: object, unknown: object, expression: object, resource: Resource, targets: Targets, depth: int
) -> Iterator[str]:
    """Yield the roles in an attribute, in nested blocks too."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str) or (unknown is True and value is None):
        if _is_role(name):
            yield from _role(name, value, expression, resource, targets)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _in_value(name, one, _at(unknown, at), _at(expression, at), resource, targets, depth + 1)
    elif isinstance(value, Mapping):
        for key in {**value, **(unknown if isinstance(unknown, Mapping) else {})}:
            inner = unknown.get(key) if isinstance(unknown, Mapping) else None
            told = expression.get(key) if isinstance(expression, Mapping) else None
            yield from _in_value(key, value.get(key), inner, told, resource, targets, depth + 1)


def _at(value: object, at: int) -> object:
    return value[at] if isinstance(value, list) and at < len(value) else None


def _is_role(name: str) -> bool:
    return name in ("role", "service_role", "iam_role", "iam_instance_profile") or name.endswith(("role_arn", "_role"))


def _role(name: str, value: object, expression: object, resource: Resource, targets: Targets) -> Iterator[str]:
    text = value if isinstance(value, str) else ""
    if text == ANY:
        yield targets.arn_under("iam", f"role/{ANY}")
        return
    if not text and isinstance(expression, Mapping):
        text = targets.references.resolved(expression, resource)
        if not text and not references_of(expression):
            return
    if not text:
        if expression is not None:
            yield targets.arn_under("iam", f"role/{ANY}")
    elif name == "iam_instance_profile":
        yield targets.role_of_profile(text)
    elif text.startswith("arn:"):
        if ":role/" in text:
            yield text
    elif text != ANY:  # what a reference came to
        yield targets.arn_under("iam", f"role/{targets.path_of('role', text)}{text}")


def _tags(call: Call, resource: Resource, targets: Targets) -> Iterator[Besides]:
    """Yield the action that tags: the call that makes the resource carries its tags, or another one follows it."""
    if call.stage != "create" or not (resource.after.get("tags_all") or resource.after.get("tags")):
        return
    carried = any(targets.carries_tags(action) for action in actions_of(call.operation))
    why = f"`{call.operation.name}` carries tags" if carried else "tags are put on it"
    phase = operations_of(resource.kind, "update_tags") or operations_of(resource.kind, "create")
    tagging = [one for one in phase if is_tagging(one.name) and not is_removal(one.name) and not is_read(one.name)]
    for one, yes in rank("update_tags", tagging, Facts(resource.kind, frozenset(), tagged=True)).items():
        for action in actions_of(one) if yes else ():
            for target in targets.of_action(action, resource):
                context = {"ec2:CreateAction": call.operation.name} if action == "ec2:CreateTags" else {}
                yield Besides(action, target, context, True, why)


def _keys(plan: Plan, call: Call, targets: Targets, region: str) -> Iterator[Besides]:
    """Yield the calls of KMS that the service makes with the caller's permissions, for a key of the caller's own."""
    resource = call.resource
    if resource is None:
        return
    expressions = written(plan, resource)
    forwarded = [one for action in actions_of(call.operation) for one in forwarded_calls(action)]
    if not forwarded:
        return
    for name in {**resource.values, **resource.unknown}:
        if "kms" not in name or not name.endswith(("id", "arn", "key")):
            continue
        if not resource.values.get(name) and name not in expressions:
            continue  # the service chooses, and that is a key of its own
        key = targets.references.text(resource, name)
        if not key or key.startswith("alias/aws/"):
            continue
        arn = key if key.startswith("arn:") else targets.arn_under("kms", f"key/{key}", regional=True)
        via = f"{call.operation.service}.{region}.amazonaws.com" if region not in ("", ANY) else ""
        for action in dict.fromkeys(forwarded):
            context = {"kms:ViaService": via} if via else {}
            yield Besides(action, arn, context, True, f"`{call.operation.name}` uses this key as the caller")
