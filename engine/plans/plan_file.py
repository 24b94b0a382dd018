"""Reading a plan as `terraform show -json PLANFILE` prints it.

Source: Terraform, "JSON output format" (format versions 0.x and 1.x): `resource_changes` with `before`, `after` and
`after_unknown`, `prior_state` for what was read while planning, `configuration` with the expressions. OpenTofu writes
the same. Nothing of the plan is run; sensitive values stand in it in plain text, so none is ever shown."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from whydenied.engine.errors import InputError, TooLargeError

__all__ = ["MAX_PLAN", "Action", "Module", "Plan", "Resource", "read_plan"]

MAX_PLAN = 400_000_000
"""Bytes of a plan: one of 2,000 resources takes some ten megabytes."""
_MAX_DEPTH = 60
_PROVIDER = "hashicorp/aws"
_INDEX = re.compile(r"\[[^\]]*+\]")

Action = str
"""`create`, `read`, `update`, `delete` or `no-op`."""
_ACTIONS = frozenset({"create", "read", "update", "delete", "no-op", "forget"})


class Module(msgspec.Struct, frozen=True):
    """A module's configuration. expressions: of its resources by `type.name` (data sources: `data.type.name`).
    arguments: the expressions that its caller gives for its variables. outputs: the expressions of its outputs. path:
    its address without indexes, "" for the root."""

    path: str
    expressions: Mapping[str, Mapping[str, object]]
    arguments: Mapping[str, object]
    outputs: Mapping[str, object]


class Resource(msgspec.Struct, frozen=True, gc=False):
    """A resource (or data source, `is_data`) and what happens to it.

    address: as Terraform prints it. kind: its type. module: the address of its module without indexes. actions: in
    order. before, after: its values, {} for none. unknown: what is known after apply only. importing: it is taken into
    the state. refreshed: it is read before anything else."""

    address: str
    kind: str
    name: str
    module: str
    is_data: bool
    actions: tuple[Action, ...]
    before: Mapping[str, object]
    after: Mapping[str, object]
    unknown: Mapping[str, object]
    importing: bool = False
    refreshed: bool = False

    @property
    def values(self) -> Mapping[str, object]:
        """What is known of it: after the change, or before where it goes."""
        return self.after or self.before


class Plan(msgspec.Struct, frozen=True):
    """A plan. resources: in its order, those of AWS's provider. foreign: types of others, which are not looked at.
    region: of the provider, "" where it is not written there. roles: ARNs that the provider assumes. asks_identity:
    the provider asks STS who it is."""

    resources: tuple[Resource, ...]
    modules: Mapping[str, Module]
    foreign: tuple[str, ...]
    region: str
    roles: tuple[str, ...]
    asks_identity: bool
    terraform_version: str


def read_plan(data: bytes) -> Plan:
    """Read a plan. Raises InputError for anything else, TooLargeError for one that is too large."""
    if len(data) > MAX_PLAN:
        raise TooLargeError(f"the plan has more than {MAX_PLAN // 1_000_000} MB; plan a part of it with `-target`")
    raw = _decode(data)
    modules = {module.path: module for module in _modules(_mapping(raw, "configuration"))}
    provider = _provider(_mapping(raw, "configuration"), _mapping(raw, "variables"))
    found, foreign = _resources(raw)
    return Plan(
        resources=tuple(found.values()),
        modules=modules,
        foreign=tuple(sorted(foreign)),
        region=str(provider.get("region") or ""),
        roles=tuple(filter(None, (str(provider.get("role_arn") or ""),))),
        asks_identity=provider.get("skip_requesting_account_id") is not True,
        terraform_version=str(raw.get("terraform_version") or ""),
    )


def _decode(data: bytes) -> Mapping[str, object]:
    if data[:2] == b"PK":
        raise InputError("this is a plan file itself; give what `terraform show -json PLANFILE` prints of it")
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InputError(
            "this is not JSON; give what `terraform show -json PLANFILE` prints, and nothing else"
        ) from None
    if not isinstance(raw, dict):
        raise InputError("this is no plan; give what `terraform show -json PLANFILE` prints")
    if "resource_changes" not in raw and "planned_values" not in raw:
        why = (
            "the JSON of a state; plan first, then print the plan" if "values" in raw or "lineage" in raw else "no plan"
        )
        raise InputError(f"this is {why}: `terraform plan -out FILE`, then `terraform show -json FILE`")
    if not str(raw.get("format_version", "")).startswith(("0.", "1.")):
        raise InputError(f"the plan has format version `{str(raw.get('format_version'))[:20]}`; known are 0.x and 1.x")
    if raw.get("errored") is True:
        raise InputError("planning failed, and this plan is not complete; mend what `terraform plan` reports first")
    return raw


def _mapping(raw: object, key: str) -> Mapping[str, object]:
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _list(raw: object, key: str) -> list[Mapping[str, object]]:
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _resources(raw: Mapping[str, object]) -> tuple[dict[str, Resource], set[str]]:
    """Return the resources by address (a deposed one beside its successor), and the types of other providers."""
    found: dict[str, Resource] = {}
    foreign: set[str] = set()
    existing = {str(one.get("address")): one for one in _in_state(_mapping(raw, "prior_state"))}
    for one in _list(raw, "resource_changes"):
        if not _is_aws(one):
            foreign.add(str(one.get("type")))
            continue
        resource = _changed(one, refreshed=str(one.get("address")) in existing and "deposed" not in one)
        found[f"{resource.address} {one.get('deposed', '')}"] = resource
    seen = {resource.address for resource in found.values()}
    for address, one in existing.items():
        # What was read while planning and does not change: data sources, and resources that stay as they are.
        if address not in seen and _is_aws(one):
            found[address] = _stays(address, one)
    return found, foreign


def _is_aws(raw: Mapping[str, object]) -> bool:
    name = str(raw.get("provider_name", ""))
    return name.endswith(_PROVIDER) or (name in ("", "aws") and str(raw.get("type", "")).startswith("aws_"))


def _changed(raw: Mapping[str, object], *, refreshed: bool) -> Resource:
    change = _mapping(raw, "change")
    actions = change.get("actions")
    if not isinstance(actions, list) or not all(action in _ACTIONS for action in actions):
        raise InputError(f"`{str(raw.get('address'))[:200]}` has no `actions` that are known; is this a whole plan?")
    return Resource(
        address=str(raw.get("address", "")),
        kind=str(raw.get("type", "")),
        name=str(raw.get("name", "")),
        module=_INDEX.sub("", str(raw.get("module_address", ""))),
        is_data=raw.get("mode") == "data",
        actions=tuple(actions),
        before=_mapping(change, "before"),
        after=_mapping(change, "after"),
        unknown=_mapping(change, "after_unknown"),
        importing=bool(change.get("importing")),
        refreshed=refreshed,
    )


def _stays(address: str, raw: Mapping[str, object]) -> Resource:
    values = _mapping(raw, "values")
    module, _, _ = _INDEX.sub("", address).rpartition(
        f"{'data.' if raw.get('mode') == 'data' else ''}{raw.get('type')}."
    )
    return Resource(
        address=address,
        kind=str(raw.get("type", "")),
        name=str(raw.get("name", "")),
        module=module.rstrip("."),
        is_data=raw.get("mode") == "data",
        actions=("no-op",),
        before=values,
        after=values,
        unknown={},
        refreshed=True,
    )


def _in_state(state: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from _in_module(_mapping(_mapping(state, "values"), "root_module"), 0)


def _in_module(module: Mapping[str, object], depth: int) -> Iterator[Mapping[str, object]]:
    yield from _list(module, "resources")
    if depth < _MAX_DEPTH:
        for child in _list(module, "child_modules"):
            yield from _in_module(child, depth + 1)


def _modules(configuration: Mapping[str, object]) -> Iterator[Module]:
    yield from _module(_mapping(configuration, "root_module"), "", {}, 0)


def _module(raw: Mapping[str, object], path: str, arguments: Mapping[str, object], depth: int) -> Iterator[Module]:
    expressions = {
        f"{'data.' if one.get('mode') == 'data' else ''}{one.get('type')}.{one.get('name')}": _mapping(
            one, "expressions"
        )
        for one in _list(raw, "resources")
    }
    outputs = {name: _mapping(one, "expression") for name, one in _mapping(raw, "outputs").items()}
    yield Module(path, expressions, arguments, outputs)
    if depth < _MAX_DEPTH:
        for name, call in _mapping(raw, "module_calls").items():
            inner = f"{path}.module.{name}" if path else f"module.{name}"
            yield from _module(_mapping(call, "module"), inner, _mapping(call, "expressions"), depth + 1)


def _provider(configuration: Mapping[str, object], variables: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of the AWS provider that are constants or plain variables."""
    for one in _mapping(configuration, "provider_config").values():
        if isinstance(one, Mapping) and (one.get("name") == "aws" and not one.get("alias")):
            given = _mapping(one, "expressions")
            found = {name: _constant(value, variables) for name, value in given.items()}
            roles = given.get("assume_role")
            if isinstance(roles, list) and roles and isinstance(roles[0], Mapping):
                found["role_arn"] = _constant(roles[0].get("role_arn"), variables)
            return found
    return {}


def _constant(expression: object, variables: Mapping[str, object]) -> object:
    if not isinstance(expression, Mapping):
        return None
    if "constant_value" in expression:
        return expression["constant_value"]
    references = expression.get("references")
    first = str(references[0]) if isinstance(references, list) and references else ""
    return _mapping(variables, first.removeprefix("var.")).get("value") if first.startswith("var.") else None
