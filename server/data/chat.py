"""A diagnosis for a chat, in the pieces that every chat shows: title, change, who, what it rests on, where to go on.

Slack's blocks and the Markdown of others are written from these alone, so that no chat says anything else.
"""

from collections.abc import Sequence

import msgspec

from whydenied.engine.drafts.forms import statement_of
from whydenied.server.diagnosis.answer import Answer, answers_of, change_words
from whydenied.server.diagnosis.report import Report

__all__ = ["ChatAnswer", "chat_answers", "markdown", "slack_blocks"]

_MOST = 3
_LONGEST_CODE = 2_700
# Slack's bound for the text of a section is 3,000 characters.
_LONGEST_TEXT = 2_900
_NO_ERROR = "This is no AWS error that is known here. Send the whole message, with the lines around it."


class ChatAnswer(msgspec.Struct, frozen=True):
    """One answer. title, lines: with `names` marked as code; code: the statement, "" for none; article: its id."""

    title: str
    lines: tuple[str, ...]
    code: str
    article: str
    is_open: bool


def chat_answers(report: Report) -> tuple[ChatAnswer, ...]:
    """Return the first answers of a report, () where it was not recognised."""
    return tuple(map(_answer, answers_of(report)[:_MOST])) if report.recognised else ()


def _answer(answer: Answer) -> ChatAnswer:
    cause, change = answer.cause, answer.change
    if cause is None:
        return ChatAnswer(answer.title, (), "", "", True)
    code = statement_of(change) if change is not None and not answer.is_open else ""
    lines = [f"{change_words(change)}:" if change is not None and code else cause.fix]
    owner = (change.owner if change is not None else "") or cause.owner
    lines.append(f"Who can change it: {owner}")
    if code and change is not None:
        lines.append(change.proof)
    title = answer.open_title if answer.is_open and answer.first.is_denial else f"{answer.title} ({answer.certainty})"
    return ChatAnswer(title, tuple(lines), code if len(code) <= _LONGEST_CODE else "", cause.id, answer.is_open)


def slack_blocks(report: Report, site: str = "", wizard: str = "") -> dict[str, object]:
    """Return a message of Slack's Block Kit. site: the public address, for buttons; wizard: a step's address on it."""
    answers = chat_answers(report)
    blocks = [block for answer in answers for block in _blocks(answer, site, wizard)]
    for kind in report.secrets:
        blocks.insert(0, _section(f":warning: Your message holds a {kind}: it was masked here, but rotate it."))
    return {"text": _escaped(answers[0].title if answers else _NO_ERROR), "blocks": blocks or [_section(_NO_ERROR)]}


def _blocks(answer: ChatAnswer, site: str, wizard: str) -> list[dict[str, object]]:
    blocks = [_section(f"*{_escaped(answer.title)}*\n{_escaped(answer.lines[0]) if answer.lines else ''}")]
    if answer.code:
        blocks.append(_section(f"```{_escaped(answer.code)}```"))
    if answer.lines[1:]:
        told = _escaped("\n".join(answer.lines[1:]))[:_LONGEST_TEXT]
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": told}]})
    buttons = [
        _button(words, f"{site}{path}")
        for words, path in (("Questions", wizard if answer.is_open else ""), ("Read more", _path(answer)))
        if site and path
    ]
    return [*blocks, {"type": "actions", "elements": buttons}] if buttons else blocks


def _path(answer: ChatAnswer) -> str:
    return f"/articles/{answer.article}" if answer.article else ""


def _button(words: str, url: str) -> dict[str, object]:
    return {"type": "button", "text": {"type": "plain_text", "text": words}, "url": url}


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_LONGEST_TEXT]}}


def _escaped(text: str) -> str:
    """Return a text in which Slack sees no link, mention or channel (Slack, "Formatting text for app surfaces")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def markdown(report: Report, site: str = "", wizard: str = "") -> str:
    """Return the same as Markdown, for Mattermost and Teams."""
    parts = [f"**Your message holds a {kind}**: it was masked here, but rotate it." for kind in report.secrets]
    for answer in chat_answers(report):
        parts.append(f"**{answer.title}**")
        parts += answer.lines[:1]
        if answer.code:
            parts.append(f"```json\n{answer.code}\n```")
        parts += answer.lines[1:]
        parts += _links(answer, site, wizard)
    return "\n\n".join(parts) or _NO_ERROR


def _links(answer: ChatAnswer, site: str, wizard: str) -> Sequence[str]:
    paths = (("Questions", wizard if answer.is_open else ""), ("Read more", _path(answer)))
    found = " · ".join(f"[{words}]({site}{path})" for words, path in paths if site and path)
    return [found] if found else []
