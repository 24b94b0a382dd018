"""Answers out of pasted command output: several questions at once where one output answers several.

The questions' own JMESPaths read the output; `known_by` tells whose output it is, so that a paste under the wrong
question still counts where it belongs. Policies in the output are decided by the evaluator, where the request is known
(engine.inquiry.policies). An error in the output is an answer where a question reads it (`NoSuchBucketPolicy`); a
refusal of the diagnostic call itself says nothing about the original one, and leaves the answer unknown.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from whydenied.engine.cloudtrail.event import Event
from whydenied.engine.cloudtrail.forms import events_in
from whydenied.engine.command_lines import program
from whydenied.engine.errors import ContentError, InputError
from whydenied.engine.facts import UNKNOWN, Fact, Source
from whydenied.engine.inquiry.bare import NOT_IN_IT, as_printed
from whydenied.engine.inquiry.compared import compared
from whydenied.engine.inquiry.paste import Printed, read_pastes
from whydenied.engine.inquiry.policies import Known, policy_answers
from whydenied.engine.inquiry.subjects import check_subject

__all__ = ["Outputs", "Read"]

_REFUSED: Final = re.compile(r"AccessDenied|Unauthorized|Forbidden|NotAuthorized|MethodNotAllowed|\A40[135]\Z")
_OF_CALLER: Final = "boundary.attached"
_TRAIL: Final = Source("output", "aws cloudtrail lookup-events")
_NOT_A_REFUSAL: Final = re.compile(r"AWSOrganizationsNotInUse|NoSuch|NotFound|Missing")


class Read(msgspec.Struct, frozen=True):
    """What was pasted told. facts: the answers. notes: what else is worth saying, in sentences. printed: the outputs,
    each as the JSON that its command prints."""

    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    printed: tuple[str, ...] = ()


class _Reader(msgspec.Struct, frozen=True):
    """A question, as far as its call's output is read."""

    id: str
    service: str
    operation: str
    command: str
    ask: str
    known_by: object
    reads: tuple[tuple[object, str], ...]


class Outputs:
    """Reads the outputs of all questions' calls. Safe to share between threads."""

    def __init__(self, questions: Iterable[Mapping[str, object]]) -> None:
        """Compile front matter, each with its `id`. Raise ContentError for a JMESPath that cannot be compiled."""
        self._readers = [_reader(question) for question in questions if question.get("call")]

    def read(self, text: str, question: str = "", known: Known | None = None) -> Read:
        """Read what was pasted under a question; known: the request, where the message told it.

        Of several outputs each is read; one that answers nothing beside others that do is passed over. Raise
        InputError, with what to do, for what is no output, answers no question, or is about something else than the
        message.
        """
        asked = next((reader for reader in self._readers if reader.id == question), None)
        reads: list[Read] = []
        failed: list[InputError] = []
        for printed in read_pastes(text):
            try:
                reads.append(self._read_one(printed, question, asked, known))
            except InputError as error:
                failed.append(error)
        if failed and (len(failed) == 1 or not reads):
            raise failed[0]
        facts = {fact.name: fact for read in reversed(reads) for fact in read.facts}
        notes = dict.fromkeys(note for read in reads for note in read.notes)
        return Read(tuple(facts.values()), tuple(notes), tuple(one for read in reads for one in read.printed))

    def _read_one(self, printed: Printed, question: str, asked: _Reader | None, known: Known | None) -> Read:
        if printed.error_code:
            return self._error(printed, asked)
        data, is_bare = printed.data, printed.is_bare_policy
        if is_bare:
            data = as_printed(data, asked.operation if asked else "", _role_to_assume(known))
        events = events_in(data)
        if events and not isinstance(data.get("Events"), list):
            data = {"Events": [_looked_up(event) for event in events]}
        mine = [
            reader
            for reader in self._readers
            if _holds(reader.known_by, data)
            and _fits(reader, asked, data, known)
            and not (is_bare and reader.id in NOT_IN_IT)
        ]
        if known is not None:
            for reader in mine:
                check_subject(reader.operation, data, known, reader.id == _OF_CALLER)
        answers = {reader.id: (value, reader) for reader in mine if (value := _first(reader.reads, data)) is not None}
        facts = [_fact(name, value, reader) for name, (value, reader) in answers.items()]
        if events:
            facts += _trail_facts(events[0], {reader.id for reader in self._readers})
        found, notes = policy_answers(data, question, known)
        beside, more = compared(data, question, known)
        found, notes = [*found, *beside], [*notes, *more]
        # What the evaluator decides on the whole policy goes before what a JMESPath can see of it.
        facts = [*found, *(fact for fact in facts if fact.name not in {one.name for one in found})]
        if not facts and not notes:
            raise InputError(self._unread(data, asked, mine))
        return Read(tuple(facts), tuple(notes), (msgspec.json.encode(data).decode(),))

    def _error(self, printed: Printed, asked: _Reader | None) -> Read:
        """Read an error of the CLI: as an answer, as a refusal of the diagnostic call, or as neither."""
        mine = [
            reader
            for reader in self._readers
            if (reader.operation == printed.operation if printed.operation else reader is asked)
        ]
        answers = {reader.id: (value, reader) for reader in mine if (value := _first(reader.reads, printed.data))}
        if answers:
            return Read(tuple(_fact(name, value, reader) for name, (value, reader) in answers.items()), ())
        code = printed.error_code
        if printed.advice:
            raise InputError(printed.advice)
        reader = asked if asked in mine else next(iter(mine), asked)
        if reader is None:
            raise InputError(
                f"this is the error `{code}` of another command: paste the output of the command on this page"
            )
        if _REFUSED.search(code) and not _NOT_A_REFUSAL.search(code):
            refused = (
                f"You may not call {reader.operation} either ({code}). That says nothing about the call that was "
                f"refused first: the answer stays unknown. Ask: {reader.ask}"
            )
            return Read((Fact(reader.id, UNKNOWN, Source("output", reader.command)),), (refused,))
        if code.startswith("NoSuch") and code.endswith("Configuration"):
            raise InputError(
                f"`{code}`: nothing of the kind is set there, and that alone does not answer the question: find out as "
                "the page says, and choose the answer"
            )
        raise InputError(
            f"`{reader.command}` failed with `{code}`, which does not answer the question: mend the command's names "
            "and Region, and paste what it prints then"
        )

    def _unread(self, data: Mapping[str, object], asked: _Reader | None, mine: list[_Reader]) -> str:
        fields = ", ".join(f"`{name[:40]}`" for name in list(data)[:4]) or "no fields"
        if mine:
            return (
                f"this is the output of `{mine[0].command}`, and it alone does not tell: read it as the page says, "
                "and choose the answer"
            )
        if asked is not None:
            return f"this is not the output of `{asked.command}`: it has {fields}. Paste what that command prints"
        return f"no question is answered by an output with {fields}: paste what the command on this page prints"


