"""The hand-off note: a request that is ready to send to whoever owns the gate, in the forms that people send.

Who, which action, which resource, which gate, who owns it, the least change that helps, and the test to run after.
Nothing is invented: what a message does not say is left out, and without a message the names stay blanks to fill.
"""

from collections.abc import Callable, Sequence

import msgspec

from engine.messages.parsed import ParsedError
from engine.secrets.sign import shown
from server.diagnosis.report import Cause, Result

__all__ = ["FORMS", "Note", "make_note", "plain_note"]

_BLANK = "<fill in>"
_NOTHING_TOLD = ParsedError(principal=_BLANK, action=_BLANK, resource=_BLANK)
_COMMANDS = 2


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
    found: Sequence[str] = (),
    change: str = "",
    diff: str = "",
    proof: str = "",
) -> Note:
    """Make the note about a cause. error: None where there is no message, and the names are blanks to fill.

    found: what was found out, in sentences. change, diff, proof: of a fix that policies prove.
    """
    told = error or _NOTHING_TOLD
    rows = [
        ("Who is denied", told.principal),
        ("Action", told.action or told.operation),
        ("Resource", told.resource),
        ("Gate", None if cause.gate.id == "none" else cause.gate.name),
        ("Region", told.region),
        ("Policy", told.policy_arn),
        ("Error code", told.error_code),
        ("Request id", told.request_id),
        ("Authorization id", told.authorization_id),
    ]
    what = (error and (error.action or error.operation)) or "A request"
    return Note(
        subject=f"{what} is denied: {cause.article.title}",
        rows=tuple((name, shown(" ".join(value.split()))) for name, value in rows if value),
        owner=cause.owner,
        likely=f"{cause.article.title} ({_SURE.get(cause.certainty, cause.certainty)})",
        found=tuple(found),
        change=change or cause.fix,
        diff=diff,
        proof=proof,
        test=cause.verify,
        commands=tuple(command.run for command in cause.commands[:_COMMANDS]),
        article=cause.id,
    )


def plain_note(result: Result) -> str:
    """Return the note about the first cause of a denial as plain text, "" where no cause is left."""
    return _plain(make_note(result.causes[0], result.error)) if result.causes else ""


_SURE = {"confirmed": "certain", "likely": "likely", "possible": "possible, not yet certain"}


def _plain(note: Note) -> str:
    width = max((len(name) for name, _ in note.rows), default=0) + 2
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
    return f"`{value.replace('`', '')}`" if value != _BLANK else value
