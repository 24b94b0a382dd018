"""Reading a plan as `terraform show -json PLANFILE` prints it.

Source: Terraform, "JSON output format" (format versions 0.x and 1.x): `resource_changes` with `before`, `after` and
`after_unknown`, `prior_state` for what was read while planning, `configuration` with the expressions. OpenTofu writes
the same. Nothing of the plan is run; sensitive values stand in it in plain text, so none is ever shown. It is read a
resource at a time."""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.plans.json_pieces import Pieces
from whydenied.engine.plans.plan import Module, Plan, Resource, pack, resource_of
from whydenied.engine.plans.references import references_of

__all__ = ["MAX_PLAN", "read_plan", "read_plan_in_chunks"]

MAX_PLAN = 400_000_000
"""Bytes of a plan: one of 2,000 resources takes some ten megabytes."""
_MAX_DEPTH = 60
_PROVIDER = "hashicorp/aws"
_INDEX = re.compile(r"\[[^\]]*+\]")
_Values = tuple[Mapping[str, object], Mapping[str, object], Mapping[str, object]]
_ACTIONS = frozenset({"create", "read", "update", "delete", "no-op", "forget"})
# The first line of GitHub's setup-terraform, where it wraps Terraform.
_WRAPPED = b"[command]"
_HOW = "`terraform plan -out FILE`, then `terraform show -json FILE`"


def read_plan(data: bytes) -> Plan:
    """Read a plan. Raises InputError for anything else, TooLargeError for one that is too large."""
    return read_plan_in_chunks((data,))


def read_plan_in_chunks(chunks: Iterable[bytes]) -> Plan:
    """Read a plan as its bytes come, as read_plan does. Raises InputError and TooLargeError."""
    reading = _Reading()
    try:
        reading.read(Pieces(_bounded(chunks)))
    except (ValueError, RecursionError):
        raise InputError(
            "this is not JSON, or a part of it only; give what `terraform show -json PLANFILE` prints, and nothing else"
        ) from None
    return reading.plan()


def _bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        if not size and chunk[:2] == b"PK":
            raise InputError("this is a plan file itself; give what `terraform show -json PLANFILE` prints of it")
        if not size and chunk.startswith(_WRAPPED):
            chunk = chunk.partition(b"\n")[2]
        size += len(chunk)
        if size > MAX_PLAN:
            raise TooLargeError(f"the plan has more than {MAX_PLAN // 1_000_000} MB; plan a part of it with `-target`")
        yield chunk


