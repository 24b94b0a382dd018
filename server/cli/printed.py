"""A diagnosis on a terminal: what was read, the causes with their reasons, what to do. Plain where it is piped."""

import shutil
import textwrap

import click

from engine.diagnosis import Diagnosis
from kb.catalogue import Catalogue
from server.cli.terminal import say
from server.diagnosis.report import Cause, Result, make_report

__all__ = ["show_diagnosis"]

_MARKS = {"confirmed": ("●", "green"), "likely": ("◐", "yellow"), "possible": ("○", "blue")}
_CAUSES = 4


def show_diagnosis(diagnosis: Diagnosis, catalogue: Catalogue) -> None:
    """Print a diagnosis for a person."""
    report = make_report(diagnosis, catalogue)
    for kind in diagnosis.secrets:
        say(f"! your paste holds a {kind}: it was masked here, but rotate it", err=True, fg="red", bold=True)
    if not report.recognised:
        say("this does not look like an AWS error that the knowledge base knows")
        say("next: paste the whole message, or try `whydenied article debugging-checklist`")
        return
    for result in report.results:
        if len(report.results) > 1:
            say(f"\n=== denial {result.number} of {len(report.results)}", bold=True)
        _show_result(result)
    if report.left_out:
        shown = len(report.results)
        say(f"\nand {report.left_out:,} more of {shown + report.left_out:,}: paste those lines by themselves")


def _show_result(result: Result) -> None:
    for _, label, value in result.read:
        say(f"  {click.style(label, dim=True)}: {' '.join(value.split())}")
    say()
    for number, cause in enumerate(result.causes[:_CAUSES]):
        _show_cause(cause, is_first=number == 0)
    rest = [cause.id for cause in result.causes[_CAUSES:]]
    if rest:
        _paragraph("also possible: " + ", ".join(rest), "")


def _show_cause(cause: Cause, is_first: bool) -> None:
    mark, colour = _MARKS.get(cause.certainty, ("-", "white"))
    say(click.style(f"{mark} {cause.certainty}", fg=colour, bold=is_first) + f"  {cause.article.title}")
    for reason in cause.because[: None if is_first else 1]:
        _paragraph("because: " + reason.text, "    ")
    if is_first:
        _paragraph("fix: " + cause.fix, "    ")
        for command in cause.commands:
            say(f"    # {command.why}", dim=True)
            say(f"    {command.run}")
        _paragraph("verify: " + cause.verify, "    ")
        _paragraph("who can change it: " + cause.owner, "    ")
    say(f"    whydenied article {cause.id}", dim=True)


def _paragraph(text: str, indent: str) -> None:
    width = min(shutil.get_terminal_size((100, 20)).columns, 110)
    say(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + "  "))
