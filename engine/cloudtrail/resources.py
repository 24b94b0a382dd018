"""The resource of an event whose message names none, from the request's parameters.

An action's resource types and the form of their ARNs are AWS's (engine.policy.reference); engine.cloudtrail.names says
which parameter fills a variable of such a form. Nothing is made up: an ARN is returned only where every variable was
filled. Who groups denials may have a sign for what no parameter tells (the id of what is being made, the letters
behind a secret's name), as ids are masked there anyway.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from whydenied.engine.arn import partition_of
from whydenied.engine.cloudtrail.names import (
    Parameter,
    Wanted,
    filled,
    is_about,
    is_listing,
    is_made,
    parameters_in,
    says_nothing,
    speaks_of,
)
from whydenied.engine.messages.operations import actions_for, service_named
from whydenied.engine.policy import reference

__all__ = ["EVERYTHING", "resource_named"]

EVERYTHING = "*"
"""The resource of an action that takes none: a policy can only allow it on everything."""
_VARIABLE = re.compile(r"\$\{(\w+)\}")
# A secret's ARN ends in six letters that its name does not tell.
_CUT_SHORT = frozenset({"secretid"})
# Which cluster is meant where none is named (ECS API: "the default cluster is assumed").
_ASSUMED = {("ecs", "clustername"): "default"}


class _Form(NamedTuple):
    """A form of a resource type's ARN, with the type's name."""

    name: str
    arn: str


class _Request(msgspec.Struct, frozen=True):
    """A call: its name, its parameters, what stands for what they do not tell ("" for nothing), and the variables that
    are known without their names, in lower case: where it was made, what the ARNs among them hold, what is assumed."""

    operation: str
    parameters: Mapping[str, Parameter]
    untold: str
    place: Mapping[str, str]
    told: Mapping[str, str]
    assumed: Mapping[str, str]


def resource_named(
    source: str, operation: str, region: str, account: str, parameters: Mapping[str, object], untold: str = ""
) -> str | None:
    """Return the ARN that the parameters of a request name; None where they name none, or more than one.

    source, operation: `ec2.amazonaws.com`, `GetPasswordData`. account: who owns what is named without an account.
    untold: what stands for what is not told; "" for naming nothing then. With it an action that takes no resource is on
    EVERYTHING.
    """
    prefix = service_named(source.partition(".")[0]) or source.partition(".")[0]
    place = {"partition": partition_of(region), "region": region, "account": account, "accountid": account}
    values = parameters_in(parameters)
    for action in actions_for(operation, prefix) or (f"{prefix}:{operation}",):
        owner, _, name = action.partition(":")
        service = reference.service(owner)
        taken = service.by_name.get(name.lower()) if service is not None else None
        if service is None or taken is None:
            continue
        if not taken.types:
            return EVERYTHING if untold else None
        assumed = {variable: text for (of, variable), text in _ASSUMED.items() if of == owner}
        request = _Request(operation, values, untold, place, _in_arns(service, values), assumed)
        types = [
            (_Form(one.name, arn), one.required)
            for one in taken.types
            for arn in service.types_by_name[one.name.lower()].arns
        ]
        if found := next(_named(types, request), None):
            return found
    return None


def _named(types: list[tuple[_Form, bool]], request: _Request) -> Iterator[str]:
    """Yield what a request is on, the best first: what every such call needs, and of that what the call is about."""
    needed = sorted(
        (kind for kind, required in types if required), key=lambda kind: not is_about(request.operation, kind.name)
    )
    made = is_made(request.operation)
    yield from _filled(needed, request, "")
    if request.untold:
        yield from _filled(needed, request, request.untold)
    if not (made and needed):
        yield from _filled([kind for kind, required in types if not required], request, "")
    if needed and (len(needed) == 1 or is_about(request.operation, needed[0].name)):
        yield from _of_its_kind(needed[0].arn, request)


def _of_its_kind(form: str, request: _Request) -> Iterator[str]:
    """Yield what is known where no parameter tells anything: what there is only one of, else the kind alone."""
    is_one = not _own(form, request) and "*" not in form
    is_open = is_made(request.operation) or is_listing(request.operation) or request.parameters
    if is_one or (request.untold and is_open):
        yield _written(form, request.place, request.untold)


def _filled(types: list[_Form], request: _Request, untold: str) -> Iterator[str]:
    """Yield the ARNs that the request tells: in full, or with a sign for what it leaves out of them."""
    found: dict[frozenset[str], dict[str, str]] = {}
    for kind in types:
        if given := _given(kind.arn, request.parameters):
            found[frozenset((given,))] = {kind.name: given}
            continue
        values, used = _values(kind, request, untold)
        if any(values.values()) and (untold or all(values.values())):
            arn = _written(kind.arn, {**values, **request.place}, untold)
            found.setdefault(used, {}).setdefault(kind.name, arn)
    # A table's partition is of the table, and of its database only by the way.
    about = {used for used, arns in found.items() if any(is_about(request.operation, kind) for kind in arns)}
    for used in sorted(found, key=lambda used: (used not in about, -len(used))):
        arns = found[used]
        # One id that may be a fleet's or a container fleet's is that of the kind that the parameter speaks of.
        meant = [arn for kind, arn in arns.items() if any(speaks_of(name, kind) for name in used)]
        if len(choice := meant or [*arns.values()]) == 1:
            yield choice[0]


def _own(form: str, request: _Request) -> list[str]:
    """Return the variables of a form that do not say where the request was made."""
    return [name for name in _VARIABLE.findall(form) if name.lower() not in request.place]


def _written(form: str, values: Mapping[str, str | None], untold: str) -> str:
    return _VARIABLE.sub(lambda variable: values.get(variable[1].lower()) or untold, form)


def _given(form: str, parameters: Mapping[str, Parameter]) -> str | None:
    """Return the parameter that is an ARN of this form; a role's is none where a database is asked for."""
    found = {one.value for one in parameters.values() if _taken_apart(form, one.value) is not None}
    return found.pop() if len(found) == 1 else None


