"""`whydenied diagnose`: say why a pasted error was denied, for a person or as JSON."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from whydenied.engine.diagnosis import Diagnoser, Diagnosis, make_diagnoser
from whydenied.engine.drafts.record import FORMS
from whydenied.kb.catalogue import Catalogue
from whydenied.server.articles.content import load_content
from whydenied.server.cli.inputs import MAX_PASTE, Unreadable, read_text
from whydenied.server.cli.terminal import json_line, say, say_json
from whydenied.server.data.findings import report_data
from whydenied.server.diagnosis.report import make_report

if TYPE_CHECKING:
    from whydenied.engine.drafts.source import SourceChange
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
    said = (("principal", principal), ("action", action), ("resource", resource))
    added = {name: value for name, value in said if value}
    credentials = bool(profile or region or accounts)
    _check_looking(live, snapshot is not None, until, with_credentials=credentials, says_more=bool(added))
    alone = not (live or snapshot or as_json or text not in (None, "-"))
    _check_lines(source, write, force, jsonl, alone)
    files = _Source(source, write, force) if source else None
    if live or snapshot:
        sys.exit(_look(text, as_json, snapshot, profile, region, accounts, form, everything, until, added, files))
    if not jsonl and text is None and sys.stdin.isatty():
        say("paste the error, then press Ctrl-D:", err=True)
    catalogue = load_content()
    diagnoser = make_diagnoser(catalogue.plain)
    if jsonl:
        _each_line(diagnoser, catalogue, source)
        return
    diagnosis = diagnoser.diagnose(read_text(text))
    change = files.place(diagnosis, catalogue) if files else None
    if as_json:
        say_json(diagnosis_data(diagnosis, catalogue) | (files.data(change) if files and change else {}))
    else:
        from whydenied.server.cli.printed import show_diagnosis

        show_diagnosis(diagnosis, catalogue, form, everything, diagnoser=diagnoser)
        if files and change:
            files.show(change)
    sys.exit(0 if diagnosis.recognised else 1)


def _check_lines(source: Path | None, write: bool, force: bool, jsonl: bool, alone: bool) -> None:
    """Raise UsageError for options about source files and lines that do not go together. alone: nothing else is asked
    for, and no text given."""
    if jsonl and not alone:
        raise click.UsageError("--jsonl reads standard input and goes with --source alone")
    if (write and not source) or (force and not write):
        raise click.UsageError("--write goes with --source, and --force with --write")
    if write and jsonl:
        raise click.UsageError("--write goes with one text: each line of --jsonl is answered for the files as they are")


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


class _Source(msgspec.Struct, frozen=True):
    """The source files that a change goes into. write: change them; force: those too that git does not have."""

    folder: Path
    write: bool
    force: bool

    def place(self, diagnosis: Diagnosis, catalogue: Catalogue, remedy: "Remedy | None" = None) -> "SourceChange":
        """Find where the changes of a diagnosis go."""
        # Here and not above: few diagnoses read source files.
        from whydenied.server.cli.source import change_source, read_source

        return change_source(read_source(self.folder), make_report(diagnosis, catalogue, remedy).changes)

    def data(self, change: "SourceChange") -> dict[str, object]:
        """Return what is said in JSON, once the files are written where that is asked for."""
        from whydenied.server.cli.source import source_data, write_source

        written = write_source(change, force=self.force) if self.write else []
        return {"source": source_data(change, written)}

    def show(self, change: "SourceChange") -> None:
        """Print where the changes go, and write them where that is asked for."""
        from whydenied.server.cli.source import show_source, write_source

        show_source(change)
        for path in write_source(change, force=self.force) if self.write else []:
            say(f"written: {path}")
        if change.files and not self.write:
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
    files: _Source | None,
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
    change = files.place(diagnosis, catalogue, remedy_of(looked)) if files else None
    if as_json:
        data = diagnosis_data(diagnosis, catalogue, remedy_of(looked)) | {
            "live": looked_data(looked, reader.asked) if looked else None
        }
        say_json(data | (files.data(change) if files and change else {}))
    else:
        show_diagnosis(diagnosis, catalogue, form, everything, remedy_of(looked))
        if looked:
            show_looked(looked, reader)
        else:
            say(
                "nothing could be looked up: the text does not say what was refused; add --action and --resource",
                err=True,
            )
        if files and change:
            files.show(change)
    return 0 if diagnosis.recognised else 1


def _each_line(diagnoser: Diagnoser, catalogue: Catalogue, source: Path | None) -> None:
    """Answer every line in order; one that cannot be read gets an answer that says so.

    source: each line's change is placed in these files, as they are."""
    placed = _placer(catalogue, source) if source else None
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
            diagnosis = diagnoser.diagnose(line.text)
            answer = {"id": line.id, **diagnosis_data(diagnosis, catalogue)} | (placed(diagnosis) if placed else {})
        sys.stdout.buffer.write(json_line(answer) + b"\n")
    sys.stdout.buffer.flush()


def _placer(catalogue: Catalogue, source: Path) -> Callable[[Diagnosis], dict[str, object]]:
    """Return what says where the changes of a diagnosis go in a source tree, which is read once."""
    from whydenied.server.cli.source import change_source, read_source, source_data

    tree = read_source(source)

    def placed(diagnosis: Diagnosis) -> dict[str, object]:
        change = change_source(tree, make_report(diagnosis, catalogue).changes)
        return {"source": source_data(change, [])}

    return placed


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
