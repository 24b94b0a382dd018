"""`whydenied triage`: every denial in CloudTrail's log files, grouped, with causes and fixes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from whydenied.engine.errors import InputError
from whydenied.engine.triage import Journal, Knowledge, Progress, Tally, run
from whydenied.engine.triage.files import find_files
from whydenied.engine.triage.tally import FileResult
from whydenied.server.articles.content import load_content
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.outputs import Unwritable, write_file
from whydenied.server.cli.terminal import cleaned, say
from whydenied.server.cli.triage_report import (
    TriageReport,
    make_report,
    report_csv,
    report_html,
    report_json,
    resource_words,
    summary,
)

__all__ = ["triage"]

_SHOWN = 30


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "html"]),
    default="table",
    show_default=True,
    help="What to write.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, not to the terminal.")
@click.option("--processes", type=click.IntRange(1, 256), help="How many processes read files (default: one a core).")
@click.option(
    "--state", type=click.Path(dir_okay=False, path_type=Path), help="Remember here what was read, to go on later."
)
@click.option("--limit", type=click.IntRange(1), default=_SHOWN, show_default=True, help="Groups shown in the table.")
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where the files are read: here, or on Apache Spark (`pip install whydenied[spark]`, and Java 17).",
)
def triage(
    paths: tuple[Path, ...],
    form: str,
    out: Path | None,
    processes: int | None,
    state: Path | None,
    limit: int,
    engine: str,
) -> None:
    """Group the denials in CloudTrail's log files by caller, action, resource and cause.

    PATH… are files or folders: CloudTrail's log files (.json.gz), JSON lines, the output of `aws cloudtrail
    lookup-events`, Athena's CSV. Below a folder links are not followed. Files that cannot be read are listed at the
    end; then the exit code is 1.
    """
    if engine == "spark" and (state or processes):
        raise click.UsageError("--state and --processes go with --engine local; Spark has its own")
    catalogue = load_content()
    knowledge = Knowledge(catalogue.plain("pattern"), catalogue.plain("cause"))
    tally = _on_spark(paths, knowledge) if engine == "spark" else _here(paths, knowledge, processes, state)
    report = make_report(tally, catalogue)
    if not tally.files and not report.problems:
        say("nothing was read: there is no log file below what was named", err=True)
    text = _written(report, form, limit)
    if out is None:
        sys.stdout.buffer.write(text)
    else:
        write_file(out, text)
    for problem in report.problems:
        say(f"{problem.path}: {problem.text}", err=True)
    if out is not None or form != "table":
        say(summary(report), err=True)
    sys.exit(1 if report.problems else 0)


def _here(paths: tuple[Path, ...], knowledge: Knowledge, processes: int | None, state: Path | None) -> Tally:
    try:
        journal = Journal(state) if state else None
    except InputError as error:
        raise Unreadable(str(error)) from None
    try:
        with _bar(paths) as progress:
            return run(paths, knowledge, processes=processes, journal=journal, progress=progress)
    except InputError as error:
        raise Unwritable(str(error)) from None
    finally:
        if journal:
            journal.close()


def _on_spark(paths: tuple[Path, ...], knowledge: Knowledge) -> Tally:
    # Here and not above: Spark is an extra that few have.
    from whydenied.engine.triage.spark import run_on_spark

    return run_on_spark(paths, knowledge)


@contextmanager
def _bar(paths: tuple[Path, ...]) -> Iterator[Progress | None]:
    """Show progress by the bytes read, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    length = sum(path.stat().st_size for path in find_files(paths) if path.is_file())
    with click.progressbar(length=length, label="reading", file=sys.stderr) as bar:

        def progress(result: FileResult) -> None:
            bar.update(result.size)

        yield progress


def _written(report: TriageReport, form: str, limit: int) -> bytes:
    if form == "json":
        return report_json(report)
    if form == "csv":
        return report_csv(report).encode()
    if form == "html":
        return report_html(report).encode()
    return cleaned(_table(report, limit)).encode()


def _table(report: TriageReport, limit: int) -> str:
    lines = [summary(report), ""]
    for row in report.rows[:limit]:
        group = row.group
        lines.append(f"{group.count:>9,}  {group.action}  {group.principal}")
        lines.append(f"{'':>11}on {resource_words(group.resource)}")
        lines.append(f"{'':>11}{row.title} ({group.certainty or 'unknown'}); {group.first} to {group.last}")
        if group.example.event:
            on = f" on {group.example.resource}" if group.example.resource not in ("", group.resource) else ""
            lines.append(f"{'':>11}such as event {group.example.event} at {group.example.time}{on}")
        lines.append(f"{'':>11}fix: {row.fix}")
    if len(report.rows) > limit:
        lines.append(f"\n{len(report.rows) - limit:,} more groups: use --limit, or --format csv")
    return "\n".join(lines) + "\n"
