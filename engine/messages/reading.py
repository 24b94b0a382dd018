"""From the wrappers and matches of one error to its fields and facts."""

import re

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.messages import derive
from whydenied.engine.messages.facts import derived
from whydenied.engine.messages.hosts import unknown_region
from whydenied.engine.messages.operations import is_a_service
from whydenied.engine.messages.parsed import ParsedError, Span
from whydenied.engine.messages.places import find_place
from whydenied.engine.messages.segments import LOOK_ALIKE, Match, Segment
from whydenied.engine.messages.text import Text
from whydenied.engine.messages.typed import (
    near_to,
    read_action,
    read_behind,
    read_call,
    read_caller,
    read_named,
    read_typed,
)
from whydenied.engine.secrets.sign import is_masked

__all__ = ["Reading", "Surroundings", "read"]

# What a program says behind an error that did not stop it, and how far behind.
_HARMLESS = re.compile(
    r"\b(?:(?:proceeding|continuing|carrying on) (?:anyway|regardless)|(?:will be|is) ignored)\b", re.I
)
_AFTERWARDS = 120
# What a code weighs more that stands together with the call that it answers.
_ANSWER = 3
_TRAILING = ".,;:)]}'\""
# The colons in front of an ARN's own part.
_COLONS = 5
# Placeholders that are read into a field of another name.
_FIELDS = {"action_name": "action", "words": "principal", "caller_name": "principal"}
# Names of callers that need none of an identifier's marks: the sentence says that they are names.
_NAMES = frozenset({"words", "caller_name"})


class Reading(msgspec.Struct, frozen=True):
    """One error and the facts that it gives."""

    error: ParsedError
    facts: Facts


class Surroundings(msgspec.Struct, frozen=True, gc=False):
    """What stands around an error. hint: the service that the paste points to, where nothing in it names one.

    has_places: the text may name a resource beside a sentence. after, before: offsets into the text: where the error
    before this one ends, and where the next begins. words: those of the text that may name a service.
    """

    hint: str | None
    has_places: bool
    after: int
    before: int
    words: frozenset[str]


def read(segment: Segment, text: Text, around: Surroundings) -> Reading:
    """Turn one segment into an error and its facts."""
    error = ParsedError()
    spans: dict[str, tuple[int, int]] = {}
    for match in sorted(segment.matches, key=lambda m: (m.pattern.part != "head", m.start)):
        for name, value in match.fields.items():
            field = _FIELDS.get(name, name)
            if getattr(error, field) is not None:
                continue
            is_name = name in _NAMES or _is_bare_name(value, _before(text.value, match.spans[name][0]))
            if cleaned := _clean(field, value, is_name):
                setattr(error, field, cleaned)
                spans[field] = match.spans[name]
    if error.resource is None and "action" in spans and (named := read_behind(text.value, spans["action"][1])):
        error.resource, spans["resource"] = named[0], named[1:]
    wrapped_by, called = _read_wrappings(segment, error, spans)
    facts = Facts()
    _assert(segment, error, facts, text)
    text_is = _kind_of_text(segment)
    if any(match.pattern.part == "last" for match in segment.matches):
        _read_general(segment, error, spans, facts, text)
        # General words for a refusal beside an action say who may not do what, as the standard sentence does.
        # Where a service was to take on a role, the action is the role's matter; where the words name a kind of policy,
        # that is who decided.
        is_of_others = any(facts.values(name) for name in ("role.trust", "message.names", "message.denies"))
        if text_is == "denial" and error.action and not is_of_others:
            text_is = "stated"
    near = near_to(segment.span, (around.after, around.before))
    if text_is in ("denial", "stated", "authentication") and called is None:
        _read_call(error, spans, text, near)
    if text_is == "denial" and error.principal is None and around.has_places:
        _read_caller(error, spans, facts, text, near)
    behind = _service_behind(text.value, spans)
    derive.complete(error, behind or wrapped_by or around.hint, called, around.words, _services(segment))
    _place(segment, error, spans, facts, text, around)
    error.patterns = tuple(facts.values("message.pattern"))
    error.spans = tuple(Span(name, *text.origin(*span)) for name, span in sorted(spans.items()))
    for conflict in _conflicts(segment, text_is):
        facts.add(Fact("message.conflict", conflict, _place_of("error_code", spans, text)))
    _add_region_of_host(segment, facts, text)
    if _is_harmless(segment, text.value):
        facts.add(Fact("message.harmless", "yes", Source("derived")))
    _derive_facts(error, facts, text_is)
    return Reading(error, facts)


