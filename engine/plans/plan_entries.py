"""What an entry of a plan's JSON says: a change, something in the state, a resource of the configuration, a provider.

Sensitive values stand in it in plain text; here they are left out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from sys import intern

import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.plans.plan import Provider, Resource, pack, resource_of
from whydenied.engine.plans.references import references_of

__all__ = [
    "aside_of",
    "changed",
    "ephemeral_in",
    "is_aws",
    "items_of",
    "mapping_of",
    "provider_key_of",
    "providers_of",
    "staying",
    "written_of",
]

_PROVIDER = "hashicorp/aws"
_EPHEMERAL = re.compile(rb'"(ephemeral\.\w{1,100})\.')
_INDEX = re.compile(r"\[[^\]]*+\]")
_Values = tuple[Mapping[str, object], Mapping[str, object], Mapping[str, object]]
_ACTIONS = frozenset({"create", "read", "update", "delete", "no-op", "forget"})


def mapping_of(raw: object, key: str) -> Mapping[str, object]:
    """Return the object under a key; {} where there is none."""
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def items_of(raw: object) -> Iterable[tuple[str, object]]:
    """Return the members of an object; none of anything else."""
    return raw.items() if isinstance(raw, Mapping) else ()


def aside_of(raw: object, what: str) -> Iterator[str]:
    """Yield the type of what is not among the changes: actions that are run, and changes that are left for later."""
    if isinstance(raw, Mapping) and isinstance(raw.get("type"), str):
        yield f"{what}{raw['type']}"


def written_of(raw: object) -> dict[str, bytes]:
    """Return the packed expressions of a resource of the configuration, by its name."""
    if not isinstance(raw, Mapping):
        return {}
    mode = raw.get("mode")
    prefix = f"{mode}." if mode in ("data", "ephemeral") else ""
    return {f"{prefix}{raw.get('type')}.{raw.get('name')}": pack(mapping_of(raw, "expressions"))}


def is_aws(raw: Mapping[str, object]) -> bool:
    """Tell whether a change or a resource of the state is of AWS's provider."""
    name = str(raw.get("provider_name", ""))
    return name.endswith(_PROVIDER) or (name in ("", "aws") and str(raw.get("type", "")).startswith("aws_"))


def ephemeral_in(raw: object) -> Iterator[str]:
    """Yield the types of ephemeral resources that a part of the configuration refers to; a plan has no more of them."""
    text = msgspec.json.encode(raw)
    if b'"ephemeral.' in text:
        yield from (found.decode() for found in _EPHEMERAL.findall(text))


def provider_key_of(raw: object) -> dict[str, str]:
    """Return the key of a resource's provider by the resource's name; nothing for the provider without alias."""
    key = raw.get("provider_config_key") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(key, str) or key == "aws":
        return {}
    prefix = "data." if raw.get("mode") == "data" else ""
    return {f"{prefix}{raw.get('type')}.{raw.get('name')}": intern(key)}


def changed(raw: Mapping[str, object]) -> Resource:
    """Return the resource of an entry of `resource_changes`. Raises InputError for actions that are not known."""
    change = mapping_of(raw, "change")
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
    before, after = dict(mapping_of(change, "before")), dict(mapping_of(change, "after"))
    marks = [mapping_of(change, f"{side}_sensitive") for side in ("before", "after")]
    for name in {name for side in marks for name, is_secret in side.items() if is_secret is True}:
        if before.get(name) and after.get(name) and before[name] != after[name]:
            del before[name]
        for values in (before, after):
            if values.get(name):
                values[name] = "*"
    return before, after, mapping_of(change, "after_unknown")


def staying(address: str, raw: Mapping[str, object]) -> Resource:
    """Return a resource of the state that is not among the plan's changes: a data source that was read, or what
    `-target` leaves out, which nobody reads."""
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
        refreshed=is_data,
    )


def providers_of(configured: Mapping[str, object], variables: Mapping[str, object]) -> dict[str, Provider]:
    """Return AWS's providers by their keys, with those settings that are constants or plain variables."""
    found = {}
    for key, one in configured.items():
        if isinstance(one, Mapping) and one.get("name") == "aws":
            given = mapping_of(one, "expressions")
            region = _constant(given["region"], variables) if "region" in given else ""
            asks = _constant(given.get("skip_requesting_account_id"), variables) is not True
            found[key] = Provider(str(region or "*") if region != "" else "", _role(given, variables), asks)
    return found


def _role(given: Mapping[str, object], variables: Mapping[str, object]) -> str:
    """Return the role that a provider assumes, the last where it goes through several."""
    roles = given.get("assume_role") or given.get("assume_role_with_web_identity")
    last = roles[-1] if isinstance(roles, list) and roles else None
    if not isinstance(last, Mapping):
        return ""
    found = _constant(last.get("role_arn"), variables)
    # What builds an ARN around a variable is not told apart from the variable.
    return found if isinstance(found, str) and found.startswith("arn:") else "*"


def _constant(expression: object, variables: Mapping[str, object]) -> object:
    if not isinstance(expression, Mapping):
        return None
    if "constant_value" in expression:
        return expression["constant_value"]
    first = next(iter(references_of(expression)), "")
    return mapping_of(variables, first.removeprefix("var.")).get("value") if first.startswith("var.") else None
