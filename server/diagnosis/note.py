"""The hand-off note: a request that is ready to send to whoever owns the gate, in the forms that people send.

The original line, when, who, what, the change with its proof or what it rests on, and how to verify. Nothing is
invented: what a message does not say is left out, and without a message the names stay blanks to fill. Where the cause
is less than likely the note asks to look, never to change anything.
"""

import re
from collections.abc import Callable, Sequence

import msgspec

from whydenied.engine.drafts.record import Draft
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.secrets.sign import shown
from whydenied.server.diagnosis.answer import Answer, change_words
from whydenied.server.diagnosis.cause import Cause
from whydenied.server.diagnosis.lines import lines_of
from whydenied.server.diagnosis.report import Report

__all__ = ["FORMS", "Note", "Proved", "make_note", "note_of", "notes_by_owner", "write_notes"]

_BLANK = "<fill in>"
_NOTHING_TOLD = ParsedError(principal=_BLANK, action=_BLANK, resource=_BLANK)
_COMMANDS = 2
_LONGEST_LINE = 700
_SURE = {"confirmed": "certain", "likely": "likely", "possible": "possible, not yet certain"}


class Proved(msgspec.Struct, frozen=True):
    """A change that policies prove: it in a sentence, the policy's text before and after, the proof."""

    change: str
    diff: str
    proof: str


class Note(msgspec.Struct, frozen=True):
    """What a note says. rows: name and value of what is denied. line: the message as it was pasted. found: what was
    found out on the way, in sentences. ask: what is asked for; text, kind: the statement or the policy's text,
    and what it is (`json`, `diff`). warned: what whoever makes the change has to know before. link: the address
    of the article, or how it is called. looks: it asks to look, and owner is who can."""

    subject: str
    rows: tuple[tuple[str, str], ...]
    line: str
    owner: str
    likely: str
    found: tuple[str, ...]
    ask: str
    text: str
    kind: str
    proof: str
    verify: str
    commands: tuple[str, ...]
    link: str
    looks: bool = False
    warned: tuple[str, ...] = ()


def note_of(answer: Answer, report: Report, site: str = "") -> Note | None:
    """Return the note about an answer, None where no cause is left. site: the public address, "" for none."""
    if answer.cause is None:
        return None
    errors = [result.error for result in answer.results]
    seen = answer.repeated or ", ".join(answer.moments)
    return make_note(
        answer.cause,
        errors,
        subject=answer.title if answer.certainty != "possible" else answer.open_title,
        line=lines_of(errors[0], report.text),
        seen=seen,
        change=answer.change,
        found=answer.first.denying,
        commands=[command.run for command in answer.first.commands],
        site=site,
    )


def notes_by_owner(answers: Sequence[Answer], report: Report, site: str = "") -> list[tuple[str, tuple[Note, ...]]]:
    """Return the notes to send, by who gets them: one for each owner, with all that this owner is asked for."""
    found: dict[str, list[Note]] = {}
    # What is no denial is nobody's to change: there is nothing to send.
    for answer in (answer for answer in answers if answer.first.is_denial):
        note = note_of(answer, report, site)
        if note is not None:
            found.setdefault(note.owner, []).append(note)
    return [(owner, tuple(notes)) for owner, notes in found.items()]


def make_note(
    cause: Cause,
    errors: Sequence[ParsedError] = (),
    *,
    subject: str = "",
    line: str = "",
    seen: str = "",
    change: Draft | None = None,
    found: Sequence[str] = (),
    proved: Proved | None = None,
    commands: Sequence[str] = (),
    look: tuple[str, str] = ("", ""),
    site: str = "",
) -> Note:
    """Make the note about a cause. errors: the denials; () where there is no message, and names are blanks to fill.

    line, seen: the message as pasted, and how often and when. change: drafted from the text. found: what was found out,
    in sentences. proved: a change that policies prove. look: what would decide it, and who can look, for a cause that
    is less than likely. site: the public address, "" for none."""
    first = errors[0] if errors else _NOTHING_TOLD
    what = (errors and (first.action or first.operation)) or "A request"
    sure = cause.certainty in ("confirmed", "likely")
    ask, text, kind, proof = _asked(cause, change, proved) if sure else (_look(cause, look[0]), "", "", "")
    return Note(
        subject=subject
        or (f"{what} is denied: {cause.article.title}" if sure else f"{what} is denied, and why is open"),
        rows=_rows(errors or [_NOTHING_TOLD], cause, seen),
        line=shown(" ".join(line.split()))[:_LONGEST_LINE],
        owner=(change.owner if sure and change is not None and not proved else "" if sure else look[1]) or cause.owner,
        likely=f"{cause.heading[:1].upper()}{cause.heading[1:]} ({_SURE.get(cause.certainty, cause.certainty)})",
        found=tuple(found),
        ask=ask,
        text=text,
        kind=kind,
        proof=proof,
        verify=cause.verify,
        commands=tuple(commands or [command.run for command in cause.commands])[:_COMMANDS],
        link=f"{site}/articles/{cause.id}" if site else f"Why Denied, article {cause.id}",
        looks=not sure,
        warned=_warned(change) if sure and change is not None and not proved else (),
    )


def _warned(change: Draft) -> tuple[str, ...]:
    """Return what goes with a change: what it takes for granted, where it is made, and what it opens besides."""
    granted = (f"Taken for granted: {'; '.join(change.taken)}.",) if change.taken and change.statements else ()
    blanks = (f"Still to be filled in: {', '.join(f'`{one}`' for one in change.blanks)}.",) if change.blanks else ()
    return (*granted, *blanks, *change.notes, *(danger.text for danger in change.dangers))


