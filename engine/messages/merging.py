"""One error is one denial, however often a paste repeats it: as JSON and as text, down a chain of exceptions.

Two readings are of one error where everything that both state is the same, and one of them is only a poorer copy.
Two that each say who was refused what, and differ in anything, stay two.
"""

import re
from collections.abc import Iterable

from whydenied.engine.facts import Facts
from whydenied.engine.messages.parsed import FIELDS
from whydenied.engine.messages.reading import Reading

__all__ = ["merge"]

# How many of the errors before it a copy is looked for among: copies stand near each other.
_BACK = 3
# What an error is told apart by; the others are of one request, or follow from these.
_TELLING = (
    "principal",
    "action",
    "operation",
    "resource",
    "effect",
    "policy_type",
    "policy_arn",
    "encoded_message",
    "service",
)
_STATED = ("principal", "action", "resource", "effect", "policy_type")
_FILLED = tuple(name for name in FIELDS if name not in ("action", "service"))
# What stands for a code where a client knows only the HTTP status.
_STATUS = re.compile(r"\d{3}\Z|Forbidden\Z|Unauthorized\Z|GeneralServiceException\Z|Client\Z")
_REFUSALS = frozenset({"stated", "denial"})


def merge(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return each different error once, in order, with how often the paste holds it."""
    merged: list[Reading] = []
    for reading in readings:
        for place in range(len(merged) - 1, max(-1, len(merged) - 1 - _BACK), -1):
            if _is_copy(merged[place], reading):
                merged[place] = _joined(merged[place], reading)
                break
        else:
            merged.append(reading)
    return tuple(merged)


def _is_copy(one: Reading, other: Reading) -> bool:
    """Tell whether two readings are of one error."""
    if not _codes_agree(one, other) or _class(one) != _class(other):
        return False
    if any(_differ(_told(one, name), _told(other, name)) for name in _TELLING):
        return False
    if _is_stated(one) and _is_stated(other):
        return all(getattr(one.error, name) == getattr(other.error, name) for name in _STATED)
    if _differ(one.error.request_id, other.error.request_id):
        return False
    poorer = other if _weight(other) <= _weight(one) else one
    richer = one if poorer is other else other
    return _is_poor(poorer) and bool(_shared(poorer, richer))


def _told(reading: Reading, name: str) -> object:
    """Return a field that readings are told apart by: a service that only the resource's ARN tells was not called."""
    error = reading.error
    is_of_arn = name == "service" and error.action is None and error.operation is None and error.resource is not None
    return None if is_of_arn else getattr(error, name)


def _class(reading: Reading) -> str | None:
    found = next(iter(reading.facts.values("message.class")), None)
    return "denial" if found in _REFUSALS else found


def _is_stated(reading: Reading) -> bool:
    return ("message.class", "stated") in reading.facts


def _is_poor(reading: Reading) -> bool:
    """Tell whether a reading says nothing that could make it an error of its own."""
    error = reading.error
    return not any((error.principal, error.effect, error.policy_type, error.encoded_message))


def _shared(one: Reading, other: Reading) -> bool:
    """Tell whether two readings rest on the same code or the same words, or one on words that say nothing."""
    if ("message.vague", "yes") in one.facts or not one.error.patterns:
        return True
    if one.error.error_code and not other.error.error_code and _is_code_alone(one):
        return True  # `errorType` beside the message, in another key of the same answer
    same_code = one.error.error_code is not None and one.error.error_code == other.error.error_code
    return same_code or bool(set(one.error.patterns) & set(other.error.patterns))


def _is_code_alone(reading: Reading) -> bool:
    return all(getattr(reading.error, name) is None for name in _TELLING)


def _codes_agree(one: Reading, other: Reading) -> bool:
    mine, theirs = one.error.error_code, other.error.error_code
    return not mine or not theirs or mine == theirs or bool(_STATUS.match(mine)) != bool(_STATUS.match(theirs))


def _differ(mine: object, theirs: object) -> bool:
    return mine is not None and theirs is not None and mine != theirs


def _weight(reading: Reading) -> int:
    return sum(getattr(reading.error, name) is not None for name in FIELDS)


def _joined(one: Reading, other: Reading) -> Reading:
    """Keep the richer reading and fill in what only the poorer one states."""
    kept, added = (one, other) if _weight(one) >= _weight(other) else (other, one)
    is_same = all(getattr(one.error, name) == getattr(other.error, name) for name in FIELDS if name != "request_id")
    error, spans = kept.error, {span.field: span for span in kept.error.spans}
    for name in _FILLED:
        if getattr(error, name) is None and (value := getattr(added.error, name)) is not None:
            setattr(error, name, value)
            spans.update((span.field, span) for span in added.error.spans if span.field == name)
    if error.error_code and added.error.error_code and _STATUS.match(error.error_code):
        error.error_code = added.error.error_code
    error.spans = tuple(spans[name] for name in sorted(spans))
    error.times = one.error.times + other.error.times if is_same else max(one.error.times, other.error.times)
    known = {fact.name for fact in kept.facts}
    return Reading(error, Facts((*kept.facts, *(fact for fact in added.facts if fact.name not in known))))
