"""What a file on the command line plans: a Terraform plan, a template or a change set, and what IAM is asked for it."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import click

from whydenied.engine.errors import InputError
from whydenied.engine.plans.backend import asked_of_backend
from whydenied.engine.plans.foresight import not_covered, place_of
from whydenied.engine.plans.places import Place, is_role_of
from whydenied.engine.plans.plan import Plan
from whydenied.engine.plans.plan_file import read_plan_in_chunks
from whydenied.engine.plans.requests import Asked, asked_of, is_made_by
from whydenied.engine.plans.stack import asked_of_template, not_handled
from whydenied.engine.plans.template import MAX_TEMPLATE, is_template, read_template
from whydenied.engine.policy.names import Names
from whydenied.server.cli.inputs import Unreadable

__all__ = ["BACKEND", "Planned", "Where", "read_planned"]

BACKEND = Path(".terraform") / "terraform.tfstate"
_CHUNK = 65_536
# Chunks that tell a template from a plan; the file that names a backend has one.
_HEAD = 16


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
    which that is not known. principal: who deploys; where nobody was named, the role that the provider assumes."""

    plan: Plan
    asked: Iterator[Asked]
    place: Place
    uncovered: tuple[str, ...]
    principal: str = ""

    def split(self) -> tuple[list[Asked], list[str]]:
        """Return what the principal asks, and who else asks something, by ARN."""
        roles = [one.role for one in self.plan.providers.values()]
        is_assumed = any(is_role_of(self.principal, role) for role in roles)
        mine: list[Asked] = []
        others: dict[str, None] = {}
        for one in self.asked:
            if is_made_by(one, self.principal, assumed=is_assumed):
                mine.append(one)
            else:
                others[one.by or "whoever runs Terraform"] = None
        return mine, list(others)


def read_planned(file: Path, where: Where, names: Names) -> Planned:
    """Read a file (`-` for standard input). Raises Unreadable, UsageError for a parameter without value."""
    chunks = _chunks(file)
    try:
        head = b"".join(islice(chunks, _HEAD))
        if is_template(head):
            return _template(b"".join((head, *islice(chunks, MAX_TEMPLATE // _CHUNK))), where, names)
        plan = read_plan_in_chunks(chain((head,), chunks))
    except InputError as error:
        raise Unreadable(f"`{file}`: {error}") from None
    principal = where.principal or plan.provider_of(None).role.strip("*")
    place = place_of(plan, principal, where.region, where.account)
    state = _state(file, where.backend, place)
    return Planned(plan, chain(state, asked_of(plan, place, names)), place, not_covered(plan), principal)


def _template(data: bytes, where: Where, names: Names) -> Planned:
    given: dict[str, str] = {}
    for one in where.parameters:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.UsageError(f"--parameter: write it as Name=value, not `{one}`")
        given[name] = value
    nothing = Plan((), {}, (), {}, "")
    place = place_of(nothing, where.principal, where.region, where.account)
    template = read_template(data, place, where.stack, given)
    return Planned(template.plan, asked_of_template(template, place, names), place, not_handled(template))


def _state(file: Path, backend: Path | None, place: Place) -> Iterable[Asked]:
    beside = file.parent / BACKEND
    chosen = backend or (beside if beside.is_file() else None)
    if chosen is None:
        return ()
    try:
        return asked_of_backend(b"".join(islice(_chunks(chosen), _HEAD)), place)
    except InputError as error:
        raise Unreadable(f"`{chosen}`: {error}") from None


def _chunks(file: Path) -> Iterator[bytes]:
    """Yield a file's bytes, `-` for standard input."""
    try:
        with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise Unreadable(f"`{file}`: {(error.strerror or str(error)).lower()}") from None
