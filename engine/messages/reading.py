"""From the wrappers and matches of one error to its fields and facts."""

import msgspec

from engine.arn import principal_kind
from engine.facts import Fact, Facts, Source
from engine.messages import derive
from engine.messages.parsed import ParsedError, Span
from engine.messages.segments import Match, Segment
from engine.messages.text import Text
from engine.secrets.sign import is_masked

__all__ = ["Reading", "read"]

_TRAILING = ".,;:)]}'\""
# Placeholders that are read into a field of another name.
_FIELDS = {"action_name": "action", "words": "principal"}


class Reading(msgspec.Struct, frozen=True):
    """One error and the facts that it gives."""

    error: ParsedError
    facts: Facts


def read(segment: Segment, text: Text) -> Reading:
    """Turn one segment into an error and its facts."""
    error = ParsedError()
    spans: dict[str, tuple[int, int]] = {}
    for match in sorted(segment.matches, key=lambda m: (m.pattern.part != "head", m.start)):
        for name, value in match.fields.items():
            field = _FIELDS.get(name, name)
            cleaned = _clean(field, value, name == "words") if getattr(error, field) is None else None
            if cleaned:
                setattr(error, field, cleaned)
                spans[field] = match.spans[name]
    wrapped_by = _read_wrappings(segment, error, spans)
    facts = Facts()
    asserted = _assert(segment, error, facts, text)
    derive.complete(error, wrapped_by)
    error.patterns = tuple(dict.fromkeys(match.pattern.id for match in asserted))
    error.spans = tuple(Span(name, *text.origin(*span)) for name, span in sorted(spans.items()))
    _derive_facts(error, facts, _kind_of_text(segment))
    return Reading(error, facts)


def _kind_of_text(segment: Segment) -> str | None:
    """Say what the text is: a stated denial, an authentication failure, a look-alike, or a denial by its looks.

    None where no pattern knows it.
    """
    if not segment.matches:
        return None
    if any(match.pattern.part in ("head", "ending") or _names_action(match) for match in segment.matches):
        return "stated"
    kinds = {value for match in segment.matches for name, value in match.pattern.asserts if name == "message.kind"}
    return next((kind for kind in ("authentication", "look-alike") if kind in kinds), "denial")


def _names_action(match: Match) -> bool:
    """Tell whether a whole message says itself which action was refused."""
    return "action" in match.fields and ("message.kind", "denial") in match.pattern.asserts


def _read_wrappings(segment: Segment, error: ParsedError, spans: dict[str, tuple[int, int]]) -> str | None:
    """Take code, operation and ids from the wrappers; of several, the most trusted and nearest to the message."""
    head = min((match.start for match in segment.matches), default=0)
    wrapped_by: tuple[tuple[int, int], str] | None = None
    hint: str | None = None
    best: dict[str, tuple[int, int]] = {}
    for wrapping in segment.wrappings:
        near = -abs(wrapping.start - head)
        for name, value in wrapping.fields.items():
            rank = (wrapping.weight if name == "error_code" else wrapping.start <= head, near)
            if name == "service":
                wrapped_by = max(wrapped_by, (rank, value)) if wrapped_by else (rank, value)
            elif name == "hint":
                hint = value
            elif (name in best and rank > best[name]) or getattr(error, name) is None:
                setattr(error, name, value)
                spans[name], best[name] = wrapping.spans[name], rank
    return wrapped_by[1] if wrapped_by else hint


def _clean(field: str, value: str, is_name: bool) -> str | None:
    """Take quotes and closing punctuation off a value; None for dots and words that stand for nothing.

    is_name: the value is a service by its name (`CloudWatch Alarms`), which needs none of an identifier's marks.
    """
    value = value.strip("\"'").strip() if field == "resource" else value
    if not value.endswith("..."):
        kept = value.rstrip(_TRAILING)
        # A bracket that the value itself opened is part of it: `[redacted]`, `<name>`.
        while len(kept) < len(value) and value[len(kept)] in ")]}" and _opens(kept, value[len(kept)]):
            kept = value[: len(kept) + 1]
        # The ARN of a log group as CloudWatch Logs writes it ends in a colon.
        value = f"{kept}:" if kept.endswith(":log-stream") and value[len(kept) :].startswith(":") else kept
    if not value.strip("."):
        return None
    if field == "action":
        return value.replace(" ", "").replace("\n", "")
    if field == "principal" and not is_name and not _identifies(value):
        return None
    return value


def _identifies(principal: str) -> bool:
    """Tell whether a word stands for a caller: an ARN or a masked one, a service principal, `anonymous`."""
    return (
        is_masked(principal)
        or any(mark in principal for mark in ":/@*<")
        or principal == "anonymous"
        or ".amazonaws.com" in principal
    )


def _opens(kept: str, bracket: str) -> bool:
    opener = {")": "(", "]": "[", "}": "{"}[bracket]
    return kept.count(opener) > kept.count(bracket)


def _assert(segment: Segment, error: ParsedError, facts: Facts, text: Text) -> list[Match]:
    """Add what the patterns assert; a kind of policy or an effect that is asserted twice keeps its first."""
    ordered = sorted(segment.matches, key=lambda m: (m.pattern.part == "head", m.start))
    for match in ordered:
        source = Source("paste", match.pattern.id, *text.origin(match.start, match.end))
        facts.add(Fact("message.pattern", match.pattern.id, source))
        for name, value in match.pattern.asserts:
            if name == "encoded_message":
                error.encoded_message = True
            elif name == "message.layer":
                if error.policy_type not in (None, value):
                    continue
                error.policy_type = value
            elif name == "message.effect":
                if error.effect not in (None, value):
                    continue
                error.effect = value
            facts.add(Fact(name, value, source))
    return ordered


def _derive_facts(error: ParsedError, facts: Facts, text_is: str | None) -> None:
    where = {span.field: span for span in error.spans}

    def add(name: str, value: str | None, *fields: str) -> None:
        if value:
            span = next((where[field] for field in fields if field in where), None)
            facts.add(
                Fact(name, value, Source("paste", fields[0], span.start, span.end) if span else Source("derived"))
            )

    add("error.code", error.error_code, "error_code")
    add("operation", error.operation, "operation")
    add("action", error.action.lower() if error.action else None, "action", "operation")
    add("action.service", error.service, "action", "operation", "resource")
    detail = derive.detail(error, text_is == "stated")
    add("message.class", text_is, "error_code")
    add("message.detail", detail, "action", "operation", "error_code")
    if error.policy_type:
        add("message.policy-arn", "yes" if error.policy_arn else "no", "policy_arn")
    if detail == "deny":
        facts.add(Fact("deny.about", "mfa" if ("message.mfa", "yes") in facts else "unsaid", Source("derived")))
    if error.action:
        add("action.group", derive.action_group(error.action), "action", "operation")
    if error.principal:
        is_named = not _identifies(error.principal)
        add("principal.kind", "service" if is_named else principal_kind(error.principal), "principal")
        add("principal.workload", derive.workload(error.principal), "principal")
    add("principal.expected", "doubtful" if derive.is_doubtful(error) else "plain", "principal")
    if error.resource:
        add("resource.kind", derive.resource_kind(error), "resource")
        add("accounts", derive.accounts(error), "resource")