def _is_harmless(segment: Segment, text: str) -> bool:
    """Tell whether a program says behind a match that it goes on all the same."""
    ends = [match.end for match in segment.matches]
    # Hardly any text says so anywhere: one search of all of it spares one for each match.
    if not ends or not _HARMLESS.search(text, min(ends), max(ends) + _AFTERWARDS):
        return False
    return any(_HARMLESS.search(text, end, end + _AFTERWARDS) for end in ends)


def _read_general(
    segment: Segment, error: ParsedError, spans: dict[str, tuple[int, int]], facts: Facts, text: Text
) -> None:
    """Read fields off the forms of names, and say that the words are general."""
    facts.add(Fact("message.general", "yes", Source("derived")))
    takes_role = bool(facts.values("trust.kind") or facts.values("role.trust"))
    for name, (value, start, end) in read_typed(text.value, segment.span, error, takes_role).items():
        setattr(error, name, value)
        spans[name] = (start, end)


def _read_call(error: ParsedError, spans: dict[str, tuple[int, int]], text: Text, near: tuple[int, int]) -> None:
    """Read the action and the call that were refused where the text names one alone, in whatever words.

    near: the stretch of the text in which names are this error's.
    """
    taken = spans.values()
    if error.operation is not None:
        return
    if error.action is not None:
        call = read_named(text.value, near, error.action, taken)
    else:
        named = parse_arn(error.named_resource or "")
        is_of_role = named is None or named.service == "iam"
        # What the trust of a role should allow is not what was refused of a bucket.
        if (action := read_action(text.value, near)) and (is_of_role or not action[0].lower().startswith("sts:")):
            error.action, spans["action"] = action[0], action[1:]
        call = read_call(text.value, near, taken)
    if call:
        error.operation, spans["operation"] = call[0], call[1:]


def _read_caller(
    error: ParsedError, spans: dict[str, tuple[int, int]], facts: Facts, text: Text, near: tuple[int, int]
) -> None:
    """Read who was refused where the text names one user or role alone by its ARN, in whatever words."""
    if not _is_about_a_role(error, facts) and (caller := read_caller(text.value, near)):
        error.principal, spans["principal"] = caller[0], caller[1:]


def _is_about_a_role(error: ParsedError, facts: Facts) -> bool:
    """Tell whether the refusal is about a role that was to be taken on or handed over, so that its ARN did not ask."""
    if facts.values("trust.kind") or facts.values("role.trust"):
        return True
    call = error.action or error.operation or ""
    return call.rpartition(":")[2].lower().startswith(("assumerole", "passrole"))


# `DeleteMessage on SQS`: whose call it is, whoever passes the refusal on.
_ON = re.compile(r"\son\s(?:Amazon\s|AWS\s)?([A-Z][A-Za-z0-9]{1,30})\b")


def _service_behind(text: str, spans: dict[str, tuple[int, int]]) -> str | None:
    """Return the service that stands behind the name of a call, as it is printed."""
    places = (spans[name][1] for name in ("action", "operation") if name in spans)
    found = (_ON.match(text, end) for end in places)
    return next((match[1] for match in found if match and is_a_service(match[1])), None)


def _services(segment: Segment) -> frozenset[str]:
    return frozenset().union(*(pattern.services for pattern in segment.patterns))


