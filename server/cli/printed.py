"""A diagnosis on a terminal: what was read, the causes with their reasons, what to do. Plain where it is piped."""

import shutil
import textwrap

import click

from engine.diagnosis import Diagnosis
from kb.article import Article
from kb.catalogue import Catalogue
from server.cli.terminal import say
from server.diagnosis.report import Cause, Result, make_report

__all__ = ["as_said", "paragraph", "show_cause", "show_diagnosis"]

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
        show_cause(cause, is_first=number == 0)
    rest = [cause.id for cause in result.causes[_CAUSES:]]
    if rest:
        paragraph("also possible: " + ", ".join(rest), "")


def show_cause(cause: Cause, is_first: bool, find_out: Article | None = None) -> None:
    """Print a cause: the first in full, the others in short. find_out: the question that would say most about it."""
    mark, colour = _MARKS.get(cause.certainty, ("-", "white"))
    say(click.style(f"{mark} {cause.certainty}", fg=colour, bold=is_first) + f"  {as_said(cause.article.title)}")
    for reason in cause.because[: None if is_first else 1]:
        paragraph("because: " + reason.text, "    ")
    if is_first:
        paragraph("fix: " + cause.fix, "    ")
        for command in cause.commands:
            say(f"    # {command.why}", dim=True)
            say(f"    {command.run}")
        paragraph("verify: " + cause.verify, "    ")
        paragraph("who can change it: " + cause.owner, "    ")
    if find_out is not None and cause.certainty != "confirmed":
        paragraph(f"to find out: {find_out.title} Ask: {find_out.meta['ask']}", "    ")
    say(f"    whydenied article {cause.id}", dim=True)


def as_said(text: str) -> str:
    """Return a sentence of the front matter without the marks of code."""
    return text.replace("`", "")


def paragraph(text: str, indent: str) -> None:
    """Print a sentence of the front matter, wrapped to the terminal."""
    width = min(shutil.get_terminal_size((100, 20)).columns, 110)
    say(textwrap.fill(as_said(text), width, initial_indent=indent, subsequent_indent=indent + "  "))
