"""The answer to what a command wrote before it failed; for `whydenied run`, which loads this only then."""

import contextlib
import os
import sys
from pathlib import Path

import click
import msgspec

from whydenied.engine.diagnosis import Diagnoser, Diagnosis, make_diagnoser
from whydenied.kb.catalogue import Catalogue
from whydenied.server.articles.content import load_content
from whydenied.server.cli.diagnose import diagnosis_data, remedy_of
from whydenied.server.cli.manners import prepare, wants_colour
from whydenied.server.cli.outputs import write_file
from whydenied.server.cli.printed import show_diagnosis
from whydenied.server.cli.terminal import say

__all__ = ["Asked", "tell"]

_HEADING = "why this was denied"


class Asked(msgspec.Struct, frozen=True):
    """What the answer is to hold. source: the folder of the reader's own files. live: look at AWS, as this profile and
    in this Region. save: the file for the answer as JSON. reports: the folder for a pipeline's files."""

    source: Path | None = None
    live: bool = False
    profile: str | None = None
    region: str | None = None
    form: str = "json"
    everything: bool = False
    save: Path | None = None
    reports: Path | None = None


_PLAIN = Asked()


def tell(output: tuple[bytes, ...], asked: Asked = _PLAIN) -> None:
    """Print the answer to what a command wrote to standard error, and nothing where AWS refused nothing.

    output: the end of each of its streams. What goes wrong is said in a line: the command's end is not ours to change.
    """
    text = b"\n".join(output).decode("utf-8", "replace").replace("\0", "")
    if not text.strip():
        return  # `false`, `test`, `grep -q`: nothing to load the articles for
    if _HEADING in text:
        return  # a command within, run by us as well, has had its answer
    catalogue = load_content()
    diagnoser = make_diagnoser(catalogue.plain)
    diagnosis = diagnoser.diagnose(text)
    if not diagnosis.is_refused:
        return
    try:
        prepare()
        with contextlib.redirect_stdout(sys.stderr), click.Context(click.Command("run")) as context:
            context.color = wants_colour(os.environ)
            say(f"\n{_HEADING}\n{'-' * len(_HEADING)}", bold=True)
            _answer(diagnoser, catalogue, text, diagnosis, asked)
    except click.ClickException as error:
        say(f"whydenied: {error.format_message()}", err=True)


def _answer(diagnoser: Diagnoser, catalogue: Catalogue, text: str, diagnosis: Diagnosis, asked: Asked) -> None:
    looked, remedy = None, None
    if asked.live:
        # Here and not above: boto3 is for who looks.
        from whydenied.server.cli.live import look_closer, open_aws, show_looked

        reader = open_aws(asked.profile, asked.region, ())
        looked = look_closer(diagnoser, catalogue, text, diagnosis, reader, region=asked.region or "")
        diagnosis = looked.diagnosis if looked else diagnosis
        remedy = remedy_of(looked)
    asks = None if asked.live else diagnoser
    report = show_diagnosis(diagnosis, catalogue, asked.form, asked.everything, remedy, "the output", asks)
    data: dict[str, object] = diagnosis_data(diagnosis, catalogue, remedy) if asked.save or asked.reports else {}
    change = None
    if looked is not None:
        show_looked(looked, reader)
    if asked.source is not None:
        from whydenied.server.cli.source import change_source, read_source, show_source, source_data

        change = change_source(read_source(asked.source), report.changes)
        show_source(change)
        data["source"] = source_data(change, ())
    if asked.save is not None:
        write_file(asked.save, msgspec.json.encode(data))
    if asked.reports is not None:
        from whydenied.server.cli.reports import write_reports

        write_reports(asked.reports, report, data, change)