def _kind_of_text(segment: Segment) -> str | None:
    """Say what the text is: a stated denial, an authentication failure, a look-alike, or a denial by its looks.

    None where no pattern knows it.
    """
    if not segment.matches:
        return None
    if any(_states(match, segment) for match in segment.matches):
        return "stated"
    kinds = {value for pattern in segment.patterns for name, value in pattern.asserts if name == "message.kind"}
    return next((kind for kind in ("authentication", "look-alike") if kind in kinds), "denial")


def _states(match: Match, segment: Segment) -> bool:
    """Tell whether a match says who was refused what, or why; words around it may tell that it is another matter."""
    if match.pattern.part == "head" and "action" not in match.fields and "action_name" not in match.fields:
        return not any(
            LOOK_ALIKE in other.pattern.asserts and other.pattern.part == "whole" and _overlap(match, other)
            for other in segment.matches
        )
    return match.pattern.part in ("head", "ending") or _names_action(match)


def _overlap(one: Match, other: Match) -> bool:
    return one.start < other.end and other.start < one.end


# Where the code says only that the request was refused, and the text tells of one of these, both cannot hold.
_NO_REFUSALS = frozenset("quota throttling not-found state name-not-resolved timed-out not-connected".split())


def _conflicts(segment: Segment, text_is: str | None) -> list[str]:
    """Say in what the message contradicts itself: `layer`, `effect`, `kinds`, `code-authentication`, `code-denial`."""
    said = {stated for pattern in segment.patterns for stated in pattern.asserts}
    found = [
        name.removeprefix("message.")
        for name in ("message.layer", "message.effect")
        if sum(known == name for known, _ in said) > 1
    ]
    if text_is == "stated" and segment.code_kinds == {"authentication"}:
        found.append("code-authentication")
    codes = {wrapping.spans["error_code"] for wrapping in segment.wrappings if "error_code" in wrapping.spans}
    if text_is == "look-alike" and any(_tells_of_a_refusal(match, codes) for match in segment.matches):
        found.append("kinds")
    is_no_refusal = any(("look-alike.kind", kind) in said for kind in _NO_REFUSALS)
    if text_is == "look-alike" and is_no_refusal and segment.code_kinds == {"denial"}:
        found.append("code-denial")
    return found


def _tells_of_a_refusal(match: Match, codes: set[tuple[int, int]]) -> bool:
    """Tell whether a pattern's own words, and not only a code or words that say nothing, speak of a refusal."""
    is_text = match.pattern.part == "whole" and (match.start, match.end) not in codes
    return is_text and ("message.kind", "denial") in match.pattern.asserts


def _place_of(field: str, spans: dict[str, tuple[int, int]], text: Text) -> Source:
    return Source("paste", field, *text.origin(*spans[field])) if field in spans else Source("derived")


def _names_action(match: Match) -> bool:
    """Tell whether a whole message says itself which action was refused."""
    return "action" in match.fields and ("message.kind", "denial") in match.pattern.asserts


def _place(
    segment: Segment,
    error: ParsedError,
    spans: dict[str, tuple[int, int]],
    facts: Facts,
    text: Text,
    around: Surroundings,
) -> None:
    """Read what the refusal is about from the text around it, where the sentence does not say."""
    if error.resource is not None or not segment.matches or not around.has_places:
        return
    about = frozenset(facts.values("trust.kind"))
    about |= {derive.action_group(error.action)} if error.action else set()
    about |= {
        service for service in ("s3", "ecr") if facts.values(f"{service}.message") or facts.values(f"{service}.bare")
    }
    about |= {"ecr"} if ("ecs.message", "pull") in facts else set()
    place = find_place(text.value, segment.span, (around.after, around.before), error, about)
    if place:
        error.resource, spans["resource"] = place[0], place[1:]
        derive.complete(error, None)


