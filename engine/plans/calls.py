"""The calls that Terraform makes for a plan, in order: what is read while planning, then what is changed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from whydenied.engine.plans.data_sources import operations_of_data
from whydenied.engine.plans.operations import Operation, operations_of
from whydenied.engine.plans.plan import Plan, Resource, as_before
from whydenied.engine.plans.ranking import Facts, rank, valued

__all__ = ["Call", "Stage", "calls_of", "is_replaced", "written"]

Stage = Literal["provider", "state", "stack", "refresh", "data", "create", "update", "delete"]
"""What a call is for. `refresh` and `data` come while planning; a data source that waits for a resource, later."""

_IDENTITY = Operation("sts", "GetCallerIdentity")
_NOTHING: tuple[object, ...] = (None, False, "", [], {})
# Attributes that are Terraform's own, or follow from others.
_NOT_SENT = frozenset({"tags", "tags_all", "timeouts", "id", "arn", "region"})


class Call(msgspec.Struct, frozen=True, gc=False):
    """A call to come. resource: for what, None for the provider's own. expected: it will be made; else only where the
    provider takes another way than is usual. after: the resource has changed by then."""

    stage: Stage
    operation: Operation
    expected: bool
    resource: Resource | None = None


def calls_of(plan: Plan) -> Iterator[Call]:
    """Yield the calls of a plan, each once for each resource and stage."""
    if plan.provider_of(None).asks_identity:
        yield Call("provider", _IDENTITY, True)
    for resource in plan.resources:
        yield from _while_planning(as_before(resource) if is_replaced(resource) else resource, plan)
    for resource in plan.resources:
        for action in resource.actions:
            gone = action == "delete" and is_replaced(resource)
            yield from _while_applying(as_before(resource) if gone else resource, action, written(plan, resource))


def is_replaced(resource: Resource) -> bool:
    """Tell whether a resource goes, and another one takes its place."""
    return "delete" in resource.actions and "create" in resource.actions


def written(plan: Plan, resource: Resource) -> Mapping[str, object]:
    """Return the expressions that the configuration has for a resource; {} where it is gone from there."""
    module = plan.modules.get(resource.module)
    return {} if module is None else module.expressions(resource.written_as)


def _while_planning(resource: Resource, plan: Plan) -> Iterator[Call]:
    if resource.is_data:
        if resource.refreshed:
            yield from _data(resource, written(plan, resource))
    elif resource.refreshed or resource.importing:
        yield from _read(resource, "refresh")


def _data(resource: Resource, expressions: Mapping[str, object]) -> Iterator[Call]:
    given = frozenset(name for name, one in expressions.items() if not _writes_nothing(one))
    for operation in operations_of_data(resource.kind, given):
        yield Call("data", operation, True, resource)


def _read(resource: Resource, stage: Stage, written: Iterable[str] = ()) -> Iterator[Call]:
    """Yield what reading calls. written: attributes that are set by then, though nobody knows yet to what."""
    facts = Facts(resource.kind, frozenset((*_set(resource.values), *written)))
    for operation, expected in rank("read", operations_of(resource.kind, "read"), facts).items():
        yield Call(stage, operation, expected, resource)
    if "tags" in resource.values or "tags" in resource.unknown:
        for operation, expected in rank("list_tags", operations_of(resource.kind, "list_tags"), facts).items():
            yield Call(stage, operation, expected, resource)


def _while_applying(resource: Resource, action: str, expressions: Mapping[str, object]) -> Iterator[Call]:
    if action == "read" and resource.is_data:
        yield from _data(resource, expressions)
    elif action == "create":
        tags = bool(resource.after.get("tags") or resource.after.get("tags_all"))
        given = {*_given(resource, expressions), *_values(resource.after, resource.kind), *(("tags",) if tags else ())}
        yield from _ranked(resource, "create", Facts(resource.kind, frozenset(given), tagged=tags))
        yield from _read(resource, "create", given)
    elif action == "update":
        facts = _changes(resource)
        yield from _ranked(resource, "update", facts)
        if facts.tagged or facts.untagged:
            yield from _ranked(resource, "update_tags", facts)
        yield from _read(resource, "update", facts.attributes - facts.only_less)
    elif action == "delete":
        before = {*_set(resource.before), *_values(resource.before, resource.kind)}
        yield from _ranked(resource, "delete", Facts(resource.kind, frozenset(before)))


def _ranked(
    resource: Resource, phase: Literal["create", "update", "delete", "update_tags"], facts: Facts
) -> Iterator[Call]:
    stage: Stage = "update" if phase == "update_tags" else phase
    for operation, expected in rank(phase, operations_of(resource.kind, phase), facts).items():
        yield Call(stage, operation, expected, resource)


def _given(resource: Resource, expressions: Mapping[str, object]) -> set[str]:
    """Return the attributes that are written and not empty."""
    names = {name for name, one in expressions.items() if not _writes_nothing(one)} if expressions else resource.after
    return {name for name in names if name not in _NOT_SENT and not _empty(resource, name)}


def _writes_nothing(expression: object) -> bool:
    """Tell whether an expression is an empty constant: what comes of it may be known after apply all the same."""
    return isinstance(expression, Mapping) and expression.get("constant_value", 1) in _NOTHING


def _empty(resource: Resource, name: str) -> bool:
    return resource.after.get(name) in _NOTHING and not resource.unknown.get(name)


def _set(values: Mapping[str, object]) -> set[str]:
    return {name for name, value in values.items() if value not in _NOTHING and name not in _NOT_SENT}


def _values(values: Mapping[str, object], kind: str) -> Iterator[str]:
    """Yield `name=value` of the attributes whose value matters."""
    return (f"{name}={values.get(name)}" for name in valued(kind))


def _changes(resource: Resource) -> Facts:
    """Return which attributes change, and what becomes of the tags."""
    before, after = resource.before, resource.after
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)} | {
        name for name, unknown in resource.unknown.items() if unknown and name in before
    }
    names -= _NOT_SENT
    less = {name for name in names if _loses(resource, name)}
    old, new = (values.get("tags_all") or values.get("tags") or {} for values in (before, after))
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        old, new = {}, {}
    return Facts(
        resource.kind,
        frozenset((*names, *_directions(resource))),
        frozenset(less),
        frozenset(name for name in less if not _gains(resource, name)),
        tagged=any(old.get(key) != value for key, value in new.items()),
        untagged=any(key not in new for key in old),
    )


def _loses(resource: Resource, name: str) -> bool:
    """Tell whether an attribute changes to nothing, or a list to one without some of its entries."""
    before, after = resource.before.get(name), resource.after.get(name)
    if isinstance(before, list) and isinstance(after, list):
        return any(one not in after for one in before)
    return _empty(resource, name)


def _gains(resource: Resource, name: str) -> bool:
    """Tell whether a list that changes has an entry that it had not, or may have one that nobody knows yet."""
    before, after = resource.before.get(name), resource.after.get(name)
    if resource.unknown.get(name) is True or not isinstance(after, list):
        return bool(resource.unknown.get(name))
    return not isinstance(before, list) or any(one not in before for one in after)


def _directions(resource: Resource) -> Iterator[str]:
    """Yield `name=less` and `name=more` of what changes, and how tells the operation; of a type's other such values
    `name=value`."""
    for name in valued(resource.kind):
        before, after = resource.before.get(name), resource.after.get(name)
        if isinstance(before, int) and isinstance(after, int):
            yield f"{name}={'less' if after < before else 'more' if after > before else 'same'}"
        elif isinstance(before, list) and isinstance(after, list):
            yield from (f"{name}={way}" for way, does in (("less", _loses), ("more", _gains)) if does(resource, name))
        else:
            yield f"{name}={after}"