def _look(cause: Cause, question: str = "") -> str:
    decides = f" This would decide it: {question}" if question else ""
    return f"Please look whether this is so, before anything is changed: {cause.article.title}.{decides}"


def _asked(cause: Cause, change: Draft | None, proved: Proved | None) -> tuple[str, str, str, str]:
    """Return what is asked for, its text, the kind of text, and its proof."""
    if proved is not None:
        return proved.change, proved.diff, "diff", proved.proof
    if change is None:
        return cause.fix, "", "", ""
    # Here and not above: a note that only asks to look needs no forms.
    from whydenied.engine.drafts.forms import statement_of

    # Whoever gets the note has shown nothing.
    proof = change.proof.replace("that you have not shown also", "that nobody has looked at also")
    if change.fragment is not None:
        return f"{change_words(change)}. {' '.join(change.why)}", statement_of(change), "json", proof
    if not change.statements:
        return " ".join(change.why), "", "", ""
    return f"{change_words(change)}:", statement_of(change), "json", proof


def _rows(errors: Sequence[ParsedError], cause: Cause, seen: str) -> tuple[tuple[str, str], ...]:
    def every(field: str) -> str:
        values = dict.fromkeys(value for error in errors if (value := getattr(error, field)))
        return ", ".join(list(values)[:_MOST_VALUES]) + (
            f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
        )

    rows = [
        ("Who is denied", every("principal")),
        ("Action", every("action") or every("operation")),
        ("Resource", every("resource")),
        ("Seen", seen),
        ("Gate", "" if cause.gate.id == "none" else cause.gate.name),
        ("Region", every("region")),
        ("Policy", every("policy_arn")),
        ("Error code", every("error_code")),
        ("Request id", every("request_id")),
        ("Authorization id", every("authorization_id")),
    ]
    return tuple((name, shown(" ".join(value.split()))) for name, value in rows if value)


_MOST_VALUES = 5


class _Style(msgspec.Struct, frozen=True):
    """How one place that notes are sent to writes them."""

    subject: Callable[[str], str]
    title: Callable[[str], str]
    row: Callable[[str, str], str]
    block: Callable[[str, str], str]
    item: str
    code: str


def _write(note: Note, style: _Style) -> str:
    width = max((len(name) for name, _ in note.rows), default=0) + 1
    parts = [
        style.subject(_coded(note.subject, style)),
        style.block(note.line, "") if note.line else "",
        "\n".join(style.row(f"{name}:".ljust(width), value) for name, value in note.rows),
        f"{style.title('Cause:')} {note.likely}",
        "\n".join([style.title("What was found out:"), *(style.item + one for one in note.found)])
        if note.found
        else "",
        f"{style.title('Who can look:' if note.looks else 'Who can change it:')} {_coded(note.owner, style)}",
        f"{style.title('What is asked:')} {_coded(note.ask, style)}",
        style.block(note.text, note.kind) if note.text else "",
        note.proof,
        "\n".join([style.title("Before it is made:"), *(style.item + _coded(one, style) for one in note.warned)])
        if note.warned
        else "",
        "" if note.looks else f"{style.title('How to verify:')} {_coded(note.verify, style)}",
        f"{style.title('To look with:')}\n{style.block(chr(10).join(note.commands), 'sh')}" if note.commands else "",
        f"{style.title('Explained in:')} {note.link}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _coded(text: str, style: _Style) -> str:
    """Return a sentence with the marks of code as this place writes them."""
    return text if style.code == "`" else text.replace("`", style.code)


def _fenced(text: str, kind: str) -> str:
    # What is quoted may hold such a fence itself: it ends at nothing shorter than what it began with.
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{kind}\n{text}\n{fence}"


_MARKDOWN = _Style(
    subject=lambda text: f"## {text}",
    title=lambda text: f"**{text}**",
    row=lambda name, value: f"- {name.strip()} `{value.replace('`', '')}`",
    block=_fenced,
    item="- ",
    code="`",
)
_STYLES = {
    "plain": _Style(
        subject=lambda text: text,
        title=lambda text: text,
        row=lambda name, value: f"{name} {value}",
        block=lambda text, kind: "\n".join(f"  {line}" for line in text.splitlines()),
        item="- ",
        code="",
    ),
    "markdown": _MARKDOWN,
    "slack": _Style(
        subject=lambda text: f"*{text}*",
        title=lambda text: f"*{text}*",
        row=lambda name, value: f"• {name.strip()} `{value.replace('`', '')}`",
        block=lambda text, kind: f"```\n{text}\n```",
        item="• ",
        code="`",
    ),
    "jira": _Style(
        subject=lambda text: f"h3. {text}",
        title=lambda text: f"*{text}*",
        row=lambda name, value: f"* {name.strip()} {{{{{value}}}}}",
        block=lambda text, kind: f"{{code:{kind or 'none'}}}\n{text}\n{{code}}",
        item="* ",
        code="",
    ),
    "github": msgspec.structs.replace(_MARKDOWN, subject=lambda text: f"Title: {text.replace('`', '')}"),
}
FORMS: tuple[tuple[str, str], ...] = (
    ("plain", "Plain text"),
    ("markdown", "Markdown"),
    ("slack", "Slack"),
    ("jira", "Jira"),
    ("github", "GitHub issue"),
)
"""The forms of a note, by name and title."""


def write_notes(notes: Sequence[Note], form: str = "plain") -> str:
    """Write the notes that one owner gets as one text, in a form of FORMS."""
    between = "\n----\n\n" if form != "plain" else f"\n{'-' * 40}\n\n"
    return between.join(_write(note, _STYLES[form]) for note in notes)
