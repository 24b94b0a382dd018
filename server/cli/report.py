"""`whydenied report`: the answer to a log as files for a pipeline."""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from whydenied.engine.diagnosis import make_diagnoser
from whydenied.server.articles.content import load_content
from whydenied.server.cli.diagnose import diagnosis_data
from whydenied.server.cli.reports import write_reports
from whydenied.server.diagnosis.report import make_report
from whydenied.server.running.tail import Tail

__all__ = ["report"]

# Bytes of the end of a log that are read, as of the two streams of a run.
_MOST = 400_000
_PIECE = 65_536


@click.command()
@click.argument("log", type=click.File("rb"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Find where the change goes in Terraform, CloudFormation, SAM or Serverless files.",
)
def report(log: BinaryIO, folder: Path, source: Path | None) -> None:
    """Write the answer to LOG into FOLDER, for a pipeline.

    LOG is a file, or `-` for standard input; of a long one the end is read. FOLDER gets summary.md, annotations.txt
    (for GitHub), results.sarif, codequality.json (for GitLab) and answer.json; nothing, and exit code 1, where AWS
    refused nothing.
    """
    catalogue = load_content()
    diagnosis = make_diagnoser(catalogue.plain).diagnose(_end(log))
    if not diagnosis.is_refused:
        sys.exit(1)
    found, change = make_report(diagnosis, catalogue), None
    data: dict[str, object] = diagnosis_data(diagnosis, catalogue)
    if source is not None:
        # Here and not above: few reports are on source files.
        from whydenied.server.cli.source import change_source, read_source, source_data

        change = change_source(read_source(source), found.changes)
        data["source"] = source_data(change, ())
    write_reports(folder, found, data, change)


def _end(log: BinaryIO) -> str:
    tail = Tail(_MOST)
    while data := log.read(_PIECE):
        tail.add(data)
    return tail.bytes().decode("utf-8", "replace").replace("\0", "")
