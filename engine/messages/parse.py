"""Find every denial in a paste: patterns and wrappers are found in one pass each, then gathered into errors."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from engine.arn import principal_kind
from engine.errors import ContentError
from engine.facts import Fact, Facts, Source
from engine.messages import derive
from engine.messages.parsed import FIELDS, ParsedError, Span
from engine.messages.secrets import mask
from engine.messages.templates import Template, compile_template
from engine.messages.text import Text
from engine.messages.unwrap import unwrap
from engine.messages.wrappers import Wrapping, find_wrappings

__all__ = ["Parsed", "Parser", "Reading"]

Part = Literal["head", "ending", "whole", "lead", "fallback"]
_TRAILING = ".,;:)]}'\""


class _Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern article.

    part: head (who, what), ending (why), whole (all there is), lead (announces a message that follows), or fallback
    (counts only where nothing better was found).
    """

    id: str
    part: Part
    templates: tuple[Template, ...]
    codes: frozenset[str]
    asserts: tuple[tuple[str, str], ...]


class _Match(msgspec.Struct, frozen=True):
    pattern: _Pattern
    start: int
    end: int
    fields: dict[str, str]
    spans: dict[str, tuple[int, int]]


class Reading(msgspec.Struct, frozen=True):
    """One error and the facts that it gives."""

    error: ParsedError
    facts: Facts


class Parsed(msgspec.Struct, frozen=True):
    """text: the paste with secrets masked. secrets: kinds masked. readings: each different error, in order."""

    text: str
    secrets: tuple[str, ...]
    readings: tuple[Reading, ...]


class _Segment:
    """The wrappers and matches that belong to one error."""

    __slots__ = ("matches", "wrappings")

    def __init__(self) -> None:
        self.wrappings: list[Wrapping] = []
        self.matches: list[_Match] = []

    @property
    def has_head(self) -> bool:
        """Tell whether somebody's refusal is named already."""
        return any(match.pattern.part == "head" for match in self.matches)

    @property
    def is_complete(self) -> bool:
        """Tell whether the message itself has been found, not only what announces it."""
        return any(match.pattern.part not in ("lead", "fallback") for match in self.matches)

    def drop_fallbacks(self) -> None:
        """Forget what only counts where nothing better was found."""
        better = [match for match in self.matches if match.pattern.part != "fallback"]
        self.matches = better or self.matches


class Parser:
    """Reads pastes by the patterns it was given. Immutable and safe to share between threads."""

    def __init__(self, patterns: Iterable[Mapping[str, Any]]) -> None:
        """Compile the patterns: the front matter of the pattern articles, each with its `id`.

        Raises ContentError, naming the pattern, for a template that cannot be compiled.
        """
        self._patterns = tuple(_compile(pattern) for pattern in patterns)
        # One flat list: nearly every paste fails nearly every anchor, so this loop is what a diagnosis costs.
        self._templates = [(t.anchor, t, pattern) for pattern in self._patterns for t in pattern.templates]
        self._by_code: dict[str, list[_Pattern]] = {}
        for pattern in self._patterns:
            for code in pattern.codes:
                self._by_code.setdefault(code.lower(), []).append(pattern)

    def parse(self, paste: str) -> Parsed:
        """Read a paste of any kind. A paste that holds no known error gives no readings."""
        masked = mask(paste)
        text = unwrap(masked.text)
        flat = text.value.replace("\n", " ").lower()
        segments = _segments(find_wrappings(text.value, flat), list(self._matches(text.value, flat)))
        readings: dict[tuple[Any, ...], Reading] = {}
        for segment in segments:
            self._add_codes(segment)
            segment.drop_fallbacks()
            if segment.matches:
                reading = _read(segment, text)
                key = tuple(getattr(reading.error, name) for name in FIELDS if name != "request_id")
                if key in readings:
                    readings[key].error.times += 1
                else:
                    readings[key] = reading
        return Parsed(masked.text, masked.kinds, tuple(readings.values()))

    def _matches(self, text: str, flat: str) -> Iterator[_Match]:
        """Find every match of every pattern. flat: the text in lower case with line ends as spaces."""
        found: dict[str, list[_Match]] = {}
        for anchor, template, pattern in self._templates:
            if anchor in flat:
                for match in template.regex.finditer(text):
                    fields = {name: value for name, value in match.groupdict().items() if value}
                    spans = {name: match.span(name) for name in fields}
                    found.setdefault(pattern.id, []).append(_Match(pattern, match.start(), match.end(), fields, spans))
        for matches in found.values():
            yield from _without_overlaps(matches)

    def _add_codes(self, segment: _Segment) -> None:
        for wrapping in segment.wrappings:
            code = wrapping.fields.get("error_code", "")
            for pattern in self._by_code.get(code.lower(), ()):
                if pattern not in (match.pattern for match in segment.matches):
                    start, end = wrapping.spans["error_code"]
                    segment.matches.append(_Match(pattern, start, end, {}, {}))


