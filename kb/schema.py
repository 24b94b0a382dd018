"""The schema of the five kinds of article: what front matter must hold, exactly.

docs/architecture.md ("Content") says the same in words. Validation gives every problem of a file at once,
each with the field, its line and what to write instead. Only `kb.loader` imports this on the way to a
catalogue: with a warm cache pydantic is never loaded.
"""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from whydenied.kb.frontmatter import FieldPath, FrontMatter
from whydenied.kb.gates import GATES
from whydenied.kb.placeholders import IN_COMMANDS, PLACEHOLDER
from whydenied.kb.problems import Problem, did_you_mean

__all__ = ["BODY_HEADINGS", "CERTAINTIES", "KINDS", "Base", "validate"]

CERTAINTIES = ("confirmed", "likely", "possible", "ruled-out")

# The second-level headings of a body, exactly these in this order; kinds that are not here are free.
BODY_HEADINGS = {
    "cause": ("What it means", "How to be sure", "Fix", "Verify", "Traps"),
    "scenario": ("What must be true", "Steps", "When it is denied"),
}

_FACT_NAME = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")


def _text(value: Any) -> Any:
    # Lossless: the reader makes numbers and booleans only of spellings that str() gives back.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _one_or_more(value: Any) -> str | list[str]:
    items = [_text(item) for item in value] if isinstance(value, list) else [_text(value)]
    if not items or not all(isinstance(item, str) and item.strip() for item in items):
        raise PydanticCustomError("texts", "must be a value, or a list of values")
    return items if isinstance(value, list) else items[0]


def _read_value(value: Any) -> str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    value = _text(value)
    if not isinstance(value, str):
        raise PydanticCustomError("texts", "must be a text, `true`, or `null` for what must not be read")
    return value


def _number(value: Any) -> Any:
    # Pydantic would read `true` as 1, and a date from a bare number.
    if isinstance(value, bool):
        raise PydanticCustomError("number", "is not a number")
    return value


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise PydanticCustomError("day", "is not a date such as 2026-11-24")
    return value


def _fact_name(name: str) -> str:
    if not _FACT_NAME.fullmatch(name):
        raise PydanticCustomError("fact_name", "is not a fact's name: write lower-case words joined by dots")
    return name


