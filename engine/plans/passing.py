"""What a call needs besides its own action: roles that are handed over, tags that come along, and the roles that
services make for themselves.

Sources: IAM User Guide, "Granting a user permissions to pass a role to an AWS service", "Using service-linked roles";
the services' "Tag on create" pages (a call that makes something and carries tags needs the action that tags, too)."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from whydenied.engine.drafts.passed import is_blank, taker_of
from whydenied.engine.plans.calls import Call, written
from whydenied.engine.plans.leaves import Leaf, leaves
from whydenied.engine.plans.operations import Operation, operations_of
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
_HANDS = "`{}` hands this role to the service"
# Actions that an operation needs besides its own, whatever is written (AWS Backup Developer Guide, "API permissions").
_WITH = {Operation("backup", "CreateBackupVault"): "backup-storage:MountCapsule"}
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


def besides(plan: Plan, call: Call, targets: Targets) -> Iterator[Besides]:
    """Yield what else a call needs; only calls that make or change something need more."""
    resource = call.resource
    if resource is None or is_read(call.operation.name) or call.stage not in ("create", "update"):
        return
    if _is_main(call, resource):
        yield from _roles(plan, call, resource, targets)
        yield from _tags(call, resource, targets)
        if call.stage == "create" and resource.kind in LINKED:
            name = f"{LINKED[resource.kind]}.amazonaws.com"
            arn = targets.arn_under("iam", f"role/aws-service-role/{name}/*", resource)
            why = "the service makes a role of its own, where the account has none yet"
            yield Besides("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": name}, False, why)
            if resource.kind in _LOOKED_UP:
                yield Besides(
                    "iam:GetRole", arn, {}, True, "the service looks, as the caller, whether its role is there"
                )
    if action := _WITH.get(call.operation):
        yield Besides(action, "*", {}, True, f"`{call.operation.name}` needs it as well")


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
        yield Besides("iam:PassRole", role, _to(service, role, targets), True, _HANDS.format(resource.address))
    for role in dict.fromkeys(_roles_in_texts(plan, resource, targets)):
        yield Besides("iam:PassRole", role, {}, True, f"`{resource.address}` hands this role to what it runs")


def _to(service: str, role: str, targets: Targets) -> dict[str, str]:
    """Return the key that tells who takes a role: who usually does at the service that is called. Where the role does
    not trust it, that cannot be known: EC2's call takes a flow log's role, and another service uses it."""
    taker, trusted = taker_of(service), targets.services_trusted_by(role)
    return {} if is_blank(taker) or (trusted and taker not in trusted) else {"iam:PassedToService": taker}


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
    before, after = resource.before, resource.after
    for one in leaves(resource, written(plan, resource)):
        name = one.attribute
        if changed_only and before.get(name) == after.get(name) and not resource.unknown.get(name):
            continue
        if _is_role(one.name):
            yield from _role(one, resource, targets)


def _is_role(name: str) -> bool:
    return name in ("role", "service_role", "iam_role", "iam_instance_profile") or name.endswith(("role_arn", "_role"))


def _role(leaf: Leaf, resource: Resource, targets: Targets) -> Iterator[str]:
    text, expression = leaf.value, leaf.expression
    if text == ANY:
        yield targets.arn_under("iam", f"role/{ANY}", resource)
        return
    if not text and isinstance(expression, Mapping):
        text = targets.references.resolved(expression, resource)
        if not text and not references_of(expression):
            return
    if not text:
        if expression is not None:
            yield targets.arn_under("iam", f"role/{ANY}", resource)
    elif leaf.name == "iam_instance_profile":
        yield targets.role_of_profile(text, resource)
    elif text.startswith("arn:"):
        if ":role/" in text:
            yield text
    elif text != ANY:  # what a reference came to
        yield targets.arn_under("iam", f"role/{targets.path_of('role', text)}{text}", resource)


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
            for target in targets.of_action(action, resource, one):
                context = {"ec2:CreateAction": call.operation.name} if action == "ec2:CreateTags" else {}
                yield Besides(action, target, context, True, why)
