"""Find every denial in a paste: patterns and wrappers are found in one pass each, then gathered into errors."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import msgspec

from whydenied.engine.errors import ContentError
from whydenied.engine.messages.codes import general_code, perhaps_code
from whydenied.engine.messages.merging import merge
from whydenied.engine.messages.operations import is_a_service, is_service_prefix, words_of
from whydenied.engine.messages.places import may_name_one
from whydenied.engine.messages.reading import Reading, Surroundings, read
from whydenied.engine.messages.segments import LOOK_ALIKE, OTHER_MATTERS, VENDOR, Match, Part, Pattern, Segment, gather
from whydenied.engine.messages.templates import Template, compile_template
from whydenied.engine.messages.text import Text, flattened
from whydenied.engine.messages.troubles import troubles
from whydenied.engine.messages.unwrap import unwrap
from whydenied.engine.messages.vocabulary import names_an_action, speaks_of_aws
from whydenied.engine.messages.wrappers import Wrapping, find_wrappings
from whydenied.engine.regexes import Regex
from whydenied.engine.secrets.masking import mask

__all__ = ["Parsed", "Parser", "Reading"]

# Letters in a piece of an anchor; every anchor has at least six.
_PIECE = 5
# How much of a paste is searched for the name of a service.
_NAMING = 20_000
# Fields of wrappers that only an answer of AWS's has.
_ANSWERS = frozenset({"service", "operation", "called"})
_OUTAGE = ("look-alike.kind", "outage")
# Codes with which policies refuse; credentials that are not accepted have codes of their own (IAM, Common errors).
_OF_POLICIES = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_NOT_KNOWN = ("message.kind", "authentication")
_SIGN_UP = ("look-alike.kind", "subscription")
# The text says that the request went to the wrong host or Region.
_ELSEWHERE = ("look-alike.kind", "wrong-endpoint")


class Parsed(msgspec.Struct, frozen=True):
    """text: the paste with secrets masked. secrets: kinds masked. readings: each different error, in order."""

    text: str
    secrets: tuple[str, ...]
    readings: tuple[Reading, ...]


class Parser:
    """Reads pastes by the patterns it was given. Immutable and safe to share between threads."""

    def __init__(self, patterns: Iterable[Mapping[str, object]]) -> None:
        """Compile the patterns: the front matter of the pattern articles, each with its `id`.

        Raises ContentError, naming the pattern, for a template that cannot be compiled.
        """
        self._patterns = tuple(_compile(pattern) for pattern in patterns)
        self._last = [pattern for pattern in self._patterns if pattern.part == "last"]
        self._saying_nothing = frozenset(pattern.id for pattern in self._patterns if pattern.says_nothing)
        self._templates = [
            (template, pattern)
            for pattern in self._patterns
            if pattern.part != "last"
            for template in pattern.templates
        ]
        self._by_piece = _by_rarest_piece([template.anchor for template, _ in self._templates])
        self._by_code: dict[str, list[Pattern]] = {}
        self._last_by_code = {code: pattern for pattern in self._last for code in pattern.codes}
        for pattern in self._patterns:
            for code in pattern.codes if pattern.part != "last" else ():
                self._by_code.setdefault(code.lower(), []).append(pattern)
        self._other_codes = frozenset(
            code for code, named in self._by_code.items() if not OTHER_MATTERS.isdisjoint(named[0].asserts)
        )

    def parse(self, paste: str) -> Parsed:
        """Read a paste of any kind. A paste that holds no known error gives no readings."""
        masked = mask(paste)
        text = unwrap(masked.text)
        flat = flattened(text.value)
        wrappings = find_wrappings(text.value, flat)
        matches = list(self._matches(text.value, flat))
        readings = self._readings(text, flat, wrappings, matches)
        if all(self._says_nothing(reading) for reading in readings):
            general = list(self._general(text.value, flat, wrappings, readings))
            if general:
                readings = self._readings(text, flat, wrappings, [*matches, *general])
        return Parsed(masked.text, masked.kinds, merge(readings))

    def _readings(self, text: Text, flat: str, wrappings: list[Wrapping], matches: list[Match]) -> list[Reading]:
        """Gather what was found into errors and read each of them."""
        segments = gather(text.value, wrappings, matches, self._other_codes)
        hint = _pointed_to(wrappings)
        readings: list[Reading] = []
        has_places = may_name_one(text.value)
        is_called = any("operation" in segment.named for segment in segments) or any(
            "operation" in match.fields for match in matches
        )
        words = words_of(flat[:_NAMING]) if is_called else frozenset()
        spans = [segment.span for segment in segments]
        for place, segment in enumerate(segments):
            self._add_codes(segment)
            segment.drop_fallbacks()
            if segment.matches or segment.names_an_error:
                after = spans[place - 1][1] if place else 0
                before = spans[place + 1][0] if place + 1 < len(spans) else len(text.value)
                readings.append(read(segment, text, Surroundings(hint, has_places, after, before, words)))
        return readings

    def _matches(self, text: str, flat: str) -> Iterator[Match]:
        """Find every match of the patterns, but for general words. flat: the text flattened."""
        found: dict[str, list[Match]] = {}
        # Words such as "access denied" alone, in a text that never names AWS, are no denial of AWS's; nor is it when
        # somebody by a mere name may not do something that is no action.
        names_aws = speaks_of_aws(text, flat)
        for template, pattern in self._worth_trying(flat):
            if template.may_match(flat) and (names_aws or pattern.part != "fallback"):
                found.setdefault(pattern.id, []).extend(
                    _match(match, pattern) for match in template.matches(text, flat) if _is_meant(text, match)
                )
        for matches in found.values():
            if names_aws or any(map(_is_of_aws, matches)):
                yield from _without_overlaps(matches)

    def _general(self, text: str, flat: str, wrappings: list[Wrapping], readings: list[Reading]) -> Iterator[Match]:
        """Find what general words say in a text that speaks of AWS: the patterns' that are looked for last.

        readings: what codes and words have told so far: no more than that something was refused.
        """
        is_refused = any(reading.error.patterns for reading in readings)
        is_answer = (
            names_an_action(text)
            or any(not _ANSWERS.isdisjoint(wrapping.fields) for wrapping in wrappings)
            or ".dkr.ecr." in flat
        )
        # Names are told apart at `_`, too: `aws_s3_bucket`.
        if not is_answer and not speaks_of_aws(text, flat.replace("_", " ")):
            return
        stretches = [(start, end, flat[start:end]) for start, end in troubles(text)]
        found = {
            pattern.id: [
                _match(match, pattern)
                for start, end, part in stretches
                for template in pattern.templates
                if template.may_match(part)
                for match in template.regex.finditer(text, start, end)
                if _is_of_a_service(match)
            ]
            for pattern in self._last
            if not _is_ruled_out(pattern, is_answer, is_refused, readings)
        }
        named = [
            Match(meant, *wrapping.spans["error_code"], {}, {})
            for wrapping in wrappings
            if (meant := self._perhaps(wrapping.fields.get("error_code", ""))) and meant.id in found
        ]
        if named and not _REFUSAL.search(text):
            found = {match.pattern.id: [] for match in named}
        for match in named:
            found[match.pattern.id].append(match)
        said = {name for name, matches in found.items() if matches}
        for matches in found.values():
            if matches and said.isdisjoint(matches[0].pattern.yields_to):
                yield from _without_overlaps(matches)

    def _perhaps(self, code: str) -> Pattern | None:
        """Return the pattern of general words that a code counts as, if any."""
        return self._last_by_code.get(code) or self._last_by_code.get(perhaps_code(code) or "")

    def _says_nothing(self, reading: Reading) -> bool:
        """Tell whether a reading rests on codes and words alone that tell no more than a refusal, or on none."""
        return all(name in self._saying_nothing for name in reading.error.patterns)

    def _worth_trying(self, flat: str) -> list[tuple[Template, Pattern]]:
        """Return the templates, in order, of whose anchors a text holds at least a piece."""
        # Nearly every paste fails nearly every anchor, and there are hundreds: looking for each of them was half of
        # what a diagnosis cost.
        pieces = {flat[at : at + _PIECE] for at in range(0, len(flat) - _PIECE + 1, 2)}
        found = {number for piece in pieces & self._by_piece.keys() for number in self._by_piece[piece]}
        return [self._templates[number] for number in sorted(found)]

    def _add_codes(self, segment: Segment) -> None:
        is_read = segment.is_complete
        known = {match.pattern.id for match in segment.matches}
        is_elsewhere = any(_ELSEWHERE in match.pattern.asserts for match in segment.matches)
        printed: dict[str, Wrapping] = {}
        for wrapping in segment.wrappings:
            printed.setdefault(wrapping.fields.get("error_code", ""), wrapping)
        # A code that is printed again adds nothing.
        for code, wrapping in printed.items():
            named = self._by_code.get(code.lower()) or self._by_code.get((general_code(code) or "").lower()) or []
            for pattern in named:
                segment.code_kinds |= {value for name, value in pattern.asserts if name == "message.kind"}
                # The text is more telling than the code: services use NotFound and the like for refusals as well, and
                # codes of the signature for a wrong Region. That a program failed says least: any refusal is told so.
                is_outdone = (
                    is_read
                    and (
                        LOOK_ALIKE in pattern.asserts
                        or (is_elsewhere and ("message.kind", "authentication") in pattern.asserts)
                    )
                ) or (_OUTAGE in pattern.asserts and bool(segment.matches))
                if pattern.id not in known and not is_outdone:
                    known.add(pattern.id)
                    segment.add(Match(pattern, *wrapping.spans["error_code"], {}, {}))


def _is_of_aws(match: Match) -> bool:
    """Tell whether a sentence that only says who may not do what names an action or an ARN, as only AWS has them."""
    fields = match.fields
    return match.pattern.part != "head" or "action" in fields or any("arn:" in value for value in fields.values())


def _match(match: re.Match[str], pattern: Pattern) -> Match:
    fields = {name: value for name, value in match.groupdict().items() if value}
    return Match(pattern, match.start(), match.end(), fields, {name: match.span(name) for name in fields})


def _by_rarest_piece(anchors: list[str]) -> dict[str, list[int]]:
    """Return the places of anchors by two pieces of each, those that the fewest anchors are cut into.

    One of the two begins at an even place of the anchor, the other at an odd one: a text need be cut up at every second
    character only.
    """
    # Every eighth is enough to choose from, and quick to cut.
    pieces = [
        [anchor[at : at + _PIECE] for at in range(first, len(anchor) - _PIECE + 1, 8)]
        for anchor in anchors
        for first in (0, 1)
    ]
    common = Counter(chain.from_iterable(pieces))
    found: dict[str, list[int]] = {}
    for number, several in enumerate(pieces):
        found.setdefault(min(several, key=common.__getitem__), []).append(number // 2)
    return found


def _pointed_to(wrappings: list[Wrapping]) -> str | None:
    """Return the service that a paste points to (an `s3://` path), unless anything in it names one."""
    if any("service" in wrapping.fields for wrapping in wrappings):
        return None
    return next((wrapping.fields["hint"] for wrapping in wrappings if "hint" in wrapping.fields), None)


def _is_of_a_service(match: re.Match[str]) -> bool:
    """Tell whether what general words took for an action, if any, is one: `reports: DescribeTags` is none."""
    action = match["action"] if "action" in match.re.groupindex else None
    return action is None or (" " not in action and is_service_prefix(action.split(":")[0].lower()))


def _is_ruled_out(pattern: Pattern, is_answer: bool, is_refused: bool, readings: list[Reading]) -> bool:
    """Tell whether general words cannot mean what they are mostly said of, beside what else is known.

    is_answer: something in the text is of AWS's answers alone.
    """
    # What names its service or its call is no other vendor's answer.
    if VENDOR in pattern.asserts:
        return is_answer
    # What was refused met no limit; but services refuse those who never signed up for them.
    if LOOK_ALIKE in pattern.asserts:
        return is_refused and _SIGN_UP not in pattern.asserts
    # Who is refused by policies was known.
    return _NOT_KNOWN in pattern.asserts and any(
        (general_code(code) or code) in _OF_POLICIES for reading in readings if (code := reading.error.error_code)
    )


# Words of a refusal that count for more than a code which mostly means something else.
_REFUSAL = Regex(
    r"permission|privilege|authori[sz]|forbidden|den(?:y\b|ie[sd]) |access(?:\s(?:is|was))?\sdenied|access to"
    r"|allowed to|not allow\b|(?:cannot|could not|unable to|not have|no) access|\brole\b|assume|credential|not grant",
    re.I,
)
# What stands before a word that belongs to a person's name: the ARN or the user that it ends.
_SOMEBODY = re.compile(r"(?:\barn:\S{1,300}|\bUser:?)(?: \S{1,60}){0,2} ?\Z")


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """Tell whether the words that a template took for a service, if any, are one's name, and not a user's last."""
    words = match["words"] if "words" in match.re.groupindex else None
    if not words:
        return True
    before = text[max(0, match.start("words") - 400) : match.start("words")].replace("\n", " ")
    return is_a_service(words) and not _SOMEBODY.search(before)


def _compile(pattern: Mapping[str, Any]) -> Pattern:
    try:
        templates = tuple(compile_template(text, pattern.get("part")) for text in pattern.get("templates") or ())
    except ContentError as error:
        raise ContentError(f"pattern `{pattern['id']}`, {error}") from None
    asserts = tuple(
        (name, str(value))
        for name, values in (pattern.get("asserts") or {}).items()
        for value in (values if isinstance(values, list) else [values])
    )
    part: Part = pattern.get("part") or "whole"
    return Pattern(
        str(pattern["id"]),
        part,
        templates,
        frozenset(pattern.get("codes") or ()),
        asserts,
        frozenset(pattern.get("services") or ()),
        frozenset(pattern.get("yields_to") or ()),
    )


def _without_overlaps(found: list[Match]) -> Iterator[Match]:
    """Keep, of matches of one pattern that overlap, the one that reads most, then the longest."""
    end = -1
    best: Match | None = None
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
