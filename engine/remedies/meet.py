"""Conditions that a request fails, and how to meet them: the first thing to try, since it weakens nothing.

An Allow that covers everything but for its conditions would allow the request if they were met; a Deny would spare it
if one of its conditions did not hold. A value that does it is looked for among those that the policy names, and tried
against the condition itself. Source of what each key means: IAM User Guide, "AWS global condition context keys"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from whydenied.engine.evaluation.answer import EXPLICIT, Answer
from whydenied.engine.evaluation.evaluate import Evaluation
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.situation import is_bounded
from whydenied.engine.policy.conditions.condition import Condition
from whydenied.engine.policy.context import SMALL_WORK, Context, Value
from whydenied.engine.policy.document import Document
from whydenied.engine.policy.principals import Caller, Grade
from whydenied.engine.policy.statement import Statement
from whydenied.engine.remedies.caller import may_carry, with_context
from whydenied.engine.remedies.guides import guide_for
from whydenied.engine.remedies.remedy import Meeting
from whydenied.engine.remedies.values import FILLED, candidates, in_words, unset_variables

__all__ = ["NEVER_AROUND", "Option", "failing_phrase", "options_for"]

# Conditions that no second statement may go round: whoever cannot send it is not who is meant.
NEVER_AROUND = frozenset({"sts:externalid"})

_MAX_STATEMENTS = 50
# Keys that one statement asks for; more are not met one by one.
_MAX_KEYS = 12


class Option(NamedTuple):
    """One statement's conditions, met. changed: the keys (lower case) with the values that meet them. meetings: the
    same for people. phrase: the conditions in words. solved: whether values were found that do it. who: it takes
    another caller, whose policies are others."""

    changed: Mapping[str, Value | None]
    meetings: tuple[Meeting, ...]
    phrase: str
    solved: bool
    who: bool


class _Place(NamedTuple):
    """Which statement asks, and whom."""

    gate: str
    policy: str
    statement: str
    caller: Caller


def options_for(answer: Answer, evaluation: Evaluation) -> list[Option]:
    """List the ways to meet what a blocking gate asks for, the easiest first; of a Deny, all that apply must be
    spared at once, so that there is at most one."""
    request = evaluation.request
    if answer.decision == EXPLICIT:
        return _spared(answer, request) if answer.gate != "s3-bpa" else []
    found = []
    for document, statement in _nearly(answer, evaluation):
        _spend(statement.conditions, request.context)
        failing = [one for one in statement.conditions if one.evaluate(request.context) is not True]
        found.append(_option(answer, document, statement, failing, request, want=True))
    return sorted(found, key=lambda option: (not option.solved, _effort(option, request)))


def failing_phrase(options: Iterable[Option]) -> str:
    """Say in words what an edit beside these options goes round."""
    return " or ".join(dict.fromkeys(option.phrase for option in options))


def _effort(option: Option, request: Request) -> tuple[int, int]:
    ranks = (guide_for(meeting.key, request.caller).rank for meeting in option.meetings)
    return (max(ranks, default=0), len(option.meetings))


def _nearly(answer: Answer, evaluation: Evaluation) -> Iterator[tuple[Document, Statement]]:
    """Yield the Allows of a gate that cover the request but for their conditions."""
    request, policies = evaluation.request, evaluation.policies
    gate = find_gate(answer.gate)
    bounded = is_bounded(request, policies) is True
    count = 0
    for level in answer.levels or (-1,):
        for document in policies.at(answer.gate, level):
            for statement in document.candidates(request.key)[1]:
                if gate.with_principal and statement.grade(request.caller, bounded) == Grade.NONE:
                    continue
                if statement.covers_resource(request.resource, request.context) is False:
                    continue
                if statement.conditions_hold(request.context) is False:
                    yield document, statement
                    count += 1
                    if count >= _MAX_STATEMENTS:
                        return


def _spared(answer: Answer, request: Request) -> list[Option]:
    """Return one option that spares the request from every Deny that applies; none where a Deny has no condition, or
    there are too many."""
    if len(answer.determining) > _MAX_STATEMENTS:
        return []
    changed: dict[str, Value | None] = {}
    meetings: list[Meeting] = []
    phrases: list[str] = []
    who = False
    for document, statement in answer.determining:
        now = with_context(request, changed)
        if statement.conditions_hold(now.context) is False:
            continue
        ranked = sorted(statement.conditions, key=lambda one: guide_for(one.key, request.caller).rank)
        if not ranked:
            return []
        tries = [_option(answer, document, statement, [one], now, False) for one in ranked]
        best = next((one for one in tries if one.solved), None)
        if best is None:
            return [tries[0]._replace(solved=False)]
        changed.update(best.changed)
        meetings += best.meetings
        phrases.append(best.phrase)
        who = who or best.who
    phrase = " and ".join(dict.fromkeys(phrases))
    return [Option(changed, tuple(meetings), phrase, solved=True, who=who)] if meetings else []


def _option(
    answer: Answer, document: Document, statement: Statement, failing: Sequence[Condition], request: Request, want: bool
) -> Option:
    """Meet conditions (want: they hold; else they do not), key by key."""
    keys = list(dict.fromkeys(condition.key.lower() for condition in failing))
    if len(keys) > _MAX_KEYS:
        failing, solved = [one for one in failing if one.key.lower() in keys[:1]], False
    else:
        solved = True
    changed: dict[str, Value | None] = {}
    meetings: list[Meeting] = []
    for key in keys if solved else keys[:1]:
        asked = [one for one in (statement.conditions if want else failing) if one.key.lower() == key]
        # A variable without a value (`${aws:PrincipalTag/team}`) is to be given one too.
        blank = {} if not want else {one: FILLED for one in unset_variables(asked, request) if one != key}
        now = with_context(request, blank)
        found = _solve(key, asked, now, want) if all(may_carry(request, one) for one in blank) else None
        if found is None:
            solved = False
        else:
            changed.update(blank)
            changed[key] = found[0]
        phrase = " and ".join(one.phrase() for one in asked)
        place = _Place(answer.gate, document.name, statement.label, request.caller)
        meetings += [_filled(place, one, request, phrase) for one in blank]
        shown = in_words(found[0], asked, now, want) if found else ("met", "<value>")
        meetings.append(_meeting(place, asked[0].key, found[0] if found else None, phrase, want, shown))
    words = " and ".join(meeting.phrase for meeting in meetings)
    who = any(guide_for(key, request.caller).who for key in changed)
    return Option(changed, tuple(meetings), words, solved, who)


def _filled(place: _Place, key: str, request: Request, phrase: str) -> Meeting:
    shown = ("a value of your choice", "<value>")
    return _meeting(place, request.context.names.get(key, key), FILLED, phrase, True, shown)


def _meeting(place: _Place, key: str, value: Value | None, phrase: str, want: bool, shown: tuple[str, str]) -> Meeting:
    gate, policy, statement, caller = place
    guide = guide_for(key, caller)
    asks = f"asks that {phrase}" if want else f"denies requests where {phrase}"
    leave_out = value is None and shown[0] == "absent" and guide.without
    how = (leave_out or guide.how).format(key=key, value=shown[0])
    commands = () if leave_out else tuple(line.format(value=shown[1]) for line in guide.commands)
    return Meeting(gate, policy, statement, key, value, phrase, f"{how} ({statement} of `{policy}` {asks}).", commands)


def _solve(key: str, asked: Sequence[Condition], request: Request, want: bool) -> tuple[Value | None] | None:
    """Find a value of a key under which all conditions hold (or, where they should not, one fails); None for none."""
    for value in candidates(asked, request, want):
        context = with_context(request, {key: value}).context
        _spend(asked, context)
        answers = [condition.evaluate(context) for condition in asked]
        if all(answers) if want else False in answers:
            return (value,)
    return None


def _spend(asked: Iterable[Condition], context: Context) -> None:
    """Count the work of comparing, where it is not small. Raises TooLargeError where there was too much."""
    looks = 0
    for condition in asked:
        value = context.values.get(condition.key.lower(), "")
        looks += len(condition.values) * (len(value) if isinstance(value, tuple) else 1)
    if looks > SMALL_WORK:
        context.spend(looks)
