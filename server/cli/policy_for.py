"""`whydenied policy-for`: the least policy for a deployment, in every form, in pieces that AWS takes."""

from pathlib import Path

import click
import msgspec

from whydenied.engine.errors import InputError
from whydenied.engine.plans.least import Least, least_policy
from whydenied.engine.policy.names import Names
from whydenied.server.cli.planned import Planned, Where, read_planned
from whydenied.server.cli.terminal import say, say_json
from whydenied.server.plans.hidden import HIDDEN, hidden_in

__all__ = ["policy_for", "show_least"]

_FORMS = ("json", "terraform", "cloudformation", "cdk", "cdk_python", "cli")


@click.command("policy-for")
@click.argument("file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--principal", default="", help="The ARN of the role or user that gets the policy.")
@click.option("--region", default="", help="The Region, where the plan does not say it.")
@click.option("--account", default="", help="The account, where neither the plan nor --principal says it.")
@click.option("--backend", type=click.Path(path_type=Path), help="The file that names the backend.")
@click.option("--stack", default="", help="The name of the stack, for a template.")
@click.option("--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of a template.")
@click.option("--as", "form", type=click.Choice(_FORMS), default="json", help="The form of the policy.")
@click.option("--all", "everything", is_flag=True, help="Cover also what is called in unusual cases only.")
def policy_for(
    file: Path,
    principal: str,
    region: str,
    account: str,
    backend: Path | None,
    stack: str,
    parameters: tuple[str, ...],
    form: str,
    everything: bool,
) -> None:
    """Print the least policy with which a plan (as for `whydenied plan`) can be deployed.

    Named actions only, on the resources of the plan; in several policies where one would be too long for AWS."""
    found = read_planned(file, Where(principal, region, account, backend, stack, parameters), Names())
    show_least(found, form=form, everything=everything, principal=principal)


def show_least(found: Planned, *, form: str, everything: bool, principal: str = "") -> None:
    """Print the least policy for a plan; what is to be known about it goes to standard error.

    Raises UsageError where the form names a holder and there is no principal."""
    asked, others = found.split()
    made = least_policy(asked, everything=everything)
    least = msgspec.structs.replace(made, documents=tuple(map(hidden_in, made.documents)))
    if form == "json":
        say_json(least.documents[0] if len(least.documents) == 1 else list(least.documents))
    else:
        from whydenied.server.plans.least import least_in

        try:
            say(least_in(least, form, principal))
        except InputError as error:
            raise click.UsageError(str(error)) from None
    if least.documents != made.documents:
        say(f"names that look like secrets are not printed: write them in place of {HIDDEN}", err=True)
    _say_about(found, least, everything)
    if others:
        say(f"this is for {found.principal or 'whoever runs Terraform'}; what these call is left out:", err=True)
        say(", ".join(others), err=True)


def _say_about(found: Planned, least: Least, everything: bool) -> None:
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
        say("what is called in unusual cases only is left out; --all adds it", err=True)
    if found.uncovered:
        say(f"it is not known here what these types call: {', '.join(found.uncovered)}", err=True)
