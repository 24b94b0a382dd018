"""`whydenied policy-for`: the least policy for a Terraform plan, in every form, in pieces that AWS takes."""

from collections.abc import Iterable
from pathlib import Path

import click

from whydenied.engine.errors import InputError
from whydenied.engine.plans.foresight import not_covered, place_of
from whydenied.engine.plans.least import Least, least_policy
from whydenied.engine.plans.plan_file import MAX_PLAN, Plan, read_plan
from whydenied.engine.plans.requests import Asked
from whydenied.engine.policy.names import Names
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.terminal import say, say_json

__all__ = ["policy_for", "show_least"]

_FORMS = ("json", "terraform", "cloudformation", "cdk", "cdk_python", "cli")


@click.command("policy-for")
@click.argument("file", metavar="PLAN.json", type=click.Path(path_type=Path))
@click.option("--principal", default="", help="The ARN of the role or user that gets the policy.")
@click.option("--region", default="", help="The Region, where the plan does not say it.")
@click.option("--account", default="", help="The account, where neither the plan nor --principal says it.")
@click.option("--backend", type=click.Path(path_type=Path), help="The file that names the backend.")
@click.option("--as", "form", type=click.Choice(_FORMS), default="json", help="The form of the policy.")
@click.option("--all", "everything", is_flag=True, help="Cover also what the provider calls in unusual cases only.")
def policy_for(
    file: Path, principal: str, region: str, account: str, backend: Path | None, form: str, everything: bool
) -> None:
    """Print the least policy with which a Terraform plan can be applied.

    Named actions only, on the resources of the plan; in several policies where one would be too long for AWS."""
    from whydenied.server.cli.plan import read_file, requests_of

    try:
        found = read_plan(read_file(file, MAX_PLAN))
    except InputError as error:
        raise Unreadable(f"`{file}`: {error}") from None
    place = place_of(found, principal, region, account)
    asked = requests_of(found, place, Names(), file, backend)
    show_least(found, asked, form=form, everything=everything, principal=principal)


def show_least(found: Plan, asked: Iterable[Asked], *, form: str, everything: bool, principal: str = "") -> None:
    """Print the least policy for requests; what is to be known about it goes to standard error.

    Raises UsageError where the form names a holder and there is no principal."""
    least = least_policy(asked, everything=everything)
    if form == "json":
        say_json(least.documents[0] if len(least.documents) == 1 else list(least.documents))
    else:
        from whydenied.server.plans.least import least_in

        try:
            say(least_in(least, form, principal))
        except InputError as error:
            raise click.UsageError(str(error)) from None
    _say_about(found, least, everything)


def _say_about(found: Plan, least: Least, everything: bool) -> None:
    if len(least.documents) > 1:
        say(f"{len(least.documents)} policies: one has at most 6,144 characters", err=True)
    if least.widened:
        say(
            f"too long with every name, so these stand for the names that begin so: {', '.join(least.widened)}",
            err=True,
        )
    if not least.fits:
        say("more than the ten managed policies that a role has by default: ask for a higher quota, or split", err=True)
    if not everything:
        say("what the provider calls in unusual cases only is left out; --all adds it", err=True)
    unknown = not_covered(found)
    if unknown:
        say(f"it is not known here what these types call: {', '.join(unknown)}", err=True)
