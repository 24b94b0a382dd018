"""`whydenied diagnose`: say why a pasted error was denied, for a person or as JSON."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from whydenied.engine.diagnosis import Diagnoser, Diagnosis, make_diagnoser
from whydenied.engine.drafts import FORMS
from whydenied.kb.catalogue import Catalogue
from whydenied.server.cli.inputs import MAX_PASTE, Unreadable, read_text
from whydenied.server.cli.terminal import json_line, say, say_json
from whydenied.server.content import load_content
from whydenied.server.data.findings import report_data
from whydenied.server.diagnosis.report import make_report

if TYPE_CHECKING:
    from whydenied.engine.investigation import Looked
    from whydenied.engine.remedies.remedy import Remedy

__all__ = ["diagnose", "diagnosis_data", "remedy_of"]


@click.command()
@click.argument("text", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--jsonl", is_flag=True, help='Read {"id", "text"} a line; print one JSON line for each.')
@click.option("--live", is_flag=True, help="Look at AWS, read-only (`whydenied policy`), and prove the fix.")
@click.option("--profile", help="With --live: the profile of the AWS CLI whose credentials are used.")
@click.option("--region", help="With --live: the Region, where the error does not say it.")
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="ID=PROFILE|ROLE",
    help="With --live: credentials for another account.",
)
@click.option(
    "--snapshot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Look at this file of `whydenied collect`, or of `aws iam get-account-authorization-details`.",
)
@click.option(
    "--until", default="", help="With --live or --snapshot: let the changes end at this date, such as 2026-12-31."
)
@click.option("--principal", help="With --live or --snapshot: the caller's ARN, where the text does not name it.")
@click.option("--action", help="With --live or --snapshot: the action, such as s3:GetObject.")
@click.option("--resource", help="With --live or --snapshot: the resource's ARN.")
@click.option("--all", "everything", is_flag=True, help="Print all that stands behind the answer.")
@click.option(
    "--form",
    type=click.Choice(FORMS),
    default="json",
    help="The form of the change (cdk is TypeScript).",
)
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Find where the change goes in Terraform, CloudFormation, SAM or Serverless files, and print the difference.",
)
@click.option("--write", is_flag=True, help="With --source: change the files.")
@click.option("--force", is_flag=True, help="With --write: change files that git does not have as they are, too.")
def diagnose(
    text: str | None,
    as_json: bool,
    jsonl: bool,
    live: bool,
    profile: str | None,
    region: str | None,
    accounts: tuple[str, ...],
    snapshot: Path | None,
    until: str,
    principal: str | None,
    action: str | None,
    resource: str | None,
    everything: bool,
    form: str,
    source: Path | None,
    write: bool,
    force: bool,
) -> None:
    """Say why a pasted error was denied.

    TEXT is the error itself, the name of a file with it, or `-` (the default) for standard input.
    """
    said = {"principal": principal, "action": action, "resource": resource}
    added = {name: value for name, value in said.items() if value}
    with_credentials = bool(profile or region or accounts)
    _check_looking(live, snapshot is not None, until, with_credentials=with_credentials, says_more=bool(added))
    if (write and not source) or (force and not write):
        raise click.UsageError("--write goes with --source, and --force with --write")
    if source and (live or snapshot or jsonl):
        raise click.UsageError("--source goes with one text, and not with --live, --snapshot or --jsonl")
    if live or snapshot:
        if jsonl:
            raise click.UsageError("--jsonl goes with nothing else")
        sys.exit(_look(text, as_json, snapshot, profile, region, accounts, form, everything, until, added))
    if jsonl and (as_json or text not in (None, "-")):
        raise click.UsageError("--jsonl reads standard input and goes with nothing else")
    if not jsonl and text is None and sys.stdin.isatty():
        say("paste the error, then press Ctrl-D:", err=True)
    catalogue = load_content()
    diagnoser = make_diagnoser(catalogue.plain)
    if jsonl:
        _each_line(diagnoser, catalogue)
        return
    diagnosis = diagnoser.diagnose(read_text(text))
    if source:
        _change_source(diagnosis, catalogue, source, form if not as_json else None, everything, write, force)
    elif as_json:
        say_json(diagnosis_data(diagnosis, catalogue))
    else:
        from whydenied.server.cli.printed import show_diagnosis

        show_diagnosis(diagnosis, catalogue, form, everything)
    sys.exit(0 if diagnosis.recognised else 1)


def _check_looking(live: bool, snapshot: bool, until: str, *, with_credentials: bool, says_more: bool) -> None:
    """Raise UsageError for options about looking that do not go together."""
    if not live and with_credentials:
        raise click.UsageError("--profile, --region and --account go with --live")
    if live and snapshot:
        raise click.UsageError("look at AWS (--live) or at a file (--snapshot), not at both")
    if until and not (live or snapshot):
        raise click.UsageError("--until goes with --live or --snapshot")
    if says_more and not (live or snapshot):
        raise click.UsageError("--principal, --action and --resource go with --live or --snapshot")


def _change_source(
    diagnosis: Diagnosis,
    catalogue: Catalogue,
    folder: Path,
    form: str | None,
    everything: bool,
    write: bool,
    force: bool,
) -> None:
    """Print a diagnosis and its change in source files, and write that where it is asked for. form: None for JSON."""
    # Here and not above: few diagnoses read source files.
    from whydenied.server.cli.printed import show_diagnosis
    from whydenied.server.cli.source import change_source, show_source, source_data, write_source

    change = change_source(folder, make_report(diagnosis, catalogue).changes)
    if form is None:
        written = write_source(change, force=force) if write else []
        say_json(diagnosis_data(diagnosis, catalogue) | {"source": source_data(change, written)})
        return
    show_diagnosis(diagnosis, catalogue, form, everything)
    show_source(change)
    for path in write_source(change, force=force) if write else []:
        say(f"written: {path}")
    if change.files and not write:
        say("to change the files: pipe this into `git apply`, or add --write", err=True)


def _look(
    text: str | None,
    as_json: bool,
    snapshot: Path | None,
    profile: str | None,
    region: str | None,
    accounts: tuple[str, ...],
    form: str,
    everything: bool,
    until: str,
    said: dict[str, str],
) -> int:
    """Diagnose with a look at AWS or a snapshot; return the exit code."""
    # Here and not above: most diagnoses look at nothing but the text.
    from whydenied.engine.collectors.snapshot import Replay, Snapshot
    from whydenied.server.cli.live import look_closer, open_aws, open_snapshot, show_looked
    from whydenied.server.cli.printed import show_diagnosis
    from whydenied.server.data.live import looked_data

    taken = open_snapshot(snapshot) if snapshot else Snapshot()
    given = "" if text is None and (taken.target or "action" in said) else read_text(text)
    reader = Replay(taken) if snapshot else open_aws(profile, region, accounts)
    catalogue = load_content()
    diagnoser = make_diagnoser(catalogue.plain)
    diagnosis = diagnoser.diagnose(given)
    looked = look_closer(diagnoser, catalogue, given, diagnosis, reader, taken.target, region or "", until, said)
    diagnosis = looked.diagnosis if looked else diagnosis
    if as_json:
        data = diagnosis_data(diagnosis, catalogue, remedy_of(looked)) | {
            "live": looked_data(looked, reader.asked) if looked else None
        }
        say_json(data)
    else:
        show_diagnosis(diagnosis, catalogue, form, everything, remedy_of(looked))
        if looked:
            show_looked(looked, reader)
        else:
            say(
                "nothing could be looked up: the text does not say what was refused; add --action and --resource",
                err=True,
            )
    return 0 if diagnosis.recognised else 1


def _each_line(diagnoser: Diagnoser, catalogue: Catalogue) -> None:
    """Answer every line in order; one that cannot be read gets an answer that says so."""
    decoder = msgspec.json.Decoder(_Line)
    for raw in sys.stdin.buffer:
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            answer: dict[str, object] = {"id": None, "error": 'the line is not a JSON object with "id" and "text"'}
        else:
            if len(line.text) > MAX_PASTE:
                raise Unreadable(f"the text of `{line.id}` has more than {MAX_PASTE} characters")
            answer = {"id": line.id, **diagnosis_data(diagnoser.diagnose(line.text), catalogue)}
        sys.stdout.buffer.write(json_line(answer) + b"\n")
    sys.stdout.buffer.flush()


class _Line(msgspec.Struct):
    id: str | int
    text: str


def remedy_of(looked: "Looked | None") -> "Remedy | None":
    """Return the plan's remedy of a look, None where nothing was looked up or nothing mends it."""
    plan = looked.outcome.plan if looked else None
    return plan.remedy if plan else None


def diagnosis_data(diagnosis: Diagnosis, catalogue: Catalogue, remedy: "Remedy | None" = None) -> dict[str, Any]:
    """Return a diagnosis as the API gives it, and the denial that tells most at the top as well."""
    data: dict[str, Any] = {**report_data(make_report(diagnosis, catalogue, remedy))}
    main = next((at for at, denial in enumerate(diagnosis.denials) if denial is diagnosis.main), None)
    top = {"error": None, "findings": [], "articles": []} if main is None else data["denials"][main]
    # The changes of all denials stay at the top: those of one are among its own fields.
    return {**data, **top, "changes": data["changes"]}
