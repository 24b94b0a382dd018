"""The resource of an event whose message names none, from the request's parameters.

An action's resource types and the form of their ARNs are AWS's (engine.policy.reference); the variables of such a form
are named as the request's parameters are (`${InstanceId}`, `instanceId`), save those of _ALSO. Nothing is made up: an
ARN is returned only where every variable was filled; who groups denials may have a sign for an id that no parameter
tells (a stack's, the letters behind a secret's name), as ids are masked there anyway.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from whydenied.engine.arn import parse_arn, partition_of
from whydenied.engine.messages.operations import actions_for, service_named
from whydenied.engine.policy import reference

__all__ = ["resource_named"]

_VARIABLE = re.compile(r"\$\{(\w+)\}")
# The verb of an operation, `Update` of UpdateClusterConfig.
_OBJECT = re.compile(r"\A(?:Batch)?[A-Z][a-z]+")
_MAX_VALUES, _MAX_DEPTH = 400, 5
# What parameters call a variable besides its own name, in lower case.
_ALSO = {
    "bucketname": ("bucket",),
    "dbclusterinstancename": ("dbclusteridentifier",),
    "dbinstancename": ("dbinstanceidentifier",),
    "dbclustername": ("dbclusteridentifier",),
    "groupnamewithpath": ("groupname",),
    "instanceprofilenamewithpath": ("instanceprofilename",),
    "keyid": ("targetkeyid",),
    "policynamewithpath": ("policyname",),
    "groupfriendlyname": ("autoscalinggroupname",),
    "layerversion": ("versionnumber",),
    "parameternamewithoutleadingslash": ("name", "names", "path"),
    "queuename": ("queueurl",),
    "rolenamewithpath": ("rolename",),
    "securitygroupid": ("groupid",),
    "streamname": ("deliverystreamname",),
    "usernamewithpath": ("username",),
}
# A secret's ARN ends in six letters that its name does not tell.
_UNTOLD = frozenset({"secretid"})
# Which cluster is meant where none is named (ECS API: "the default cluster is assumed").
_DEFAULTS = {("ecs", "clustername"): "default"}


def resource_named(
    source: str, operation: str, region: str, account: str, parameters: Mapping[str, object], untold: str = ""
) -> str | None:
    """Return the ARN that the parameters of a request name; None where they name none, or more than one.

    source, operation: `ec2.amazonaws.com`, `GetPasswordData`. account: who owns what is named without an account.
    untold: what stands for an id that is not told beside a name that is; "" for naming nothing then.
    """
    prefix = service_named(source.partition(".")[0]) or source.partition(".")[0]
    service = reference.service(prefix)
    if service is None:
        return None
    values = _values(parameters)
    for action in actions_for(operation, prefix) or (f"{prefix}:{operation}",):
        known = service.by_name.get(action.partition(":")[2].lower())
        if known is None:
            continue
        # What each call needs goes first: a volume is optional where an instance is described.
        for taken in sorted(known.types, key=lambda one: not one.required):
            form = service.types_by_name[taken.name.lower()].arn
            if found := _given(form, values):
                return found
            place = {"partition": partition_of(region), "region": region, "account": account}
            value = partial(_value, kind=taken.name, operation=operation, values=values, untold=untold)
            defaults = {name: text for (owner, name), text in _DEFAULTS.items() if owner == prefix}
            if found := _filled(form, {**place, **_known(defaults, value)}, value, untold):
                return found
    return None


def _values(parameters: Mapping[str, object]) -> dict[str, str]:
    """Return the parameters by name in lower case, nested ones too; one that is there with two values is left out."""
    found: dict[str, set[str]] = {}
    for name, value in _leaves(parameters, "", 0):
        if len(found) < _MAX_VALUES:
            found.setdefault(name.lower(), set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def _leaves(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value[:2]:
            yield from _leaves(inner, name, depth + 1)
    elif isinstance(value, str) and 0 < len(value) <= 512:
        yield name, value


def _given(form: str, values: Mapping[str, str]) -> str | None:
    """Return the parameter that is an ARN of this form; a role's is none where a database is asked for."""
    pattern = re.compile(re.sub(r"\\\$\\\{\w+\\\}", "[^\\\\s]{0,300}", re.escape(form)))
    found = {value for value in values.values() if value.startswith("arn:") and pattern.fullmatch(value)}
    return found.pop() if len(found) == 1 else None


def _known(defaults: Mapping[str, str], value: Callable[[str], str | None]) -> dict[str, str]:
    """Return what counts of the values that a service assumes: where the request names another, that."""
    return {name: value(name) or text for name, text in defaults.items()}


def _filled(form: str, place: Mapping[str, str], value: Callable[[str], str | None], untold: str) -> str | None:
    named = [name.lower() for name in _VARIABLE.findall(form)]
    # A form without a variable of its own (`*`) says nothing of what was asked for.
    own = [name for name in named if name not in place]
    if not own:
        return None
    filled = {name: place.get(name) or value(name) for name in named}
    if untold and any(filled[name] for name in own):
        filled = {name: text or (untold if name.endswith("id") else None) for name, text in filled.items()}
    if not all(filled.values()):
        return None
    arn = _VARIABLE.sub(lambda variable: str(filled[variable[1].lower()]), form)
    return arn if parse_arn(arn) else None


def _by_operation(name: str, noun: str, operation: str) -> list[str]:
    """Return what a call on something calls it for short: `name` or `id` of a cluster in UpdateClusterConfig, `names`
    in BatchGetProjects."""
    if not noun:
        return []
    lower = operation.lower()
    is_about = lower.endswith((noun, f"{noun}s")) or _OBJECT.sub("", operation, count=1).lower().startswith(noun)
    short = [f"{noun}s", "id", "ids"] if name.endswith("id") else [f"{noun}s"]
    return [*short, "name", "names"] if is_about else [f"{noun}s"]


def _value(name: str, *, kind: str, operation: str, values: Mapping[str, str], untold: str) -> str | None:
    """Return what fills a variable of a resource type's form."""
    noun = name.removesuffix("name").removesuffix("id")
    also = [name, *_ALSO.get(name, ()), noun, f"{kind.lower().replace('-', '').replace(' ', '')}{name}"]
    also += _by_operation(name, noun, operation)
    value = next((values[one] for one in also if one in values), None)
    if value is None or any(mark in value for mark in "*?\n ,"):
        return None
    if value.startswith("arn:"):
        # The ARN of what stands in another's: the cluster of a service.
        arn = parse_arn(value)
        return arn.name if arn is not None and arn.resource == f"{noun}/{arn.name}" else None
    if name in _UNTOLD:
        return f"{value}-{untold}" if untold else None
    if "://" in value:
        return value.rpartition("/")[2]
    return value.removeprefix("/") if name.endswith("withoutleadingslash") else value