def _read_wrappings(
    segment: Segment, error: ParsedError, spans: dict[str, tuple[int, int]]
) -> tuple[str | None, str | None]:
    """Take code, operation and ids from the wrappers; of several, the most trusted and nearest to the message.

    Return the service that the wrappers name or point to, and the call that counts where the message names none.
    """
    called: str | None = None
    head = min((match.start for match in segment.matches), default=0)
    wrapped_by: tuple[tuple[int, int], str] | None = None
    hint: str | None = None
    best: dict[str, tuple[int, int]] = {}
    for wrapping in segment.wrappings:
        near = -abs(wrapping.start - head)
        for name, value in wrapping.fields.items():
            # What names the call together with its code is the answer to it; a code inside it is another service's.
            weight = wrapping.weight + _ANSWER * ("operation" in wrapping.fields)
            rank = (weight if name == "error_code" else wrapping.start <= head, near)
            if name == "service":
                wrapped_by = max(wrapped_by, (rank, value)) if wrapped_by else (rank, value)
            elif name == "hint":
                hint = value
            elif name == "called":
                called = value
            elif (name in best and rank > best[name]) or getattr(error, name) is None:
                setattr(error, name, value)
                spans[name], best[name] = wrapping.spans[name], rank
    return wrapped_by[1] if wrapped_by else hint, called


def _clean(field: str, value: str, is_name: bool) -> str | None:
    """Take quotes and closing punctuation off a value; None for dots and words that stand for nothing.

    is_name: the value is a service by its name (`CloudWatch Alarms`), which needs none of an identifier's marks.
    """
    value = value.strip("\"'").strip() if field == "resource" else value
    if field in ("principal", "resource"):
        value = _rejoined(value)
    if not value.endswith("..."):
        kept = value.rstrip(_TRAILING)
        # A bracket that the value itself opened is part of it: `[redacted]`, `<name>`.
        while len(kept) < len(value) and value[len(kept)] in ")]}" and _opens(kept, value[len(kept)]):
            kept = value[: len(kept) + 1]
        # The ARN of a log group as CloudWatch Logs writes it ends in a colon, and so does one that was cut off early.
        is_open = kept.endswith(":log-stream") or (kept.startswith("arn:") and kept.count(":") < _COLONS)
        value = f"{kept}:" if is_open and value[len(kept) :].startswith(":") else kept
    if not value.strip("."):
        return None
    if field == "principal":
        value = _SEVERAL.split(value)[-1]
    if field == "resource" and value.lower() in _JOINING:
        return None
    if field == "action":
        return value.replace(" ", "").replace("\n", "")
    if field == "principal" and not is_name and not _identifies(value):
        return None
    return value


# Words between what was refused and what it was asked of.
_JOINING = frozenset("a an and as at because by for from in is it of on or that the this to was with".split())
# Between callers in one word, of whom the last is spoken of.
_SEVERAL = re.compile(r",(?=arn:)")
# A name without any of an ARN's marks is a caller's where the text calls it a user's, or where it is no plain word.
_CALLED_USER = re.compile(r"\b(?:User:? ?|name=)[\"']?\Z")
_BARE_NAME = re.compile(r"[A-Za-z][\w.+=,-]{1,63}\Z")
# Two words run together (`orderWorker`), or what people write in a name's place.
_MADE_UP = re.compile(r"[a-z]{2,30}(?:[A-Z][a-z0-9]{1,30}){1,6}\Z|[xX]{3,}\Z")
_PLAIN_WORDS = frozenset(
    "is was has not null undefined who account role you it this that anonymous-user cross-account sub-account"
    " service-linked-role re-authorize user-agent pre-signed the".split()
)


def _before(text: str, start: int) -> str:
    return text[max(0, start - 8) : start].replace("\n", " ")


def _is_bare_name(value: str, before: str) -> bool:
    """Tell whether a word is the bare name of a caller. before: the characters in front of it."""
    if not _BARE_NAME.match(value) or value.lower() in _PLAIN_WORDS:
        return False
    is_no_word = (value.islower() and ("-" in value or "_" in value)) or bool(_MADE_UP.match(value))
    return is_no_word or bool(_CALLED_USER.search(before))


