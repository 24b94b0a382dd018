"""The calls that CloudFormation makes for a template, with the permissions of whoever deploys it.

Source: CloudFormation User Guide, "Control access with IAM" (without a service role it uses the caller's permissions);
the handlers' permissions of each type (engine.plans.handlers)."""

from collections.abc import Iterator
from typing import Literal

from whydenied.engine.plans.calls import Call, is_replaced
from whydenied.engine.plans.handlers import handled_types, permissions_of
from whydenied.engine.plans.operations import Operation, Phase, known_types, operations_of
from whydenied.engine.plans.places import Place
from whydenied.engine.plans.plan import Resource, as_before
from whydenied.engine.plans.ranking import Facts, is_tagging, rank
from whydenied.engine.plans.requests import Asked, asked_of
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
    # What a nested stack makes stands in a template of its own.
    nested = {kind for kind in template.types.values() if kind == "AWS::CloudFormation::Stack"}
    alike = {template.types[one.address] for one in template.plan.resources if one.kind in known_types()}
    return tuple(sorted({*(set(template.types.values()) - known - alike), *nested}))


def _permissions(resource: Resource, kind: str, phase: Phase) -> tuple[Operation, ...]:
    """Return what a type's handler needs; where that is not known, what Terraform calls for the same type."""
    return permissions_of(kind, phase) if kind in handled_types() else operations_of(resource.kind, phase)


def _changing(resource: Resource, kind: str, phase: Phase) -> list[Operation]:
    """Return the permissions of a phase without that to pass a role, of which the attributes tell."""
    return [one for one in _permissions(resource, kind, phase) if one.name != "PassRole"]


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
            gone = action == "delete" and is_replaced(resource)
            changed = template.changed.get(resource.address, frozenset())
            yield from _of(as_before(resource) if gone else resource, template.types[resource.address], action, changed)


def _of(resource: Resource, kind: str, action: str, changed: frozenset[str]) -> Iterator[Call]:
    """Yield the calls for an action. changed: the attributes that an update changes; none for all that it has."""
    values = resource.after if action != "delete" else resource.before
    attributes = changed if changed and action == "update" else frozenset(values)
    tagged = "tags" in attributes
    facts = Facts(resource.kind, attributes - {"tags", "tags_all", "name"}, tagged=tagged)
    stage: Literal["refresh", "create", "update", "delete"] = "refresh"
    if action in ("create", "update", "delete"):
        stage = action  # type: ignore[assignment]
    for one, expected in rank(stage, _changing(resource, kind, stage), facts).items() if stage != "refresh" else ():
        yes = expected or (tagged and is_tagging(one.name) and one.name.startswith(("Tag", "Add", "Put", "Create")))
        yield Call(stage, one, yes and "*" not in one.name, resource)
    if action != "delete":
        for one, expected in rank("read", _permissions(resource, kind, "read"), facts).items():
            yield Call(stage, one, expected and "*" not in one.name, resource)
