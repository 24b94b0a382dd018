"""Gathering what was found in a paste into errors: which wrappers and matches belong together."""

from collections.abc import Container
from typing import Literal

import msgspec

from whydenied.engine.messages.templates import Template
from whydenied.engine.messages.wrappers import Wrapping

__all__ = ["LOOK_ALIKE", "OTHER_MATTERS", "VENDOR", "Match", "Part", "Pattern", "Segment", "gather"]

LOOK_ALIKE = ("message.kind", "look-alike")
VENDOR = ("look-alike.kind", "other-vendor")
"""What a pattern asserts of an answer that is no AWS service's."""
# What a pattern asserts of a message that says all there is to say, and that no policy of AWS's was the reason.
OTHER_MATTERS = {LOOK_ALIKE, ("message.kind", "authentication"), ("eks.message", "forbidden")}
# What a pattern asserts that knows only that something was refused.
_REFUSED = frozenset({("message.kind", "denial"), ("message.vague", "yes")})
Part = Literal["head", "ending", "whole", "lead", "fallback", "last"]


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern article.

    part: head (who, what), ending (why), whole (all there is), lead (announces a message that follows), fallback
    (counts only where nothing better was found in its error), or last (general words, looked for only where the whole
    paste told no more than that something was refused). services: IAM prefixes of the services whose words these are.
    yields_to: ids of patterns of general words beside which these say nothing more.
    """

    id: str
    part: Part
    templates: tuple[Template, ...]
    codes: frozenset[str]
    asserts: tuple[tuple[str, str], ...]
    services: frozenset[str]
    yields_to: frozenset[str]

    @property
    def says_nothing(self) -> bool:
        """Tell whether it knows only that something was refused, and not what or why."""
        return self.part == "fallback" and _REFUSED.issuperset(self.asserts)


class Match(msgspec.Struct, frozen=True):
    pattern: Pattern
    start: int
    end: int
    fields: dict[str, str]
    spans: dict[str, tuple[int, int]]


class Segment:
    """The wrappers and matches that belong to one error."""

    __slots__ = (
        "about",
        "call_end",
        "code_kinds",
        "has_head",
        "is_complete",
        "last",
        "matches",
        "named",
        "vendor_end",
        "wrappings",
    )

    def __init__(self) -> None:
        self.wrappings: list[Wrapping] = []
        self.matches: list[Match] = []
        # Somebody's refusal is named already.
        self.has_head = False
        # The message itself has been found, not only what announces it.
        self.is_complete = False
        # The last of the matches that count in any case.
        self.last: Match | None = None
        # What the error codes alone say of the kind of message: denial, authentication, look-alike.
        self.code_kinds: set[str] = set()
        # The fields that wrappers have named so far.
        self.named: set[str] = set()
        # Where the last call that was named ends, and the last words of another vendor.
        self.call_end: int | None = None
        self.vendor_end: int | None = None
        # Whole messages that name a resource, by their pattern, and which.
        self.about: dict[str, str] = {}

    def add(self, match: Match) -> None:
        """Take a match in."""
        self.matches.append(match)
        self.has_head |= match.pattern.part == "head"
        self.is_complete |= match.pattern.part not in ("lead", "fallback", "last")
        if match.pattern.part != "fallback":
            self.last = match
        if VENDOR in match.pattern.asserts:
            self.vendor_end = match.end
        if match.pattern.part == "whole" and "resource" in match.fields:
            self.about[match.pattern.id] = match.fields["resource"]

    def wrap(self, wrapping: Wrapping) -> None:
        """Take a wrapper in."""
        self.wrappings.append(wrapping)
        self.named.update(wrapping.fields)
        if "operation" in wrapping.fields:
            self.call_end = wrapping.end

    @property
    def patterns(self) -> list[Pattern]:
        """The different patterns of its matches, in their order."""
        return list({match.pattern.id: match.pattern for match in self.matches}.values())

    @property
    def names_an_error(self) -> bool:
        """Tell whether a wrapper names an error or a call: its fields can be read where no pattern knows the text."""
        return not self.named.isdisjoint(("error_code", "operation"))

    @property
    def span(self) -> tuple[int, int]:
        """Where the segment begins and ends in the text, what only points to a service left out; (0, 0) for none."""
        parts = [(match.start, match.end) for match in self.matches]
        parts += [(one.start, one.end) for one in self.wrappings if "hint" not in one.fields]
        return min((start for start, _ in parts), default=0), max((end for _, end in parts), default=0)

    def drop_fallbacks(self) -> None:
        """Forget what only counts where nothing better was found."""
        better = [match for match in self.matches if match.pattern.part not in ("fallback", "last")]
        self.matches = better or self.matches


def gather(
    text: str, wrappings: list[Wrapping], matches: list[Match], other_codes: Container[str] = ()
) -> list[Segment]:
    """Gather what was found into errors, reading from top to bottom.

    A wrapper that stands before its message begins a new error once the current one has its message, or has both
    its call and its code and the wrapper names a call; so does a second head, a head on a line below a message that
    was no refusal of AWS's, and what announces a further message. other_codes: those of such messages, in small
    letters.
    """
    segments = [Segment()]
    # Where the wrappers so far end: one inside another (`code: 'AccessDenied'`) begins nothing of its own.
    until = headed = -1
    found: list[Wrapping | Match] = [*wrappings, *matches]
    for item in sorted(found, key=lambda i: (i.start, isinstance(i, Match))):
        current = segments[-1]
        if isinstance(item, Wrapping):
            is_first = item.leading and item.start >= until and _begins(item, current)
            if is_first and not _belongs(item, current) and not _inside(item, current):
                segments.append(Segment())
            until = max(until, item.end)
            segments[-1].wrap(item)
        elif item.pattern.part == "head" and item.end <= headed:
            continue  # a head within a longer one is part of its sentence
        else:
            headed = max(headed, item.end) if item.pattern.part == "head" else headed
            is_announced = item.pattern.part == "lead" and current.is_complete
            is_headed = item.pattern.part == "head" and (
                current.has_head or _is_other_matter(text, item, current, other_codes)
            )
            is_new = _is_another(item, current) or _is_sequel(text, item, current)
            if is_announced or is_headed or is_new or _names_a_call(text, item, current, wrappings):
                segments.append(Segment())
            segments[-1].add(item)
    return segments


def _begins(wrapping: Wrapping, current: Segment) -> bool:
    """Tell whether a wrapper begins a new error: the current one has its message, or its call and its code."""
    is_called = "operation" in wrapping.fields and current.named >= {"operation", "error_code"}
    return current.is_complete or is_called


# How near behind a call or another vendor's name a code stands that belongs to it.
_NEAR = 400


def _belongs(wrapping: Wrapping, current: Segment) -> bool:
    """Tell whether a mere code is that of the error so far: of a call without one, or of another vendor's answer."""
    if wrapping.fields.keys() != {"error_code"} or "error_code" in current.named:
        return False
    return any(0 <= wrapping.start - end <= _NEAR for end in (current.call_end, current.vendor_end) if end is not None)


