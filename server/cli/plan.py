"""`whydenied plan`: every refusal of a deployment, before it runs; without policies, the least policy for it."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from whydenied.engine.drafts.record import FORMS
from whydenied.engine.errors import InputError
from whydenied.engine.plans.foresight import foresee
from whydenied.engine.plans.standing import Standing, read_folder, read_standing
from whydenied.engine.policy.names import Names
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.live import open_aws, open_snapshot
from whydenied.server.cli.planned import BACKEND, Where, read_planned
from whydenied.server.cli.terminal import json_parts, say, say_in_parts
from whydenied.server.plans.report import PlanReport, plan_report
from whydenied.server.plans.rows import Heap

__all__ = ["FORMATS", "plan"]

FORMATS = ("text", "json", "junit", "sarif", "markdown")


@click.command()
@click.argument("file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--principal", default="", help="The ARN of the role or user that deploys.")
@click.option("--policies", type=click.Path(path_type=Path), help="A folder with its policies (docs/plan.md).")
@click.option("--snapshot", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A snapshot file.")
@click.option("--live", is_flag=True, help="Read its policies from AWS, with read calls only.")
@click.option("--profile", help="The profile of the AWS CLI whose credentials --live uses.")
@click.option("--region", default="", help="The Region, where the plan does not say it.")
@click.option("--backend", type=click.Path(path_type=Path), help=f"The file that names the backend ({BACKEND}).")
@click.option("--stack", default="", help="The name of the stack, for a template.")
@click.option("--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of a template.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="text", help="How to print the answer.")
@click.option("--as", "form", type=click.Choice(FORMS), default="json", help="The form of the changes.")
@click.option("--all", "everything", is_flag=True, help="List all that may be refused, and all that is not known.")
def plan(
    file: Path,
    principal: str,
    policies: Path | None,
    snapshot: Path | None,
    live: bool,
    profile: str | None,
    region: str,
    backend: Path | None,
    stack: str,
    parameters: tuple[str, ...],
    kind: str,
    form: str,
    everything: bool,
) -> None:
    """Say what a deployment will be refused, before it runs.

    PLAN is what `terraform show -json PLANFILE` prints, a CloudFormation template (the CDK's too), or what `aws
    cloudformation describe-change-set` prints; `-` reads standard input. Without policies, the least policy is
    printed. Exit code 1 where something will be refused."""
    given = sum((policies is not None, snapshot is not None, live))
    if given > 1:
        raise click.UsageError("give one of --policies, --snapshot and --live")
    if given and not principal:
        raise click.UsageError("--principal is missing: the ARN of the role or user that deploys")
    names = Names()
    found = read_planned(file, Where(principal, region, "", backend, stack, parameters), names)
    if not given:
        from whydenied.server.cli.policy_for import show_least

        show_least(found, form="json", everything=everything)
        return
    perhaps = Heap(kept=everything or kind == "json")
    standing = _standing(principal, policies, snapshot, profile, live, region)
    try:
        foreseen = foresee(
            found.plan, found.asked, standing, found.place, names, _progress(), found.uncovered, perhaps.add
        )
    except InputError as error:
        raise Unreadable(str(error)) from None
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    report = plan_report(foreseen, perhaps, principal, str(file))
    _show(report, kind, form, everything)
    if report.refused:
        sys.exit(1)


def _standing(
    principal: str, policies: Path | None, snapshot: Path | None, profile: str | None, live: bool, region: str
) -> Standing:
    try:
        if policies is not None:
            return read_folder(policies, principal)
        if live:
            return read_standing(open_aws(profile, region or None, ()), principal)
        assert snapshot is not None
        from whydenied.engine.collectors.snapshot import Replay

        return read_standing(Replay(open_snapshot(snapshot)), principal)
    except InputError as error:
        raise Unreadable(str(error)) from None


def _progress() -> Callable[[int], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda count: click.echo(f"\r\033[K{count:,} requests judged", nl=False, err=True)


def _show(report: PlanReport, kind: str, form: str, everything: bool) -> None:
    if kind == "text":
        from whydenied.server.plans.text import report_lines

        say_in_parts(f"{line}\n" for line in report_lines(report, form, everything=everything))
    elif kind == "markdown":
        from whydenied.server.plans.markdown import report_markdown

        say(report_markdown(report, form), nl=False)
    else:
        from whydenied.server.plans.machine import report_data, report_junit, report_sarif

        if kind == "junit":
            say_in_parts(report_junit(report), exactly=True)
        else:
            say_in_parts(json_parts(report_sarif(report) if kind == "sarif" else report_data(report)))