def _looked_up(event: Event) -> dict[str, object]:
    """Write an event as `lookup-events` prints it, which is what the questions read."""
    return {"EventName": event.eventName, "CloudTrailEvent": msgspec.json.encode(event).decode()}


def _trail_facts(newest: Event, questions: set[str]) -> list[Fact]:
    """Return what the newest event tells of how the call was made, beside what the questions' own JMESPaths read."""
    found = []
    if newest.vpcEndpointId:
        found.append(Fact("vpce.in-path", "yes", _TRAIL))
    parameters = newest.parameters
    if (
        newest.eventName == "AssumeRole"
        and parameters
        and not (parameters.get("policy") or parameters.get("policyArns"))
    ):
        found.append(Fact("session.policy", "no", _TRAIL))
    return [fact for fact in found if fact.name in questions]


def _reader(front: Mapping[str, Any]) -> _Reader:
    call = front["call"]
    try:
        known_by = jmespath.compile(call["known_by"]) if call.get("known_by") else None
        reads = tuple((jmespath.compile(read["jmespath"]), read["value"]) for read in front.get("reads", ()))
    except JMESPathError as error:
        raise ContentError(f"question `{front['id']}`, call: `{error}` is no JMESPath: correct it") from None
    operation = call["operation"]
    command = program(call["service"], operation)
    return _Reader(front["id"], call["service"], operation, command, front["ask"], known_by, reads)


def _role_to_assume(known: Known | None) -> str:
    return known.resource if known is not None and ":role/" in known.resource else ""


def _fits(reader: _Reader, asked: _Reader | None, data: Mapping[str, Any], known: Known | None) -> bool:
    """Tell whether a role's description answers a question: those on boundaries are about the caller's own role, all
    others about the role that was to be assumed."""
    if reader.operation != "GetRole":
        return True
    about_caller = asked.id == _OF_CALLER if asked is not None and asked.operation == "GetRole" else None
    if about_caller is None:
        arn = (data.get("Role") or {}).get("Arn", "") if isinstance(data.get("Role"), dict) else ""
        about_caller = known is None or arn != known.resource
    return (reader.id == _OF_CALLER) == about_caller


def _holds(expression: Any, data: Mapping[str, Any]) -> bool:
    if expression is None:
        return False
    try:
        return bool(expression.search(data))
    except JMESPathError:
        return False  # a field of another type than the call prints: not its output


def _first(reads: Iterable[tuple[object, str]], data: Mapping[str, object]) -> str | None:
    return next((value for expression, value in reads if _holds(expression, data)), None)


def _fact(name: str, value: str, reader: _Reader) -> Fact:
    return Fact(name, value, Source("output", reader.command))