def _compile(pattern: Mapping[str, Any]) -> _Pattern:
    try:
        templates = tuple(compile_template(text) for text in pattern.get("templates") or ())
    except ContentError as error:
        raise ContentError(f"pattern `{pattern['id']}`, {error}") from None
    asserts = tuple(
        (name, str(value))
        for name, values in (pattern.get("asserts") or {}).items()
        for value in (values if isinstance(values, list) else [values])
    )
    part: Part = pattern.get("part") or "whole"
    return _Pattern(str(pattern["id"]), part, templates, frozenset(pattern.get("codes") or ()), asserts)


def _without_overlaps(found: list[_Match]) -> Iterator[_Match]:
    """Keep, of matches of one pattern that overlap, the one that reads most, then the longest."""
    end = -1
    best: _Match | None = None
    for match in sorted(found, key=lambda m: m.start):
        if best and match.start < end:
            best = max(best, match, key=lambda m: (len(m.fields), m.end - m.start))
        else:
            if best:
                yield best
            best = match
        end = max(end, match.end)
    if best:
        yield best


def _segments(wrappings: list[Wrapping], matches: list[_Match]) -> list[_Segment]:
    """Gather what was found into errors, reading from top to bottom.

    A wrapper that stands before its message begins a new error once the current one has its message; so does a
    second head.
    """
    segments = [_Segment()]
    found: list[Wrapping | _Match] = [*wrappings, *matches]
    for item in sorted(found, key=lambda i: (i.start, isinstance(i, _Match))):
        current = segments[-1]
        if isinstance(item, Wrapping):
            if item.leading and current.is_complete and not _inside(item, current):
                segments.append(_Segment())
            segments[-1].wrappings.append(item)
        else:
            if item.pattern.part == "head" and current.has_head:
                segments.append(_Segment())
            segments[-1].matches.append(item)
    return segments


def _inside(wrapping: Wrapping, segment: _Segment) -> bool:
    return any(match.start <= wrapping.start < match.end for match in segment.matches)


def _read(segment: _Segment, text: Text) -> Reading:
    """Turn one segment into an error and its facts."""
    error = ParsedError()
    spans: dict[str, tuple[int, int]] = {}
    for match in sorted(segment.matches, key=lambda m: (m.pattern.part != "head", m.start)):
        for name, value in match.fields.items():
            field = "action" if name == "action_name" else name
            cleaned = _clean(field, value) if getattr(error, field) is None else None
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


def _kind_of_text(segment: _Segment) -> str:
    """Say what the text is: a stated denial, an authentication failure, a look-alike, or a denial by its looks."""
    if any(match.pattern.part in ("head", "ending") for match in segment.matches):
        return "stated"
    kinds = {value for match in segment.matches for name, value in match.pattern.asserts if name == "message.kind"}
    return next((kind for kind in ("authentication", "look-alike") if kind in kinds), "denial")


def _read_wrappings(segment: _Segment, error: ParsedError, spans: dict[str, tuple[int, int]]) -> str | None:
    """Take code, operation and ids from the wrappers; of several, the most trusted and nearest to the message."""
    head = min((match.start for match in segment.matches), default=0)
    wrapped_by: tuple[tuple[int, int], str] | None = None
    best: dict[str, tuple[int, int]] = {}
    for wrapping in segment.wrappings:
        near = -abs(wrapping.start - head)
        for name, value in wrapping.fields.items():
            rank = (wrapping.weight if name == "error_code" else wrapping.start <= head, near)
            if name == "service":
                wrapped_by = max(wrapped_by, (rank, value)) if wrapped_by else (rank, value)
            elif (name in best and rank > best[name]) or getattr(error, name) is None:
                setattr(error, name, value)
                spans[name], best[name] = wrapping.spans[name], rank
    return wrapped_by[1] if wrapped_by else None


def _clean(field: str, value: str) -> str | None:
    """Take quotes and closing punctuation off a value; None for dots and words that stand for nothing."""
    value = value.strip("\"'").strip() if field == "resource" else value
    if not value.endswith("..."):
        kept = value.rstrip(_TRAILING)
        # A bracket that the value itself opened is part of it: `[redacted]`, `<name>`.
        while len(kept) < len(value) and value[len(kept)] in ")]}" and _opens(kept, value[len(kept)]):
            kept = value[: len(kept) + 1]
        value = kept
    if not value.strip("."):
        return None
    if field == "action":
        return value.replace(" ", "").replace("\n", "")
    if (
        field == "principal"
        and not any(mark in value for mark in ":/@*<")
        and value != "anonymous"
        and " " not in value
    ):
        return None
    return value


def _opens(kept: str, bracket: str) -> bool:
    opener = {")": "(", "]": "[", "}": "{"}[bracket]
    return kept.count(opener) > kept.count(bracket)


def _assert(segment: _Segment, error: ParsedError, facts: Facts, text: Text) -> list[_Match]:
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


def _derive_facts(error: ParsedError, facts: Facts, text_is: str) -> None:
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
        add("principal.kind", principal_kind(error.principal), "principal")
        add("principal.workload", derive.workload(error.principal), "principal")
    add("principal.expected", "doubtful" if derive.is_doubtful(error) else "plain", "principal")
    if error.resource:
        add("resource.kind", derive.resource_kind(error), "resource")
        add("accounts", derive.accounts(error), "resource")
