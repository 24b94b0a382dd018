"""`whydenied run`: any command as it is, and where it fails because AWS refused something, the answer under it."""

from pathlib import Path

import click

__all__ = ["run"]


def _form(_: click.Context, option: click.Parameter, form: str | None) -> str:
    if form is None:
        return "json"
    # Here and not above: the command is to start soon, and few ask for a form.
    from whydenied.engine.drafts.record import FORMS

    return str(click.Choice(FORMS).convert(form, option, None))


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Find where the change goes in Terraform, CloudFormation, SAM or Serverless files, and print the difference.",
)
@click.option("--live", is_flag=True, help="Look at AWS, read-only (`whydenied policy`), and prove the fix.")
@click.option("--profile", help="With --live: the profile of the AWS CLI whose credentials are used.")
@click.option("--region", help="With --live: the Region, where the error does not say it.")
@click.option("--form", callback=_form, help="The form of the change: terraform, cli, cloudformation …")
@click.option("--all", "everything", is_flag=True, help="Print all that stands behind the answer.")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the answer to this file as well, as `diagnose --json` has it. No answer, no file.",
)
@click.option(
    "--report",
    "reports",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write a pipeline's files into this folder as well, as `whydenied report` does.",
)
def run(
    command: tuple[str, ...],
    source: Path | None,
    live: bool,
    profile: str | None,
    region: str | None,
    form: str,
    everything: bool,
    save: Path | None,
    reports: Path | None,
) -> None:
    """Run a command as it is, and say why AWS refused it.

    COMMAND has its own input, output, terminal and signals, and ends as it would without us; `--` before it keeps
    its options its own. Where it fails and its output tells of a refusal, the answer stands under it, on standard
    error. Nothing is printed where nothing was refused.
    """
    if (profile or region) and not live:
        raise click.UsageError("--profile and --region go with --live")
    if source and live:
        raise click.UsageError("--source does not go with --live")
    try:
        # Here and not above: not every system has terminals of this kind.
        from whydenied.server.running.command import run_and_tell
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"`run` needs Linux or macOS (there is no `{error.name}` here): pipe the output into `whydenied diagnose -`"
        ) from None

    def tell(output: tuple[bytes, ...]) -> None:
        from whydenied.server.cli import answered

        answered.tell(output, answered.Asked(source, live, profile, region, form, everything, save, reports))

    run_and_tell(command, tell)
