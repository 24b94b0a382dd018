"""The calls that CloudFormation makes for a template, with the permissions of whoever deploys it.

Source: CloudFormation User Guide, "Control access with IAM" (without a service role it uses the caller's permissions);
the handlers' permissions of each type (engine.plans.handlers)."""

from collections.abc import Iterator
from typing import Literal

from whydenied.engine.plans.calls import Call
from whydenied.engine.plans.handlers import handled_types, permissions_of
from whydenied.engine.plans.operations import Operation, Phase, known_types, operations_of
from whydenied.engine.plans.plan import Resource
from whydenied.engine.plans.ranking import Facts, is_tagging, rank
from whydenied.engine.plans.requests import Asked, asked_of
from whydenied.engine.plans.targets import Place
from whydenied.engine.plans.template import Template
from whydenied.engine.policy.names import Names

__all__ = ["asked_of_template", "not_handled"]

_VIA = "cloudformation.amazonaws.com"
# What `aws cloudformation deploy` calls itself.
_DEPLOYS = ("DescribeStacks", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet")


def asked_of_template(template: Template, place: Place, names: Names) -> Iterator[Asked]:
    """Yield what IAM is asked for a stack: for itself, then for its resources, with the caller's permissions."""
    yield from _of_deployment(template, place)
    yield from asked_of(template.plan, place, names, _calls(template), _VIA)


def not_handled(template: Template) -> tuple[str, ...]:
    """Return the types of a template of which it is not known what they need."""
    known = handled_types()
    alike = {template.types[one.address] for one in template.plan.resources if one.kind in known_types()}
    return tuple(sorted(set(template.types.values()) - known - alike))


def _permissions(resource: Resource, kind: str, phase: Phase) -> tuple[Operation, ...]:
    """Return what a type's handler needs; where that is not known, what Terraform calls for the same type."""
    return permissions_of(kind, phase) if kind in handled_types() else operations_of(resource.kind, phase)


def _of_deployment(template: Template, place: Place) -> tuple[Asked, ...]:
    arn = f"arn:{place.partition}:cloudformation:{place.region}:{place.account}:stack/{template.stack}/*"
    context = {"aws:SecureTransport": "true", "aws:ViaAWSService": "false", "aws:RequestedRegion": place.region}
    return tuple(
        Asked(f"cloudformation:{name}", arn, context, Call("stack", Operation("cloudformation", name), True), True)
        for name in _DEPLOYS
    )


def _calls(template: Template) -> Iterator[Call]:
    for resource in template.plan.resources:
        for action in resource.actions:
            yield from _of(resource, template.types[resource.address], action)


def _of(resource: Resource, kind: str, action: str) -> Iterator[Call]:
    values = resource.after if action != "delete" else resource.before
    tagged = bool(values.get("tags"))
    facts = Facts(resource.kind, frozenset({*values} - {"tags", "tags_all", "name"}), tagged=tagged)
    stage: Literal["create", "update", "delete"] = (
        "create" if action == "create" else "update" if action == "update" else "delete"
    )
    for one, expected in rank(stage, _permissions(resource, kind, stage), facts).items():
        yes = expected or (tagged and is_tagging(one.name) and one.name.startswith(("Tag", "Add", "Put", "Create")))
        yield Call(stage, one, yes and "*" not in one.name, resource)
    if action != "delete":
        for one, expected in rank("read", _permissions(resource, kind, "read"), facts).items():
            yield Call(stage, one, expected and "*" not in one.name, resource)
