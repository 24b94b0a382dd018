"""A diagnosis on a terminal, in the order of need: answer, change, who, one command. Plain where it is piped."""

import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from whydenied.engine.diagnosis import Diagnoser, Diagnosis
from whydenied.engine.drafts.record import Draft
from whydenied.kb.article import Article
from whydenied.kb.catalogue import Catalogue
from whydenied.server.cli.terminal import say
from whydenied.server.diagnosis.answer import Answer, answers_of, change_words
from whydenied.server.diagnosis.cause import Cause
from whydenied.server.diagnosis.report import Report, make_report

if TYPE_CHECKING:
    # Few texts need the wizard, whose model takes time to load.
    from whydenied.engine.remedies.remedy import Remedy
    from whydenied.server.wizard.steps import ShownQuestion

__all__ = ["as_said", "paragraph", "show_cause", "show_choices", "show_diagnosis"]

_MARKS = {"confirmed": ("●", "green"), "likely": ("◐", "yellow"), "possible": ("○", "blue")}
_CAUSES = 4
_BESIDE = 2
# More answers to choose from are for the wizard itself.
_CHOICES = 8


def show_diagnosis(
    diagnosis: Diagnosis,
    catalogue: Catalogue,
    form: str = "json",
    everything: bool = False,
    remedy: "Remedy | None" = None,
    given: str = "your paste",
    diagnoser: Diagnoser | None = None,
) -> Report:
    """Print a diagnosis for a person. form: of the change, of drafts.record.FORMS. everything: what was read, all
    commands, all causes. remedy: of a look at the policies, whose changes are proved. given: what the text is.
    diagnoser: with it, a text that does not tell why is answered with the wizard's first question, as on the page."""
    report = make_report(diagnosis, catalogue, remedy)
    for kind in diagnosis.secrets:
        say(f"! {given} holds a {kind}: it was masked here, but rotate it", err=True, fg="red", bold=True)
    if not report.recognised:
        say("this does not look like an AWS error that the knowledge base knows")
        say("next: paste the whole message, or try `whydenied article debugging-checklist`")
        return report
    answers = answers_of(report)
    for number, answer in enumerate(answers, 1):
        if len(answers) > 1:
            say(f"\n=== answer {number} of {len(answers)}", bold=True)
        if (
            diagnoser is None
            or everything
            or len(answers) > 1
            or not _show_question(answer, diagnosis, catalogue, diagnoser)
        ):
            _show_answer(answer, form, everything)
    if report.left_out:
        shown = len(report.results)
        say(f"\nand {report.left_out:,} more of {shown + report.left_out:,}: paste those lines by themselves")
    return report


def _show_question(answer: Answer, diagnosis: Diagnosis, catalogue: Catalogue, diagnoser: Diagnoser) -> bool:
    """Print the question that tells most, in place of a cause; False, and nothing, where the text tells why."""
    if not answer.is_open:
        return False
    # Here and not above: few texts leave the reason open, and the wizard's model takes time to make.
    from whydenied.server.wizard.steps import Wizard

    found = Wizard(catalogue, diagnoser).first_question(diagnosis.denials[0])
    if found is None:
        return False
    _, question = found
    _headline(answer.open_title, "○", "blue")
    for reason in answer.cause.because[:1] if answer.cause else ():
        paragraph("because: " + reason.text, "    ")
    for sentence in answer.first.denying:
        paragraph(sentence, "    ")
    if sum(not choice.beside for choice in question.choices) <= _CHOICES:
        say()
        paragraph(as_said(question.article.title), "    ")
        show_choices(question, "    ")
        say()
    paragraph("answer a few questions: whydenied wizard FILE, with the error in FILE", "    ")
    for command in answer.first.first_command:
        say(f"    # {as_said(command.why)}", dim=True)
        say(f"    {command.run}")
    if answer.cause is not None:
        say(f"    whydenied article {answer.cause.id}", dim=True)
    _show_others(answer.first.causes[1:], everything=False)
    return True


def show_choices(question: "ShownQuestion", indent: str) -> None:
    """Print the answers to a question, each with its number."""
    before = ""
    for number, choice in enumerate(question.choices, 1):
        if choice.beside != before:
            before = choice.beside
            paragraph("or, if you cannot look at IAM: " + as_said(before), indent)
        say(f"{indent}{number:>2}  {as_said(choice.label)}")


def _headline(title: str, mark: str, colour: str) -> None:
    width = min(shutil.get_terminal_size((100, 20)).columns, 110)
    text = textwrap.fill(as_said(title), width, initial_indent=f"{mark} ", subsequent_indent="  ")
    say(text, fg=colour, bold=True)