def _in_arns(service: reference.Service, parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Return the variables that ARNs among the parameters hold: the cluster's in that of a topic."""
    found: dict[str, set[str]] = {}
    for one in parameters.values():
        for form in (arn for kind in service.types for arn in kind.arns):
            for name, text in (_taken_apart(form, one.value) or {}).items():
                if text and "/" not in text and not says_nothing(name):
                    found.setdefault(name, set()).add(text)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def _taken_apart(form: str, value: str) -> dict[str, str] | None:
    """Return what an ARN has in place of a form's variables, by name in lower case; None for one of another form."""
    if not value.startswith("arn:"):
        return None
    # Most forms begin otherwise, and need no pattern.
    head = form.split(":", 5)[-1].partition("$")[0].partition("*")[0]
    if not value.split(":", 5)[-1].startswith(head):
        return None
    match = _pattern(form).fullmatch(value)
    return match.groupdict() if match else None


@lru_cache(maxsize=1_024)
def _pattern(form: str) -> re.Pattern[str]:
    """Return what an ARN of a form looks like; its variables are groups, by name in lower case.

    A variable ends at the sign that follows it, the last one anywhere, so that there is one way to match. DMS's forms
    have a `*` for what differs.
    """
    parts = re.split(r"\$\{(\w+)\}", form)
    pattern = _literal(parts[0])
    for number in range(1, len(parts), 2):
        name, after = parts[number].lower(), parts[number + 1]
        text = rf"[^\s{after[0] if after[0] in ':/' else ':/'}]{{0,300}}" if after else r"\S{0,300}"
        group = f"(?P<{name}>{text})" if f"(?P<{name}>" not in pattern else text
        pattern += group + _literal(after)
    return re.compile(pattern)


def _literal(text: str) -> str:
    return r"\S{0,300}".join(re.escape(part) for part in text.split("*"))


def _values(kind: _Form, request: _Request, untold: str) -> tuple[dict[str, str | None], frozenset[str]]:
    """Return what fills the variables of a form, by name in lower case (None for what the request does not tell), and
    the names of the parameters that do it, in lower case."""
    own = _own(kind.arn, request)
    taken = filled([Wanted(name, kind.name, request.operation) for name in own], request.parameters)
    values = {name: request.parameters[taken[name]].value if name in taken else None for name in own}
    filling = {name.lower(): _value(name.lower(), value, request, untold) for name, value in values.items()}
    return filling, frozenset(taken.values())


def _value(name: str, value: str | None, request: _Request, untold: str) -> str | None:
    """Return what a parameter's value fills a variable with."""
    if value is None or value.startswith("arn:") or any(mark in value for mark in "*?\n ,"):
        return request.told.get(name) or request.assumed.get(name)
    if name in _CUT_SHORT:
        return f"{value}-{untold}" if untold else None
    if "://" in value:
        return value.rpartition("/")[2]
    return value.removeprefix("/") if name.endswith("withoutleadingslash") else value
