"""`whydenied plan`: every refusal of a Terraform run, before it runs; without policies, the least policy for it."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from whydenied.engine.drafts import FORMS
from whydenied.engine.errors import InputError
from whydenied.engine.plans.backend import asked_of_backend
from whydenied.engine.plans.foresight import foresee, place_of
from whydenied.engine.plans.plan_file import MAX_PLAN, Plan, read_plan
from whydenied.engine.plans.requests import Asked, asked_of
from whydenied.engine.plans.standing import Standing, read_folder, read_standing
from whydenied.engine.plans.targets import Place
from whydenied.engine.policy.names import Names
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.live import open_aws, open_snapshot
from whydenied.server.cli.terminal import say, say_exactly, say_json
from whydenied.server.plans.report import PlanReport, plan_report

__all__ = ["FORMATS", "plan", "read_file", "requests_of"]

FORMATS = ("text", "json", "junit", "sarif", "markdown")
_BACKEND = Path(".terraform") / "terraform.tfstate"


@click.command()
@click.argument("file", metavar="PLAN.json", type=click.Path(path_type=Path))
@click.option("--principal", default="", help="The ARN of the role or user that runs the apply.")
@click.option("--policies", type=click.Path(path_type=Path), help="A folder with its policies (docs/plan.md).")
@click.option("--snapshot", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A snapshot file.")
@click.option("--live", is_flag=True, help="Read its policies from AWS, with read calls only.")
@click.option("--profile", help="The profile of the AWS CLI whose credentials --live uses.")
@click.option("--region", default="", help="The Region, where the plan does not say it.")
@click.option("--backend", type=click.Path(path_type=Path), help=f"The file that names the backend ({_BACKEND}).")
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
    kind: str,
    form: str,
    everything: bool,
) -> None:
    """Say what a Terraform run will be refused, before it runs.

    PLAN.json is what `terraform show -json PLANFILE` prints; `-` reads standard input. Without policies, the least
    policy for the plan is printed. Exit code 1 where something will be refused."""
    given = sum((policies is not None, snapshot is not None, live))
    if given > 1:
        raise click.UsageError("give one of --policies, --snapshot and --live")
    if given and not principal:
        raise click.UsageError("--principal is missing: the ARN of the role or user that runs the apply")
    found = _plan(file)
    place = place_of(found, principal, region)
    names = Names()
    asked = requests_of(found, place, names, file, backend)
    if not given:
        from whydenied.server.cli.policy_for import show_least

        show_least(found, asked, form="json", everything=everything)
        return
    standing = _standing(principal, policies, snapshot, profile if live else None, live, region)
    try:
        foreseen = foresee(found, asked, standing, place, names, _progress())
    except InputError as error:
        raise Unreadable(str(error)) from None
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    report = plan_report(foreseen, principal, str(file))
    _show(report, kind, form, everything)
    if report.refused:
        sys.exit(1)


def read_file(file: Path, most: int) -> bytes:
    """Read a file, or standard input for `-`. Raises Unreadable."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(most + 1)
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise Unreadable(f"`{file}`: {(error.strerror or str(error)).lower()}") from None


def _plan(file: Path) -> Plan:
    try:
        return read_plan(read_file(file, MAX_PLAN))
    except InputError as error:
        raise Unreadable(f"`{file}`: {error}") from None


def requests_of(found: Plan, place: Place, names: Names, file: Path, backend: Path | None) -> list[Asked]:
    """Return what IAM is asked for a plan, its state first. Raises Unreadable."""
    beside = file.parent / _BACKEND
    chosen = backend or (beside if beside.is_file() else None)
    state: Iterable[Asked] = ()
    if chosen is not None:
        try:
            state = asked_of_backend(read_file(chosen, MAX_PLAN), place)
        except InputError as error:
            raise Unreadable(f"`{chosen}`: {error}") from None
    return [*state, *asked_of(found, place, names)]


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
        from whydenied.server.plans.text import report_text

        say(report_text(report, form, everything=everything), nl=False)
    elif kind == "markdown":
        from whydenied.server.plans.markdown import report_markdown

        say(report_markdown(report, form), nl=False)
    else:
        from whydenied.server.plans.machine import report_data, report_junit, report_sarif

        if kind == "junit":
            say_exactly(report_junit(report))
        else:
            say_json(report_sarif(report) if kind == "sarif" else report_data(report))
