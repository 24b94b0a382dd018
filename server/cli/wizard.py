"""`whydenied wizard`: the guided wizard in the terminal, with the same questions, words and outcome as the pages."""

import sys
from collections.abc import Sequence

import click
import msgspec

from whydenied.engine.diagnosis import make_diagnoser
from whydenied.engine.errors import InputError
from whydenied.server.articles.content import load_content
from whydenied.server.cli.inputs import MAX_PASTE, Unreadable, read_text
from whydenied.server.cli.printed import as_said, paragraph, show_cause, show_choices
from whydenied.server.cli.terminal import say, say_json
from whydenied.server.data.wizard import step_data
from whydenied.server.diagnosis.note import FORMS, write_notes
from whydenied.server.wizard.notes import drafted, outcome_note
from whydenied.server.wizard.state import State
from whydenied.server.wizard.steps import Choice, Paste, Shown, ShownQuestion, Wizard, message_names
from whydenied.server.words.wizard import STOPS

__all__ = ["wizard"]

_HELP = "a number, ? how to find out, p paste the command's output, b back, q show the causes"


@click.command()
@click.argument("text", required=False)
@click.option("--fact", "facts", multiple=True, metavar="ID=VALUE", help="An answer that is known already; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print one step as JSON, without asking.")
@click.option(
    "--note", type=click.Choice([name for name, _ in FORMS]), default="plain", help="The form of the note at the end."
)
def wizard(text: str | None, facts: Sequence[str], as_json: bool, note: str) -> None:
    """Be guided to the cause by the fewest questions.

    TEXT is the error message, or the name of a file with it; without one the questions start from nothing.
    """
    catalogue = load_content()
    guide = Wizard(catalogue, make_diagnoser(catalogue.plain))
    paste = _message(guide, text)
    state = _start(guide, facts, paste)
    if as_json:
        say_json(step_data(guide, state, paste))
        return
    shown = _ask(guide, state, paste)
    _show_outcome(guide, shown, paste, note)


def _message(guide: Wizard, text: str | None) -> Paste | None:
    if text is None:
        return None
    paste = guide.read_message(read_text(text))
    if paste is None:
        raise Unreadable("no denial was found in the message: paste it whole, or start without it")
    for kind in paste.secrets:
        say(f"! your paste holds a {kind}: it was masked here, but rotate it", fg="red", bold=True, err=True)
    return paste


def _start(guide: Wizard, facts: Sequence[str], paste: Paste | None) -> State:
    pairs = [(name, value) for name, _, value in (fact.partition("=") for fact in facts)]
    try:
        state = guide.vocabulary.read_strict(pairs)
    except InputError as error:
        raise click.UsageError(str(error)) from None
    return msgspec.structs.replace(state, told=paste.state.told) if paste else state


def _ask(guide: Wizard, state: State, paste: Paste | None) -> Shown:
    """Ask until nothing is left to ask, or nobody answers any more."""
    names = message_names(paste.error) if paste else {}
    past: list[State] = []
    while True:
        shown = guide.show(state, "", names)
        if shown.question is None:
            return shown
        _show_question(shown, shown.question)
        following = _answer(guide, shown.question, state, paste)
        if following is None:
            return shown
        if following is state:
            if past:
                state = past.pop()
            continue
        past.append(state)
        state = following


def _answer(guide: Wizard, question: ShownQuestion, state: State, paste: Paste | None) -> State | None:
    """Read one answer: the state after it, the same state for "back", None for "enough"."""
    while True:
        say("> ", nl=False, bold=True)
        line = sys.stdin.readline()
        said = line.strip().lower()
        if not line or said == "q":
            return None
        if said == "b":
            return state
        if said == "?":
            _show_help(question)
        elif said == "p":
            following = _read_output(guide, question, state, paste)
            if following is not None:
                return following
        elif chosen := _chosen(question, said):
            return state.answered({chosen.question: chosen.value})
        else:
            say(_HELP)


def _chosen(question: ShownQuestion, said: str) -> Choice | None:
    """Return what was said, by its number or by its value; None for neither."""
    if said.isdigit() and 1 <= int(said) <= len(question.choices):
        return question.choices[int(said) - 1]
    return next((choice for choice in question.choices if choice.value == said), None)


def _read_output(guide: Wizard, question: ShownQuestion, state: State, paste: Paste | None) -> State | None:
    say("paste the output, then a line with a single dot:")
    lines: list[str] = []
    size = 0
    for line in sys.stdin:
        size += len(line)
        if line.strip() == "." or size > MAX_PASTE * 4:
            break
        lines.append(line)
    try:
        read = guide.read_output("".join(lines), question.id, paste, state)
    except InputError as error:
        say(f"! {error}", fg="red")
        return None
    for note in read.notes:
        paragraph(note, "  ")
    found = {fact.name: fact.value for fact in read.facts}
    for name, value in found.items():
        say(f"  {name} = {value}", dim=True)
    return state.answered(found, is_seen=True) if found else None


def _show_torn(shown: Shown) -> None:
    """Say which answers cannot both be true."""
    for pair in shown.torn:
        say("! these cannot both be true:", fg="red")
        for one in (pair.one, pair.other):
            paragraph(one if isinstance(one, str) else f"{one.article.title} {one.label}", "  ")
        paragraph(pair.because, "  ")


def _show_question(shown: Shown, question: ShownQuestion) -> None:
    _show_torn(shown)
    say(f"\n{shown.number}. {as_said(question.article.title)}", bold=True)
    paragraph(question.article.meta["why"], "   ")
    if question.separates:
        paragraph(f"It separates “{question.separates[0]}” from “{question.separates[1]}”.", "   ")
    show_choices(question, "  ")


def _show_help(question: ShownQuestion) -> None:
    meta = question.article.meta
    paragraph(meta["find_out"], "  ")
    if question.command:
        say(f"  {question.command.run}")
    if meta["console"]:
        paragraph(f"in the console: {meta['console']}", "  ")
    paragraph(f"whom to ask: {meta['ask']}", "  ")


def _show_outcome(guide: Wizard, shown: Shown, paste: Paste | None, form: str) -> None:
    outcome = guide.outcome(shown)
    if outcome.first is None:
        say("no cause is left with these answers: start again, and leave out the last one")
        return
    say()
    _show_torn(shown)
    if shown.question is None:
        paragraph(STOPS[outcome.stop], "")
    show_cause(outcome.first.cause, is_first=True, find_out=outcome.first.find_out)
    for other in outcome.others:
        show_cause(other.cause, is_first=False, find_out=other.find_out)
    first = outcome.first
    note = outcome_note(first, paste, shown, drafted(first.cause, paste))
    say("\nA note to send on:\n", bold=True)
    say(write_notes([note], form), nl=False)
