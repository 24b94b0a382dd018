"""What a file on the command line plans: a Terraform plan, a template or a change set, and what IAM is asked for it."""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import click

from whydenied.engine.errors import InputError
from whydenied.engine.plans.backend import asked_of_backend
from whydenied.engine.plans.foresight import not_covered, place_of
from whydenied.engine.plans.plan_file import MAX_PLAN, Plan, read_plan
from whydenied.engine.plans.requests import Asked, asked_of
from whydenied.engine.plans.stack import asked_of_template, not_handled
from whydenied.engine.plans.targets import Place
from whydenied.engine.plans.template import is_template, read_template
from whydenied.engine.policy.names import Names
from whydenied.server.cli.inputs import Unreadable

__all__ = ["BACKEND", "Planned", "Where", "read_planned"]

BACKEND = Path(".terraform") / "terraform.tfstate"


class Where(NamedTuple):
    """What the options say of a plan. principal, region, account: "" for "as the plan says". backend: the file that
    names the state's backend. stack, parameters: of a template; the parameters as `Name=value`."""

    principal: str = ""
    region: str = ""
    account: str = ""
    backend: Path | None = None
    stack: str = ""
    parameters: tuple[str, ...] = ()


class Planned(NamedTuple):
    """A plan, what IAM is asked for it (worked out as it is taken, and once: there are many), where, and the types of
    which that is not known."""

    plan: Plan
    asked: Iterator[Asked]
    place: Place
    uncovered: tuple[str, ...]


def read_planned(file: Path, where: Where, names: Names) -> Planned:
    """Read a file (`-` for standard input). Raises Unreadable, UsageError for a parameter without value."""
    data = _read(file)
    try:
        if is_template(data):
            return _template(data, where, names)
        plan = read_plan(data)
    except InputError as error:
        raise Unreadable(f"`{file}`: {error}") from None
    place = place_of(plan, where.principal, where.region, where.account)
    state = _state(file, where.backend, place)
    return Planned(plan, chain(state, asked_of(plan, place, names)), place, not_covered(plan))


def _template(data: bytes, where: Where, names: Names) -> Planned:
    given: dict[str, str] = {}
    for one in where.parameters:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(f"--parameter: write it as Name=value, not `{one}`")
        given[name] = value
    nothing = Plan((), {}, (), "", (), False, "")
    place = place_of(nothing, where.principal, where.region, where.account)
    template = read_template(data, place, where.stack, given)
    return Planned(template.plan, asked_of_template(template, place, names), place, not_handled(template))


def _state(file: Path, backend: Path | None, place: Place) -> Iterable[Asked]:
    beside = file.parent / BACKEND
    chosen = backend or (beside if beside.is_file() else None)
    if chosen is None:
        return ()
    try:
        return asked_of_backend(_read(chosen), place)
    except InputError as error:
        raise Unreadable(f"`{chosen}`: {error}") from None


def _read(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(MAX_PLAN + 1)
        with file.open("rb") as opened:
            return opened.read(MAX_PLAN + 1)
    except OSError as error:
        raise Unreadable(f"`{file}`: {(error.strerror or str(error)).lower()}") from None
