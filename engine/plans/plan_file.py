"""Reading a plan as `terraform show -json PLANFILE` prints it.

Source: Terraform, "JSON output format" (format versions 0.x and 1.x): `resource_changes` with `before`, `after` and
`after_unknown`, `prior_state` for what was read while planning, `configuration` with the expressions. OpenTofu writes
the same. Nothing of the plan is run; sensitive values stand in it in plain text, so none is ever shown. It is read a
resource at a time."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from whydenied.engine.errors import InputError, TooLargeError
from whydenied.engine.plans.json_pieces import Pieces
from whydenied.engine.plans.plan import Module, Plan, Resource
from whydenied.engine.plans.plan_entries import (
    aside_of,
    changed,
    ephemeral_in,
    is_aws,
    items_of,
    mapping_of,
    provider_key_of,
    providers_of,
    staying,
    written_of,
)

__all__ = ["MAX_PLAN", "read_plan", "read_plan_in_chunks"]

MAX_PLAN = 400_000_000
"""Bytes of a plan: one of 2,000 resources takes some ten megabytes."""
_MAX_DEPTH = 60
# The first line of GitHub's setup-terraform, where it wraps Terraform.
_WRAPPED = b"[command]"
# What leaves the state and stays in AWS (a `removed` block) is not looked at.
_FORGOTTEN = ("forget",)
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
                    self._foreign.update(aside_of(pieces.value(), "action."))
            elif name == "deferred_changes":
                for _ in pieces.elements():
                    self._foreign.update(aside_of(mapping_of(pieces.value(), "resource_change"), "deferred "))
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
        resources = [
            msgspec.structs.replace(one, refreshed=True)
            if one.address in self._existing and key not in self._deposed and one.actions != _FORGOTTEN
            else one
            for key, one in self._changes.items()
        ]
        return Plan(
            resources=(*resources, *self._staying.values()),
            modules=self._modules,
            foreign=tuple(sorted(self._foreign)),
            providers=providers_of(mapping_of(self._told, "providers"), mapping_of(self._told, "variables")),
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
        if not is_aws(raw):
            self._foreign.add(str(raw.get("type")))
            return
        resource = changed(raw)
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
        elif is_aws(raw):
            self._staying[address] = staying(address, raw)

    def _configuration(self, pieces: Pieces) -> None:
        for name in pieces.members():
            if name == "provider_config":
                self._told["providers"] = pieces.value()
                self._foreign.update(ephemeral_in(self._told["providers"]))
            elif name == "root_module":
                self._module(pieces, "", {}, 0)
            else:
                pieces.skip()

    def _module(self, pieces: Pieces, path: str, arguments: dict[str, object], depth: int) -> None:
        """Take a module's configuration. arguments: filled by whoever calls it, before or after."""
        written: dict[str, bytes] = {}
        outputs: dict[str, object] = {}
        providers: dict[str, str] = {}
        for name in pieces.members():
            if name == "resources":
                for _ in pieces.elements():
                    one = pieces.value()
                    written.update(written_of(one))
                    self._foreign.update(ephemeral_in(one))
                    providers.update(provider_key_of(one))
            elif name == "outputs":
                found = pieces.value()
                outputs.update({key: mapping_of(one, "expression") for key, one in items_of(found)})
            elif name == "module_calls" and depth < _MAX_DEPTH:
                for called in pieces.members():
                    self._call(pieces, f"{path}.module.{called}".lstrip("."), depth + 1)
            else:
                pieces.skip()
        self._modules[path] = Module(path, written, arguments, outputs, providers)

    def _call(self, pieces: Pieces, path: str, depth: int) -> None:
        arguments: dict[str, object] = {}
        for name in pieces.members():
            if name == "module":
                self._module(pieces, path, arguments, depth)
            elif name == "expressions":
                arguments.update(items_of(pieces.value()))
            else:
                pieces.skip()