class _Reading:
    """What was read so far."""

    def __init__(self) -> None:
        self._told: dict[str, object] = {}
        self._changes: dict[str, Resource] = {}
        self._deposed: set[str] = set()
        self._addresses: set[str] = set()
        # What is in the state: beside a change its address alone, the rest whole.
        self._existing: set[str] = set()
        self._staying: dict[str, Resource] = {}
        self._foreign: set[str] = set()
        self._modules: dict[str, Module] = {}

    def read(self, pieces: Pieces) -> None:
        """Read the whole text. Raises ValueError, InputError."""
        if pieces.sign() != "{":
            if not pieces.sign():
                raise InputError(f"the file is empty: {_HOW}")
            pieces.value()
            raise InputError("this is no plan; give what `terraform show -json PLANFILE` prints")
        for name in pieces.members():
            self._told[name] = True
            if name == "resource_changes":
                for _ in pieces.elements():
                    self._change(pieces.value())
            elif name == "prior_state":
                self._state(pieces)
            elif name == "configuration":
                self._configuration(pieces)
            elif name == "action_invocations":
                for _ in pieces.elements():
                    self._foreign.update(_aside(pieces.value(), "action."))
            elif name == "deferred_changes":
                for _ in pieces.elements():
                    self._foreign.update(_aside(_mapping(pieces.value(), "resource_change"), "deferred "))
            elif name in ("format_version", "terraform_version", "errored", "variables"):
                self._told[name] = pieces.value()
            else:
                pieces.skip()
        if "@level" in self._told:
            raise InputError(f"this is the log that Terraform's `-json` prints while it plans or applies: {_HOW}")
        if pieces.sign() == "{":
            raise InputError("more than one JSON document is in it; give one plan at a time")
        # The wrapper of GitHub's setup-terraform writes its own lines around what Terraform prints.
        if pieces.sign() not in ("", ":"):
            raise ValueError("something follows")

    def plan(self) -> Plan:
        """Return the plan. Raises InputError where what was read is none."""
        self._check()
        provider = _provider(_mapping(self._told, "providers"), _mapping(self._told, "variables"))
        resources = [
            msgspec.structs.replace(one, refreshed=True)
            if one.address in self._existing and key not in self._deposed
            else one
            for key, one in self._changes.items()
        ]
        return Plan(
            resources=(*resources, *self._staying.values()),
            modules=self._modules,
            foreign=tuple(sorted(self._foreign)),
            region=str(provider.get("region") or ""),
            roles=tuple(filter(None, (str(provider.get("role_arn") or ""),))),
            asks_identity=provider.get("skip_requesting_account_id") is not True,
            terraform_version=str(self._told.get("terraform_version") or ""),
        )

    def _check(self) -> None:
        told = self._told
        if "resource_changes" not in told and "planned_values" not in told:
            is_state = "values" in told or "lineage" in told
            what = "the JSON of a state; plan first, then print the plan" if is_state else "no plan"
            what = "a preview of Pulumi's, which is not read; a plan of Terraform's is" if "steps" in told else what
            raise InputError(f"this is {what}: {_HOW}")
        version = str(told.get("format_version", ""))
        if not version.startswith(("0.", "1.")):
            raise InputError(f"the plan has format version `{version[:20]}`; known are 0.x and 1.x")
        if told.get("errored") is True:
            raise InputError("planning failed, and this plan is not complete; mend what `terraform plan` reports first")

    def _change(self, raw: object) -> None:
        """Take an entry of `resource_changes`: a deposed one stands beside its successor."""
        if not isinstance(raw, Mapping):
            return
        if not _is_aws(raw):
            self._foreign.add(str(raw.get("type")))
            return
        resource = _changed(raw)
        key = f"{resource.address} {raw.get('deposed', '')}"
        self._changes[key] = resource
        self._addresses.add(resource.address)
        if "deposed" in raw:
            self._deposed.add(key)
        if self._staying.pop(resource.address, None) is not None:
            self._existing.add(resource.address)

    def _state(self, pieces: Pieces) -> None:
        """Take what was read while planning; what does not change stays: data sources, and resources as they are."""
        for name in pieces.members():
            if name != "values":
                pieces.skip()
                continue
            for inner in pieces.members():
                if inner == "root_module":
                    self._state_module(pieces, 0)
                else:
                    pieces.skip()

    def _state_module(self, pieces: Pieces, depth: int) -> None:
        for name in pieces.members():
            if name == "resources":
                for _ in pieces.elements():
                    self._exists(pieces.value())
            elif name == "child_modules" and depth < _MAX_DEPTH:
                for _ in pieces.elements():
                    self._state_module(pieces, depth + 1)
            else:
                pieces.skip()

    def _exists(self, raw: object) -> None:
        if not isinstance(raw, Mapping):
            return
        address = str(raw.get("address"))
        if address in self._addresses:
            self._existing.add(address)
        elif _is_aws(raw):
            self._staying[address] = _stays(address, raw)

    def _configuration(self, pieces: Pieces) -> None:
        for name in pieces.members():
            if name == "provider_config":
                self._told["providers"] = pieces.value()
            elif name == "root_module":
                self._module(pieces, "", {}, 0)
            else:
                pieces.skip()

    def _module(self, pieces: Pieces, path: str, arguments: dict[str, object], depth: int) -> None:
        """Take a module's configuration. arguments: filled by whoever calls it, before or after."""
        written: dict[str, bytes] = {}
        outputs: dict[str, object] = {}
        for name in pieces.members():
            if name == "resources":
                for _ in pieces.elements():
                    written.update(_written(pieces.value()))
            elif name == "outputs":
                found = pieces.value()
                outputs.update({key: _mapping(one, "expression") for key, one in _items(found)})
            elif name == "module_calls" and depth < _MAX_DEPTH:
                for called in pieces.members():
                    self._call(pieces, f"{path}.module.{called}".lstrip("."), depth + 1)
            else:
                pieces.skip()
        self._modules[path] = Module(path, written, arguments, outputs)

    def _call(self, pieces: Pieces, path: str, depth: int) -> None:
        arguments: dict[str, object] = {}
        for name in pieces.members():
            if name == "module":
                self._module(pieces, path, arguments, depth)
            elif name == "expressions":
                arguments.update(_items(pieces.value()))
            else:
                pieces.skip()