# What a blank or a line end cut off an ARN at one of its separators; a kind of resource in front of its ARN.
_SEPARATED = re.compile(r"(?<=[/:-])\s+|\s+(?=[/:-])")
# A role's name holds no blank: what goes on behind one with a word that only a name can be is the rest of it.
_CUT_ROLE = re.compile(r"(:(?:assumed-)?role/[\w+=,.@/-]{0,200}\w) (?=[A-Za-z0-9]{1,60}[-_])")
_KIND_BEFORE = re.compile(r"\A(?:[a-z]+\s){1,2}(?=arn:)", re.I)


def _rejoined(value: str) -> str:
    """Put an ARN that was cut at a separator together again, and take a word in front of it off."""
    if "arn:" not in value:
        return value
    joined = _SEPARATED.sub("", _KIND_BEFORE.sub("", value)).replace("\n", " ")
    return _CUT_ROLE.sub(r"\1", joined)


def _identifies(principal: str) -> bool:
    """Tell whether a word stands for a caller: an ARN or a masked one, a service principal, `anonymous`.

    What begins with a separator is the rest of an ARN that was cut, and stands for nobody.
    """
    if principal[0] in "/:":
        return False
    return (
        is_masked(principal)
        or any(mark in principal for mark in ":/@*<")
        or principal[0] + principal[-1] in ("{}", "[]")
        or principal == "anonymous"
        or ".amazonaws.com" in principal
    )


def _opens(kept: str, bracket: str) -> bool:
    opener = {")": "(", "]": "[", "}": "{"}[bracket]
    return kept.count(opener) > kept.count(bracket)


# That a connection failed (`dial tcp`) is the less of it where the text says why.
_UNSAID = ("look-alike.kind", "not-connected")


# Where a sentence says that a role lacks something and not what, the operation before it is the call that a service
# took, and no action that the role lacks.
_LACKING = ("role.lacks", "yes")
_ACTIONS = ("action", "action_name", "operation")


def _assert(segment: Segment, error: ParsedError, facts: Facts, text: Text) -> None:
    """Add what the patterns assert; a kind of policy or an effect that is asserted twice keeps its first."""
    ordered = sorted(segment.matches, key=lambda m: (m.pattern.part == "head", m.start))
    said = {stated for pattern in segment.patterns for stated in pattern.asserts}
    is_why_known = any(("look-alike.kind", kind) in said for kind in ("name-not-resolved", "timed-out"))
    for match in ordered:
        if ("message.pattern", match.pattern.id) in facts:
            continue  # what its first match asserts stands already
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
            elif (name, value) == _UNSAID and is_why_known:
                continue
            facts.add(Fact(name, value, source))
    if _LACKING in said and not any(field in match.fields for match in ordered for field in _ACTIONS):
        facts.add(Fact("call.let-in", "yes", Source("derived")))


# A request did not reach its host.
_UNREACHED = frozenset({"name-not-resolved", "not-connected", "timed-out"})


def _add_region_of_host(segment: Segment, facts: Facts, text: Text) -> None:
    """Say so where a host that was not reached has a Region in its name that is none of AWS's."""
    if _UNREACHED.isdisjoint(facts.values("look-alike.kind")):
        return
    place = unknown_region(text.value, *segment.span)
    if place:
        facts.add(Fact("host.region", "unknown", Source("paste", "region", *text.origin(*place[1:]))))


def _deny_about(facts: Facts) -> str:
    """Say whose Deny it is, where no kind of policy is named: an API's own authorizer's, one about MFA, or `unsaid`."""
    if ("apigw.message", "authorizer") in facts:
        return "authorizer"
    return "mfa" if ("message.mfa", "yes") in facts else "unsaid"


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
    detail = derive.detail(error, text_is == "stated")
    add("message.class", text_is, "error_code")
    add("message.detail", detail, "action", "operation", "error_code")
    if error.policy_type:
        add("message.policy-arn", "yes" if error.policy_arn else "no", "policy_arn")
    if detail == "deny":
        facts.add(Fact("deny.about", _deny_about(facts), Source("derived")))
    for fact in derived(error):
        add(fact.name, fact.value, *fact.fields)
