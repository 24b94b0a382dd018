"""`whydenied test`: whether policies allow and refuse what they are expected to."""

import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import click

from whydenied.engine.errors import InputError
from whydenied.engine.plans.expected import Outcome, decide
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.outputs import write_file
from whydenied.server.cli.terminal import say
from whydenied.server.cli.tested import after_plan, expectations, read_tests, standings_of

__all__ = ["test"]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policies", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another folder.")
@click.option(
    "--plan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Test what this plan or template leaves.",
)
@click.option("--snapshot", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take them from here.")
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The policies from before a change: say which decisions it has turned.",
)
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML to this file as well.")
def test(
    file: Path, policies: Path | None, plan: Path | None, snapshot: Path | None, before: Path | None, junit: Path | None
) -> None:
    """Test policies against expectations.

    FILE says, in YAML, whose policies and what is expected of them (docs/testing.md):
    `importer may s3:GetObject on arn:aws:s3:::inbox/q1.csv`. Exit code 1 where something is not as expected.
    """
    try:
        read = read_tests(file)
        then = None
        if chosen := plan or read.plan:
            standings, then = after_plan(read, chosen, policies, snapshot)
        else:
            standings = standings_of(read, policies, snapshot)
        then = standings_of(read, before, None) if before else then
        outcomes = [outcome for one in expectations(read) for outcome in decide(one, standings, read.none, then)]
    except InputError as error:
        raise Unreadable(str(error)) from None
    for outcome in outcomes:
        _show(outcome)
    failed = sum(not outcome.holds for outcome in outcomes)
    turned = sum(outcome.flipped for outcome in outcomes)
    say(f"\n{len(outcomes)} tested, {failed} not as expected" + (f", {turned} turned by the change" if then else ""))
    if junit is not None:
        write_file(junit, _junit(file.name, outcomes).encode())
    sys.exit(1 if failed else 0)


def _show(outcome: Outcome) -> None:
    name = f"{outcome.expectation.text}" + (f" [{outcome.principal}]" if outcome.expectation.but else "")
    say(f"{'ok  ' if outcome.holds else 'FAIL'}  {name}", fg="green" if outcome.holds else "red")
    if not outcome.holds:
        told = outcome.why.startswith(f"{outcome.decision}:")
        say(f"      {outcome.why if told else f'{outcome.decision}: {outcome.why}'}")
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