def _show_answer(answer: Answer, form: str, everything: bool) -> None:
    cause = answer.cause
    mark, colour = _MARKS[answer.certainty] if cause else ("-", "white")
    sure = f" ({answer.certainty})" if cause else ""
    _headline(answer.title + sure, mark, colour)
    if answer.repeated:
        say(f"    seen {answer.repeated}")
    if everything:
        for _, label, value in answer.first.read:
            say(f"    {click.style(label, dim=True)}: {' '.join(value.split())}")
    if cause is None:
        return
    for reason in cause.because[: None if everything else 1]:
        paragraph("because: " + reason.text, "    ")
    for sentence in answer.first.denying:
        paragraph(sentence, "    ")
    if answer.mended_by:
        paragraph(f"what to do: the change of answer {answer.mended_by} mends this too", "    ")
    elif answer.change is not None and (answer.change.statements or answer.change.fragment):
        _show_change(answer.change, cause, form, everything)
    else:
        paragraph("what to do: " + cause.fix, "    ")
        for one in answer.change.why if answer.change is not None else ():
            paragraph(one, "    ")
        for line in answer.change.commands if answer.change is not None else ():
            say(f"    {line}")
        paragraph("who can change it: " + cause.owner, "    ")
    paragraph("verify: " + cause.verify, "    ")
    for command in answer.first.commands if everything else answer.first.first_command:
        say(f"    # {as_said(command.why)}", dim=True)
        say(f"    {command.run}")
    say(f"    whydenied article {cause.id}", dim=True)
    if answer.first.set_up is not None:
        say(f"    whydenied article {answer.first.set_up.id}   (all that it needs, step by step)", dim=True)
    _show_others(answer.first.causes[1:], everything)


def _show_change(change: Draft, cause: Cause, form: str, everything: bool) -> None:
    """Print a change in the form that is asked for, or as JSON where its tool has none, and say so. everything: what is
    expected to be refused next, too."""
    # Here and not above: many answers have no change.
    from whydenied.engine.drafts.forms import forms_of, with_expected

    forms = forms_of(change)
    paragraph(change_words(change) + ":", "    ")
    if form not in forms:
        paragraph(f"there is no form `{form}` of this change, so here is the JSON", "    ")
        form = "json"
    say()
    say(textwrap.indent(forms[form].rstrip(), "    "))
    say()
    paragraph("who can change it: " + (change.owner or cause.owner), "    ")
    taken = f" Taken for granted: {'; '.join(change.taken)}." if change.taken else ""
    paragraph("proof: " + change.proof + taken, "    ")
    for one in (*(change.why if change.fragment else ()), *change.notes, *(danger.text for danger in change.dangers)):
        paragraph("note: " + one, "    ")
    following = with_expected(change)
    if following is not None and not everything:
        paragraph("--all prints one change for these as well", "    ")
    elif following is not None:
        paragraph("the same with what comes next, which is expected and not proved:", "    ")
        further = forms_of(following)
        say("\n" + textwrap.indent(further.get(form, further["json"]).rstrip(), "    ") + "\n")
    if change.blanks:
        them = "it" if len(change.blanks) == 1 else "them"
        paragraph(f"fill in {', '.join(change.blanks)}: the text does not name {them}", "    ")


def _show_others(causes: Sequence[Cause], everything: bool) -> None:
    if not everything:
        if causes:
            others = ", ".join(cause.id for cause in causes[:_BESIDE])
            say(f"    also possible: {others} (--all for the rest)", dim=True)
        return
    for cause in causes[: _CAUSES - 1]:
        show_cause(cause, is_first=False)
    rest = [cause.id for cause in causes[_CAUSES - 1 :]]
    if rest:
        paragraph("also possible: " + ", ".join(rest), "")


def show_cause(cause: Cause, is_first: bool, find_out: Article | None = None) -> None:
    """Print a cause: the first in full, the others in short. find_out: the question that would say most about it."""
    mark, colour = _MARKS.get(cause.certainty, ("-", "white"))
    say(
        click.style(f"{mark} {cause.certainty}", fg=colour, bold=is_first or None) + f"  {as_said(cause.article.title)}"
    )
    for reason in cause.because[: None if is_first else 1]:
        paragraph("because: " + reason.text, "    ")
    if is_first:
        paragraph("fix: " + cause.fix, "    ")
        for command in cause.commands:
            say(f"    # {as_said(command.why)}", dim=True)
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