def _plain_text(value: str) -> str:
    if "\n" in value or re.search(r"\]\(|\*\*|</?[a-z]+>", value):
        raise PydanticCustomError("plain_text", "must be plain text on one line, without Markdown or HTML")
    return value


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1, pattern=r"\S")]
Id = Annotated[Text, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
QuestionId = Annotated[Text, Field(pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$")]
Service = Annotated[Text, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
FactName = Annotated[Text, BeforeValidator(lambda value: _fact_name(value) if isinstance(value, str) else value)]
Values = Annotated[str | list[str], PlainValidator(_one_or_more)]
ReadValue = Annotated[str | bool | None, PlainValidator(_read_value)]
Number = BeforeValidator(_number)
Minutes = Annotated[int, Number, Field(ge=1, le=60)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
Share = Annotated[float, Number, Field(gt=0, le=1)]
Probability = Annotated[float, Number, Field(ge=0, le=1)]


class _Model(BaseModel):
    """Unknown fields are mistakes, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


PolicyName = Annotated[Text, Field(pattern=r"^[a-z0-9.]+ [1-9][0-9]?$")]


class LinkFields(_Model):
    """A source that the article rests on."""

    title: Text
    url: Annotated[Text, Field(pattern=r"^https?://\S+$")] | None = None


class DatedClaim(_Model):
    """Words of the body that were true on a day and may not stay so."""

    claim: Text
    on: Day


class Base(_Model):
    """The fields that every kind has."""

    title: Annotated[Text, Field(max_length=160)]
    summary: Annotated[Text, BeforeValidator(lambda value: _plain_text(value) if isinstance(value, str) else value)]
    services: list[Service] = []
    keywords: list[Text] = []
    related: list[QuestionId] = []
    aliases: list[QuestionId] = []
    sources: Annotated[list[LinkFields], Field(min_length=1)]
    illustrations: dict[PolicyName, Text] = {}
    as_of: list[DatedClaim] = []
    reviewed_on: Day
    review_in: Annotated[int, Number, Field(ge=1, le=1500)]


class Example(_Model):
    """A message and what must be read from it; `null` says that the field must not be read.

    certainty: how sure of the first cause the rules are; not held to anything where it is left out.
    """

    text: Text
    reads: dict[Text, ReadValue] = {}
    certainty: Literal["confirmed", "likely", "possible"] | None = None


class PatternFields(Base):
    """A family of messages."""

    part: Literal["head", "ending", "whole", "lead", "fallback", "last"] = "whole"
    templates: list[Text] = []
    codes: list[Text] = []
    asserts: dict[FactName, Values] = {}
    examples: Annotated[list[Example], Field(min_length=1)]
    near_misses: Annotated[list[Text], Field(min_length=1)]
    causes: list[Id] = []
    yields_to: list[Id] = []

    @model_validator(mode="after")
    def _matches_something(self) -> "PatternFields":
        if not self.templates and not self.codes:
            raise PydanticCustomError("no_match", "has neither `templates` nor `codes`: it can never match")
        return self


def _then(value: Any) -> str | dict[str, str]:
    if isinstance(value, dict):
        if len(value) != 1 or not all(isinstance(_text(item), str) and item != "" for item in value.values()):
            raise PydanticCustomError("then", "must be one fact with one value, such as `{boundary.attached: yes}`")
        return {_fact_name(name): _text(item) for name, item in value.items()}
    if value in CERTAINTIES:
        return str(value)
    raise PydanticCustomError(
        "then", "must be one of confirmed, likely, possible, ruled-out, or a fact `{name: value}`"
    )


class RuleFields(_Model):
    """When these facts hold, the cause is this certain (or another fact holds), because of that."""

    when: Annotated[dict[FactName, Values], Field(min_length=1, max_length=16)]
    then: Annotated[str | dict[str, str], PlainValidator(_then)]
    because: Text


def _known_placeholders(run: Any) -> Any:
    for name in PLACEHOLDER.findall(run) if isinstance(run, str) else ():
        if name not in IN_COMMANDS:
            hint = did_you_mean(name, IN_COMMANDS) or f"use one of {', '.join(IN_COMMANDS)}"
            message = "`{name}` cannot be filled in: {hint}"
            raise PydanticCustomError("placeholder", message, {"name": f"{{{name}}}", "hint": hint})
    return run


class CommandFields(_Model):
    """A command to run, and why."""

    why: Text
    run: Annotated[Text, BeforeValidator(_known_placeholders)]


class FixFor(_Model):
    """What to do in place of the article's own fix, where these facts hold."""

    when: Annotated[dict[FactName, Values], Field(min_length=1, max_length=16)]
    answer: Text | None = None
    fix: Text
    verify: Text
    commands: list[CommandFields] = []


class CauseExample(Example):
    """A message that ends in this cause, and what a person must add where the message alone cannot tell."""

    answers: dict[FactName, Text] = {}


_GATES = tuple(gate.id for gate in GATES)
_DECIDED = tuple(gate.id for gate in GATES if gate.is_decided)
# A request and its policies in the form of `whydenied evaluate`; a policy may be named instead: `fix 1`, `side 2`.
Case = Annotated[dict[Text, Any], Field(min_length=1)]


class Trial(_Model):
    """A request that is denied before a change, and allowed after it.

    Either may lay a `request` of its own over the trial's: the same policies, asked from elsewhere.

    both: what is the same before and after. blocked_by: the gates that deny it before.
    """

    says: Text
    request: Case
    both: dict[Text, Any] = {}
    before: Case
    after: Case
    blocked_by: Annotated[list[Literal[_DECIDED]], Field(min_length=1)]  # type: ignore[valid-type]


class CauseFields(Base):
    """A root cause."""

    gate: Literal[_GATES]  # type: ignore[valid-type]
    prior: Share
    cost: Minutes
    owner: Text
    rules: Annotated[list[RuleFields], Field(min_length=1)]
    signs: dict[QuestionId, dict[Text, Probability]] = {}
    stand_in: bool = False
    refined_by: list[QuestionId] = []
    answer: Text | None = None
    fix: Text
    verify: Text
    commands: list[CommandFields] = []
    cases: list[FixFor] = []
    example: CauseExample
    near_miss: Text
    denied: Case | None = None
    fixed: Case | None = None
    blocked_by: list[Literal[_DECIDED]] = []  # type: ignore[valid-type]
    not_evaluated: Text | None = None
    trials: list[Trial] = []

    @model_validator(mode="after")
    def _denied_and_fixed(self) -> "CauseFields":
        if (self.denied is None) != (self.fixed is None):
            raise PydanticCustomError("case", "has one of `denied` and `fixed`: the proof takes both")
        if self.denied is not None and self.not_evaluated is not None:
            raise PydanticCustomError("case", "has `denied` and `not_evaluated`: keep one of the two")
        return self


class ChoiceFields(_Model):
    """One answer to a question; the value stands in addresses. words: by which people say it without being asked."""

    value: Id
    label: Text
    words: list[Text] = []


class CallFields(_Model):
    """The read-only AWS call that answers a question; parameters may hold placeholders.

    known_by: a JMESPath that is true of this call's output and of no other's, so that a paste can be told apart.
    """

    service: Service
    operation: Annotated[Text, Field(pattern=r"^[A-Z][A-Za-z0-9]+$")]
    known_by: Text | None = None
    parameters: dict[Text, Any] = {}


class ReadingFields(_Model):
    """An answer, and the JMESPath over the call's output that is true for it."""

    jmespath: Text
    value: Id


class IncompatibleFields(_Model):
    """An answer, the facts beside which it cannot be true (any of them), and why."""

    answer: Values
    beside: Annotated[dict[FactName, Values], Field(min_length=1)]
    because: Text


class QuestionFields(Base):
    """One observable fact."""

    sources: list[LinkFields] = []
    values: Annotated[list[ChoiceFields], Field(min_length=2)]
    why: Text
    cost: Minutes
    call: CallFields | None = None
    reads: list[ReadingFields] = []
    console: Text | None = None
    ask: Text
    find_out: Text
    usual: dict[Text, Probability] = {}
    asked_when: dict[FactName, Values] = {}
    unless: list[FactName] = []
    settles: list[QuestionId] = []
    needs: Literal["message", "own", "again", "attempt", "iam", "resource", "organization", "network", "trail"] = "own"
    family: Text | None = None
    retired: bool = False
    in_place_of: Literal["iam"] | None = None
    incompatible: list[IncompatibleFields] = []

    @model_validator(mode="after")
    def _values_fit(self) -> "QuestionFields":
        known = [choice.value for choice in self.values]
        if len(set(known)) != len(known):
            raise PydanticCustomError("values", "has the same value twice in `values`")
        if "unknown" in known:
            raise PydanticCustomError("values", "lists `unknown` in `values`: leave it out, it is added everywhere")
        for value in self.usual:
            if value not in known:
                message = "has `{value}` in `usual`, which is not one of its `values`"
                raise PydanticCustomError("values", message, {"value": value})
        for reading in self.reads:
            if reading.value not in (*known, "unknown"):
                message = "reads `{value}`, which is not one of its `values`"
                raise PydanticCustomError("values", message, {"value": reading.value})
        if self.reads and self.call is None:
            raise PydanticCustomError("values", "has `reads` but no `call` whose output they could read")
        return self


class Side(_Model):
    """A policy that one side of a set-up needs; without_terraform: why the page's Terraform does not write it."""

    side: Text
    policy: Text
    without_terraform: Text | None = None
    document: Annotated[dict[Text, Any], Field(min_length=1)]


class Scenario(Base):
    """A set-up and the policies it needs."""

    causes: list[Id] = []
    sides: list[Side] = []
    trials: list[Trial] = []


class Guide(Base):
    """A tool, a checklist or a concept."""


KINDS: dict[str, type[Base]] = {
    "cause": CauseFields,
    "guide": Guide,
    "pattern": PatternFields,
    "question": QuestionFields,
    "scenario": Scenario,
}

# Pydantic's own wording, turned into what is wrong and what to do.
_WORDING = {
    "missing": ("is missing", "add the field"),
    "string_type": ("is not a text", "write a text, in quotes if need be"),
    "string_too_short": ("is empty", "write a text"),
    "string_too_long": ("is too long", "shorten it"),
    "list_type": ("is not a list", "write one `- item` a line, or `[a, b]`"),
    "dict_type": ("is not a list of names with values", "write `name: value` lines below it, indented"),
    "model_type": ("is not a list of fields", "write `name: value` lines below it, indented"),
    "date_from_datetime_parsing": ("is not a date", "write it as 2026-11-24"),
    "date_parsing": ("is not a date", "write it as 2026-11-24"),
    "int_parsing": ("is not a whole number", "write a number such as 5"),
    "int_from_float": ("is not a whole number", "write a number such as 5"),
    "float_parsing": ("is not a number", "write a number such as 0.4"),
    "too_short": ("is empty", "add at least one"),
    "too_long": ("is too long", "shorten it"),
}
_PATTERNS = {
    r"\S": "write a text",
    r"^[a-z0-9][a-z0-9-]*$": "use lower-case letters, digits and hyphens",
    r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$": "use lower-case letters, digits and hyphens (dots in question ids)",
    r"^[a-z0-9.]+ [1-9][0-9]?$": "write the first word of a part and a number, such as `traps 1`",
    r"^https?://\S+$": "write an address that starts with https://",
    r"^[A-Z][A-Za-z0-9]+$": "write the API operation as AWS does, such as `GetBucketPolicy`",
}


def validate(kind: str, front: FrontMatter, file: str) -> tuple[Base | None, list[Problem]]:
    """Read front matter as one kind: the model, or None and every problem in it."""
    try:
        return KINDS[kind].model_validate(front.values), []
    except ValidationError as error:
        return None, [_problem(KINDS[kind], front, file, dict(detail)) for detail in error.errors()]


def _problem(model: type[Base], front: FrontMatter, file: str, detail: dict[str, Any]) -> Problem:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    kind, context = detail["type"], detail.get("ctx", {})
    message, instead = _WORDING.get(kind, (_lower(detail["msg"]), ""))
    if kind == "extra_forbidden":
        message = "is not a field of this kind"
        known = _fields(model, path[:-1])
        instead = did_you_mean(str(path[-1]), known) or f"the fields are {', '.join(f'`{name}`' for name in known)}"
    elif kind == "string_pattern_mismatch":
        message, instead = f"`{detail['input']}` is not of the right form", _PATTERNS[context["pattern"]]
    elif kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", context["expected"])
        message = f"`{detail['input']}` is not one of {', '.join(allowed)}"
        instead = did_you_mean(str(detail["input"]), allowed)
    elif kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        message = f"`{detail['input']}` is out of range: it {message.removeprefix('input ')}"
    if detail["input"] is None and kind != "missing":
        message = "is empty"
    return Problem(file, front.line_of(path), _field_name(path), message, instead)


def _fields(model: type[BaseModel], path: FieldPath) -> list[str]:
    """Return the field names of the model at a path, following lists and nested models."""
    for part in path:
        if isinstance(part, int):
            continue
        nested = _models_in(model.model_fields[part].annotation) if part in model.model_fields else []
        if not nested:
            return []
        model = nested[0]
    return sorted(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in getattr(annotation, "__args__", ()) for found in _models_in(inner)]


def _field_name(path: FieldPath) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