def _mapping(raw: object, key: str) -> Mapping[str, object]:
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _items(raw: object) -> Iterable[tuple[str, object]]:
    return raw.items() if isinstance(raw, Mapping) else ()


def _aside(raw: object, what: str) -> Iterator[str]:
    """Yield the type of what is not among the changes: actions that are run, and changes that are left for later."""
    if isinstance(raw, Mapping) and isinstance(raw.get("type"), str):
        yield f"{what}{raw['type']}"


def _written(raw: object) -> dict[str, bytes]:
    """Return the packed expressions of a resource of the configuration, by its name."""
    if not isinstance(raw, Mapping):
        return {}
    mode = raw.get("mode")
    prefix = f"{mode}." if mode in ("data", "ephemeral") else ""
    return {f"{prefix}{raw.get('type')}.{raw.get('name')}": pack(_mapping(raw, "expressions"))}


def _is_aws(raw: Mapping[str, object]) -> bool:
    name = str(raw.get("provider_name", ""))
    return name.endswith(_PROVIDER) or (name in ("", "aws") and str(raw.get("type", "")).startswith("aws_"))


def _changed(raw: Mapping[str, object]) -> Resource:
    change = _mapping(raw, "change")
    actions = change.get("actions")
    if not isinstance(actions, list) or not all(isinstance(one, str) and one in _ACTIONS for one in actions):
        raise InputError(f"`{str(raw.get('address'))[:200]}` has no `actions` that are known; is this a whole plan?")
    return resource_of(
        str(raw.get("address", "")),
        str(raw.get("type", "")),
        str(raw.get("name", "")),
        _INDEX.sub("", str(raw.get("module_address", ""))),
        tuple(actions),
        _without_secrets(change),
        is_data=raw.get("mode") == "data",
        importing=bool(change.get("importing")),
    )


def _without_secrets(change: Mapping[str, object]) -> _Values:
    """Return the values before and after, and what is unknown. Of a sensitive one is kept that it is there, and whether
    it changes, and nothing else: `*` is any name."""
    before, after = dict(_mapping(change, "before")), dict(_mapping(change, "after"))
    marks = [_mapping(change, f"{side}_sensitive") for side in ("before", "after")]
    for name in {name for side in marks for name, is_secret in side.items() if is_secret is True}:
        if before.get(name) and after.get(name) and before[name] != after[name]:
            del before[name]
        for values in (before, after):
            if values.get(name):
                values[name] = "*"
    return before, after, _mapping(change, "after_unknown")


def _stays(address: str, raw: Mapping[str, object]) -> Resource:
    values, _, _ = _without_secrets({"before": raw.get("values"), "before_sensitive": raw.get("sensitive_values")})
    is_data = raw.get("mode") == "data"
    module, _, _ = _INDEX.sub("", address).rpartition(f"{'data.' if is_data else ''}{raw.get('type')}.")
    return resource_of(
        address,
        str(raw.get("type", "")),
        str(raw.get("name", "")),
        module.rstrip("."),
        ("no-op",),
        (values, values, {}),
        is_data=is_data,
        refreshed=True,
    )


def _provider(providers: Mapping[str, object], variables: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of the AWS provider that are constants or plain variables."""
    for one in providers.values():
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
    first = next(iter(references_of(expression)), "")
    return _mapping(variables, first.removeprefix("var.")).get("value") if first.startswith("var.") else None
