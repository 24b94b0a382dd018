"""Plans as `terraform show -json` prints them, written from the few things that a test is about."""

from collections.abc import Mapping
from typing import Any

import msgspec

from whydenied.engine.plans.places import Place
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.plan_file import read_plan

__all__ = ["HERE", "ROLE", "change", "plan_json", "plan_of"]

ROLE = "arn:aws:iam::111122223333:role/deployer"
HERE = Place("aws", "eu-west-1", "111122223333")


def change(
    address: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    unknown: Mapping[str, Any] | None = None,
    actions: list[str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return an entry of `resource_changes`; the actions follow from what is there before and after."""
    found = actions or (["create"] if before is None else ["delete"] if after is None else ["update"])
    *module, kind, name = address.split(".")
    mode = "data" if module and module[-1] == "data" else "managed"
    entry = {
        "address": address,
        "mode": mode,
        "type": kind,
        "name": name.partition("[")[0],
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": found, "before": before, "after": after, "after_unknown": unknown or {}},
        **more,
    }
    path = ".".join(module[:-1] if mode == "data" else module)
    return {**entry, "module_address": path} if path else entry


def plan_json(
    *changes: Mapping[str, Any],
    expressions: Mapping[str, Mapping[str, Any]] | None = None,
    data: tuple[Mapping[str, Any], ...] = (),
    calls: Mapping[str, Any] | None = None,
    providers: Mapping[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """Return a plan. expressions: of the root module's resources, by `type.name`. data: what was read while planning.
    calls: the root module's `module_calls`. providers: the expressions of providers by key; a change names its own as
    `provider_config_key`."""
    resources = []
    for one in changes:
        key = f"{one['type']}.{one['name']}"
        if "module_address" not in one:
            resources.append(
                {
                    "mode": one["mode"],
                    "type": one["type"],
                    "name": one["name"],
                    "provider_config_key": one.get("provider_config_key", "aws"),
                    "expressions": (expressions or {}).get(key, {}),
                }
            )
    existing = [
        {
            **{name: one[name] for name in ("address", "mode", "type", "name", "provider_name")},
            "values": one["change"]["before"],
        }
        for one in changes
        if one["change"]["before"] is not None
    ]
    silent = {"skip_requesting_account_id": {"constant_value": True}}
    given = {"aws": {}, **(providers or {})}
    raw = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": list(changes),
        "prior_state": {"values": {"root_module": {"resources": [*existing, *data]}}},
        "configuration": {
            "provider_config": {key: {"name": "aws", "expressions": {**silent, **one}} for key, one in given.items()},
            "root_module": {"resources": resources, "module_calls": calls or {}},
        },
    }
    return msgspec.json.encode(raw)


def plan_of(*changes: Mapping[str, Any], **more: Any) -> Plan:
    """Return a plan as it is read."""
    return read_plan(plan_json(*changes, **more))
