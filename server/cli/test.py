"""`whydenied test`: whether policies allow and refuse what they are expected to."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import click
import yaml

from whydenied.engine.errors import InputError
from whydenied.engine.evaluation.gates import POLICY_GATES
from whydenied.engine.plans.expected import Expectation, Outcome, decide, read_expectation
from whydenied.engine.plans.standing import Standing, read_folder, read_standing
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.live import open_snapshot
from whydenied.server.cli.outputs import write_file
from whydenied.server.cli.terminal import say

__all__ = ["test"]

_LONGEST = 1_000_000
_FIELDS = {"policies", "principals", "account", "none", "tests"}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policies", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another folder.")
@click.option("--snapshot", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take them from here.")
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The policies from before a change: say which decisions it has turned.",
)
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML to this file as well.")
def test(file: Path, policies: Path | None, snapshot: Path | None, before: Path | None, junit: Path | None) -> None:
    """Test policies against expectations.

    FILE says, in YAML, whose policies and what is expected of them (docs/testing.md):
    `importer may s3:GetObject on arn:aws:s3:::inbox/q1.csv`. Exit code 1 where something is not as expected.
    """
    try:
        read = _read(file)
        standings = _standings(read, file.parent, policies, snapshot)
        then = _standings(read, file.parent, before, None) if before else None
        outcomes = [outcome for one in _expectations(read) for outcome in decide(one, standings, _none(read), then)]
    except InputError as error:
        raise Unreadable(str(error)) from None
    for outcome in outcomes:
        _show(outcome)
    failed = sum(not outcome.holds for outcome in outcomes)
    turned = sum(outcome.flipped for outcome in outcomes)
    say(f"\n{len(outcomes)} tested, {failed} not as expected" + (f", {turned} turned by the change" if before else ""))
    if junit is not None:
        write_file(junit, _junit(file.name, outcomes).encode())
    sys.exit(1 if failed else 0)


def _read(file: Path) -> Mapping[str, object]:
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


def _standings(
    read: Mapping[str, object], here: Path, policies: Path | None, snapshot: Path | None
) -> dict[str, Standing]:
    """Read the policies of each principal. policies: a folder in place of the file's own."""
    principals = read.get("principals")
    if not isinstance(principals, dict) or not principals:
        raise InputError("`principals` is missing: a name and an ARN for each")
    found = {}
    for name, one in principals.items():
        arn, own = (one.get("arn"), one.get("policies")) if isinstance(one, dict) else (one, None)
        if not isinstance(arn, str):
            raise InputError(f"`{name}` in `principals` must be an ARN, or `arn` and `policies`")
        if snapshot is not None:
            from whydenied.engine.collectors.snapshot import Replay

            found[str(name)] = read_standing(Replay(open_snapshot(snapshot)), arn)
            continue
        top = policies or here / str(read.get("policies", "."))
        found[str(name)] = read_folder(top / own if own else top, arn)
    return found


def _none(read: Mapping[str, object]) -> Sequence[str]:
    none, gates = read.get("none", []), [gate.name for gate in POLICY_GATES]
    if not isinstance(none, list) or not set(none) <= set(gates):
        raise InputError(f"`none` must be a list of {', '.join(gates)}: the kinds of policy that there are none of")
    return none


def _expectations(read: Mapping[str, object]) -> Iterator[Expectation]:
    principals, tests = read["principals"], read["tests"]
    assert isinstance(principals, dict)
    assert isinstance(tests, list)
    account = read.get("account") or ""
    for one in tests:
        told = one if isinstance(one, dict) else {"say": one}
        context = told.get("context") or {}
        if not isinstance(told.get("say"), str) or not isinstance(context, dict):
            raise InputError("a test must be a sentence, or `say` with `context` and `resource_account`")
        yield read_expectation(told["say"], [*principals], context, str(told.get("resource_account") or account))


def _show(outcome: Outcome) -> None:
    name = f"{outcome.expectation.text}" + (f" [{outcome.principal}]" if outcome.expectation.but else "")
    say(f"{'ok  ' if outcome.holds else 'FAIL'}  {name}", fg="green" if outcome.holds else "red")
    if not outcome.holds:
        say(f"      {outcome.decision}: {outcome.why}")
        _show_statements(outcome, "      by")
    if outcome.flipped and outcome.before is not None:
        say(f"      - before: {outcome.before.decision}", fg="red")
        _show_statements(outcome.before, "      -   by")
        say(f"      + now:    {outcome.decision}", fg="green")
        _show_statements(outcome, "      +   by")


def _show_statements(outcome: Outcome, lead: str) -> None:
    for statement in outcome.statements:
        say(f"{lead} {statement}")


def _junit(name: str, outcomes: Sequence[Outcome]) -> str:
    """Return JUnit XML: a test case for each principal of each expectation."""
    cases = []
    for outcome in outcomes:
        head = f"    <testcase classname={quoteattr(outcome.principal)} name={quoteattr(outcome.expectation.text)}"
        if outcome.holds:
            cases.append(f"{head}/>")
            continue
        told = "\n".join((outcome.why, *outcome.statements))
        cases.append(f"{head}>\n      <failure message={quoteattr(outcome.decision)}>{escape(told)}</failure>")
        cases.append("    </testcase>")
    counted = f'tests="{len(outcomes)}" failures="{sum(not one.holds for one in outcomes)}"'
    body = "\n".join((f"  <testsuite name={quoteattr(name)} {counted}>", *cases, "  </testsuite>"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counted}>\n{body}\n</testsuites>\n'