# How many characters behind a code are a message, and no mere remainder of the words around the code.
_SAID = 12


def _is_other_matter(text: str, head: Match, segment: Segment, codes: Container[str]) -> bool:
    """Tell whether a refusal begins on a line below a message that is about something else (throttling, Kubernetes)."""
    last = segment.last
    if last is not None:
        is_whole = last.pattern.part == "whole" and not OTHER_MATTERS.isdisjoint(last.pattern.asserts)
        return is_whole and "\n" in text[last.end : head.start]
    if not segment.wrappings or segment.wrappings[-1].fields.get("error_code", "").lower() not in codes:
        return False
    said, line_end, _ = text[segment.wrappings[-1].end : head.start].partition("\n")
    return bool(line_end) and len(said.strip()) >= _SAID


_NO_IDENTITY = ("message.kind", "authentication")


def _is_sequel(text: str, match: Match, segment: Segment) -> bool:
    """Tell whether a program says on a line below a refusal that it has no credentials (left): of what followed."""
    if segment.last is None or match.pattern.part != "whole" or _NO_IDENTITY not in match.pattern.asserts:
        return False
    return ("message.kind", "denial") in segment.last.pattern.asserts and "\n" in text[segment.last.end : match.start]


def _is_another(match: Match, segment: Segment) -> bool:
    """Tell whether the same words stand in the segment already, about another resource."""
    resource = match.fields.get("resource")
    return resource is not None and segment.about.get(match.pattern.id, resource) != resource


def _names_a_call(text: str, match: Match, segment: Segment, wrappings: list[Wrapping]) -> bool:
    """Tell whether a message on a line below a whole one, which had its call, holds a call of its own."""
    if match.pattern.part != "whole" or segment.call_end is None or not segment.is_complete or segment.last is None:
        return False
    if "\n" not in text[segment.last.end : match.start]:
        return False
    return any("operation" in one.fields and match.start < one.start < match.end for one in wrappings)


def _inside(wrapping: Wrapping, segment: Segment) -> bool:
    return any(match.start <= wrapping.start < match.end for match in segment.matches)
