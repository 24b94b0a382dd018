"""The hand-off note: a request that is ready to send to whoever owns the gate, in the forms that people send.

Who, which action, which resource, which gate, who owns it, the least change that helps, and the test to run after.
What nobody told stays a blank to fill; nothing is invented.
"""

from collections.abc import Callable, Sequence

import msgspec

from engine.messages.parsed import ParsedError
from server.diagnosis.report import Cause
from server.wizard.steps import Answer

__all__ = ["FORMS", "Note", "make_note"]


class Note(msgspec.Struct, frozen=True):
    """What a note says. rows: name and value of what is denied. found: what was found out on the way, in sentences.
    change: what is asked for, with the policy's text where it is proved."""

    subject: str
    rows: tuple[tuple[str, str], ...]
    owner: str
    likely: str
    found: tuple[str, ...]
    change: str
    diff: str
    proof: str
    test: str
    commands: tuple[str, ...]
    article: str


def make_note(
    cause: Cause,
    error: ParsedError | None,
    answers: Sequence[Answer],
    change: str = "",
    diff: str = "",
    proof: str = "",
) -> Note:
    """Make the note about a cause; change, diff, proof: of a fix that policies prove."""
    told = error or ParsedError()
    blank = "<fill in>"
    rows = [
        ("Who is denied", told.principal or blank),
        ("Action", told.action or told.operation or blank),
        ("Resource", told.resource or blank),
        ("Gate", cause.gate.name if cause.gate.id != "none" else ""),
        ("Region", told.region or ""),
        ("Error code", told.error_code or ""),
        ("Request id", told.request_id or ""),
    ]
    what = told.action or told.operation or "A request"
    return Note(
        subject=f"{what} is denied: {cause.article.title}",
        rows=tuple((name, " ".join(value.split())) for name, value in rows if value),
        owner=cause.owner,
        likely=f"{cause.article.title} ({_SURE.get(cause.certainty, cause.certainty)})",
        found=tuple(f"{answer.article.title} {answer.label}" for answer in answers if answer.value != "unknown"),
        change=change or cause.fix,
        diff=diff,
        proof=proof,
        test=cause.verify,
        commands=tuple(command.run for command in cause.commands[:2]),
        article=cause.id,
    )


_SURE = {"confirmed": "certain", "likely": "likely", "possible": "possible, not yet certain"}


def _plain(note: Note) -> str:
    width = max(len(name) for name, _ in note.rows) + 2
    parts = [
        note.subject,
        "\n".join(f"{name + ':':<{width}}{value}" for name, value in note.rows),
        f"Cause: {note.likely}",
        _listed("What was found out:", note.found, "- "),
        f"Who can change it: {note.owner}",
        f"What is asked: {note.change}",
        note.diff,
        note.proof,
        f"Test to run after: {note.test}",
        _listed("Commands to check with:", note.commands, "  "),
        f"Explained in: Why Denied, article {note.article}",
    ]
    return _joined(parts)


def _markdown(note: Note) -> str:
    parts = [
        f"## {note.subject}",
        "\n".join(["| | |", "|---|---|", *(f"| {name} | {_code(value)} |" for name, value in note.rows)]),
        f"**Cause:** {note.likely}",
        _listed("**What was found out**\n", note.found, "- "),
        f"**Who can change it:** {note.owner}",
        f"**What is asked:** {note.change}",
        f"```diff\n{note.diff}\n```" if note.diff else "",
        note.proof,
        f"**Test to run after:** {note.test}",
        "```bash\n" + "\n".join(note.commands) + "\n```" if note.commands else "",
        f"Explained in: Why Denied, article `{note.article}`",
    ]
    return _joined(parts)


def _slack(note: Note) -> str:
    parts = [
        f"*{note.subject}*",
        "\n".join(f"• {name}: {_code(value)}" for name, value in note.rows),
        f"*Cause:* {note.likely}",
        _listed("*What was found out:*", note.found, "• "),
        f"*Who can change it:* {note.owner}",
        f"*What is asked:* {note.change}",
        f"```\n{note.diff}\n```" if note.diff else "",
        note.proof,
        f"*Test to run after:* {note.test}",
        "```\n" + "\n".join(note.commands) + "\n```" if note.commands else "",
    ]
    return _joined(parts)


def _ticket(note: Note) -> str:
    parts = [
        f"Title: {note.subject}",
        "Description\n" + "\n".join(f"- {name}: {value}" for name, value in note.rows),
        f"Cause: {note.likely}",
        _listed("Findings", note.found, "- "),
        f"Owner: {note.owner}",
        f"Change requested\n{note.change}",
        note.diff,
        note.proof,
        f"Acceptance test\n{note.test}",
        _listed("How to check", note.commands, "  "),
        f"Reference: Why Denied, article {note.article}",
    ]
    return _joined(parts)


FORMS: tuple[tuple[str, str, Callable[[Note], str]], ...] = (
    ("plain", "Plain text", _plain),
    ("markdown", "Markdown", _markdown),
    ("slack", "Slack", _slack),
    ("ticket", "Ticket", _ticket),
)


def _listed(title: str, lines: Sequence[str], mark: str) -> str:
    return "\n".join([title, *(mark + line for line in lines)]) if lines else ""


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _code(value: str) -> str:
    return f"`{value.replace('`', '')}`" if value != "<fill in>" else value
