"""A file of tests as `whydenied test` takes it: whose policies, from where, and what is expected of them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.gates import POLICY_GATES
from whydenied.engine.plans.expected import Expectation, read_expectation
from whydenied.engine.plans.standing import Standing, read_folder, read_standing
from whydenied.server.cli.live import open_snapshot

__all__ = ["Principal", "Tests", "after_plan", "expectations", "read_tests", "standings_of"]

_LONGEST = 1_000_000
_FIELDS = {"policies", "plan", "region", "parameters", "principals", "account", "none", "tests"}


class Principal(NamedTuple):
    """arn: whose. policies: its own folder within the others', "" for none."""

    arn: str
    policies: str


class Tests(NamedTuple):
    """here: the folder of the file. policies: the folder that it names, None for none. plan: the plan or template whose
    outcome is tested, None for none; region, parameters: of a template. account: where a resource's ARN names none.
    none: the gates that are said to have no policies. tests: as they are written."""

    here: Path
    policies: Path | None
    plan: Path | None
    region: str
    parameters: tuple[str, ...]
    account: str
    none: Sequence[str]
    principals: Mapping[str, Principal]
    tests: Sequence[object]


def read_tests(file: Path) -> Tests:
    """Read a file of tests. Raises InputError with what to write instead."""
    found = _read(file)
    parameters = found.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise InputError("`parameters` must hold a value for each name")
    return Tests(
        here=file.parent,
        policies=file.parent / str(found["policies"]) if "policies" in found else None,
        plan=file.parent / str(found["plan"]) if "plan" in found else None,
        region=str(found.get("region") or ""),
        parameters=tuple(f"{name}={value}" for name, value in parameters.items()),
        account=str(found.get("account") or ""),
        none=_none(found.get("none", [])),
        principals=_principals(found.get("principals")),
        tests=_list(found["tests"]),
    )


def _read(file: Path) -> dict[str, object]:
    data = file.read_bytes()[: _LONGEST + 1]
    if len(data) > _LONGEST:
        raise InputError(f"`{file}` has more than {_LONGEST} bytes: split it")
    try:
        found = yaml.load(data, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        raise InputError(f"`{file}` is not YAML" + (f": line {place.line + 1}" if place else "")) from None
    if not isinstance(found, dict) or not isinstance(found.get("tests"), list):
        raise InputError(f"`{file}` must hold `principals` and a list `tests`")
    for name in found:
        if name not in _FIELDS:
            raise InputError(f"`{name}` in `{file}` is none of {', '.join(sorted(_FIELDS))}")
    return found


def _list(raw: object) -> list[object]:
    return raw if isinstance(raw, list) else []


def _none(none: object) -> Sequence[str]:
    gates = [gate.name for gate in POLICY_GATES]
    if not isinstance(none, list) or not set(none) <= set(gates):
        raise InputError(f"`none` must be a list of {', '.join(gates)}: the kinds of policy that there are none of")
    return none


def _principals(principals: object) -> dict[str, Principal]:
    if not isinstance(principals, dict) or not principals:
        raise InputError("`principals` is missing: a name and an ARN for each")
    found = {}
    for name, one in principals.items():
        arn, own = (one.get("arn"), one.get("policies")) if isinstance(one, dict) else (one, None)
        if not isinstance(arn, str):
            raise InputError(f"`{name}` in `principals` must be an ARN, or `arn` and `policies`")
        found[str(name)] = Principal(arn, str(own or ""))
    return found


def standings_of(tests: Tests, policies: Path | None, snapshot: Path | None) -> dict[str, Standing]:
    """Read the policies of each principal. policies: a folder in place of the file's own. Raises InputError."""
    top = policies or tests.policies or tests.here
    if snapshot is None:
        return {name: read_folder(top / one.policies, one.arn) for name, one in tests.principals.items()}
    from whydenied.engine.collectors.snapshot import Replay

    reader = Replay(open_snapshot(snapshot))
    return {name: read_standing(reader, one.arn) for name, one in tests.principals.items()}


def after_plan(
    tests: Tests, plan: Path, policies: Path | None, snapshot: Path | None
) -> tuple[dict[str, Standing], dict[str, Standing]]:
    """Return where each principal stands once a plan is applied, and where it stands before. Raises InputError,
    Unreadable, UsageError for a parameter."""
    # Here and not above: the types' data take time to load, and most tests are about files.
    from whydenied.engine.plans.afterwards import policies_of, stand
    from whydenied.engine.policy.names import Names
    from whydenied.server.cli.planned import Where, read_planned

    given: Mapping[str, Standing] = {}
    if snapshot is not None or policies is not None or tests.policies is not None:
        given = standings_of(tests, policies, snapshot)
    first, names = next(iter(tests.principals.values())), Names()
    found = read_planned(plan, Where(first.arn, tests.region, tests.account, parameters=tests.parameters), names)
    after, before = (policies_of(found.plan, found.place, names, side) for side in ("after", "before"))
    return tuple(
        {name: stand(left, one.arn, given.get(name)) for name, one in tests.principals.items()}
        for left in (after, before)
    )  # type: ignore[return-value]


def expectations(tests: Tests) -> Iterator[Expectation]:
    """Yield what is expected. Raises InputError."""
    for one in tests.tests:
        told = one if isinstance(one, dict) else {"say": one}
        context = told.get("context") or {}
        say = told.get("say")
        if not isinstance(say, str) or not isinstance(context, dict):
            raise InputError("a test must be a sentence, or `say` with `context` and `resource_account`")
        account = str(told.get("resource_account") or tests.account)
        yield read_expectation(say, [*tests.principals], context, account)
