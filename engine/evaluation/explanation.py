"""Why a request is decided as it is: gate by gate, statement by statement, as data and as text.

It is made from an evaluation with `explain=True`; nothing is decided here.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from whydenied.engine.evaluation.answer import NOT_APPLICABLE, Answer, GateDecision, GateName
from whydenied.engine.evaluation.checks import request_checks
from whydenied.engine.evaluation.evaluate import Decision, Evaluation
from whydenied.engine.evaluation.gates import find_gate, names, names_of
from whydenied.engine.evaluation.lines import Lines, statement_lines, statements_lines
from whydenied.engine.evaluation.needs import Need, summary, what_would_decide
from whydenied.engine.evaluation.request import Request
from whydenied.engine.evaluation.scan import Determining, Trace
from whydenied.engine.evaluation.services import service_for
from whydenied.engine.policy.context import Context
from whydenied.engine.policy.document import Document
from whydenied.engine.policy.statement import ConditionAnswer, Match, Statement

__all__ = [
    "MAX_STATEMENTS_SHOWN",
    "ConditionReport",
    "Explanation",
    "GateReport",
    "StatementReport",
    "explain",
    "explanation_text",
]

MAX_STATEMENTS_SHOWN = 40
# Of one statement: conditions, values of a condition, characters of a text. More is said to be there, and not shown.
_MAX_CONDITIONS = 40
_MAX_VALUES = 50
_MAX_TEXT = 1_000

_APPLIES = "every element matches"
_ANSWERS = {True: "yes", False: "no", None: "unknown"}


class ConditionReport(msgspec.Struct, frozen=True, gc=False):
    """A condition: as written, in words, the request's value (None: absent), and whether it holds (yes, no,
    unknown)."""

    operator: str
    key: str
    values: tuple[str, ...]
    actual: str | tuple[str, ...] | None
    holds: str
    text: str


class StatementReport(msgspec.Struct, frozen=True, gc=False):
    """A statement about the request's action.

    policy, statement (Sid, or ""), index (from 0), level (of an SCP or RCP, 0 for the root, else -1), effect.
    applies, action, resource, principal: yes, no or unknown. lines: where it stands in its document. why: one
    sentence."""

    policy: str
    statement: str
    index: int
    level: int
    effect: str
    applies: str
    action: str
    resource: str
    principal: str
    conditions: tuple[ConditionReport, ...]
    lines: Lines
    why: str


class GateReport(msgspec.Struct, frozen=True, gc=False):
    """A gate's answer.

    blocks: yes, no or unknown. determining: the statements that decided, undecided: those of which it cannot be known
    whether they apply, others: the rest about this action, `hidden` more of them are not listed. other_actions: how
    many statements are about other actions only."""

    gate: GateName
    title: str
    owner: str
    decision: GateDecision
    blocks: str
    reason: str
    determining: tuple[StatementReport, ...]
    undecided: tuple[StatementReport, ...]
    others: tuple[StatementReport, ...]
    hidden: int
    other_actions: int


class Explanation(msgspec.Struct, frozen=True, gc=False):
    """A whole explanation. summary: one sentence. needs: what would have to be known. notes: advice for this
    request."""

    decision: Decision
    principal: str
    action: str
    resource: str
    summary: str
    blocked_by: tuple[GateName, ...]
    gates: tuple[GateReport, ...]
    needs: tuple[Need, ...]
    notes: tuple[str, ...]
    derived: dict[str, str]


def explain(evaluation: Evaluation, *, everything: bool = True) -> Explanation:
    """Explain an evaluation that was made with `explain=True`.

    everything: list the statements about the action that do not apply for every gate; without it only for the gates
    that block or are not known, which is all that a reader of a denial needs, and cheaper."""
    request = evaluation.request
    needs = what_would_decide(evaluation)
    notes = service_for(request.service).notes(request)
    if evaluation.same_account_assumed is not None:
        notes = (_assumption(evaluation.same_account_assumed), *notes)
    if everything:
        notes = (*request_checks(request), *notes)
    return Explanation(
        decision=evaluation.decision,
        principal=request.caller.text,
        action=request.action,
        resource=request.resource.text,
        summary=summary(evaluation, needs),
        blocked_by=tuple(evaluation.blocked_by),
        gates=_gates(evaluation, everything),
        needs=needs,
        notes=notes,
        derived=_derived(request.context) if request.context.derived else {},
    )


def _derived(context: Context) -> dict[str, str]:
    derived = sorted(key for key in context.derived if key in context.values)
    return {context.names.get(key, key): _text(context.values[key]) for key in derived}


def _assumption(same_account: bool) -> str:
    owner_words = "the caller's account" if same_account else "another account"
    return f"Who owns the resource is not known; the gates are shown as if {owner_words} did."


def _text(value: str | tuple[str, ...]) -> str:
    return _cut(value if isinstance(value, str) else ", ".join(_some(value)))


def _gates(evaluation: Evaluation, everything: bool) -> tuple[GateReport, ...]:
    answers, request = evaluation.answers, evaluation.request
    quiet = tuple([(answer.gate, answer.reason) for answer in answers if answer.decision == NOT_APPLICABLE])
    silent = iter(_silent(quiet, request.service, request.resource_account, request.caller.account))
    return tuple(
        [
            next(silent)
            if answer.decision == NOT_APPLICABLE
            else _gate(answer, evaluation, everything or answer.blocks is not False)
            for answer in answers
        ]
    )


def _gate(answer: Answer, evaluation: Evaluation, everything: bool) -> GateReport:
    request = evaluation.request
    determining = answer.determining[:MAX_STATEMENTS_SHOWN]
    undecided = answer.undecided[:MAX_STATEMENTS_SHOWN]
    traces = {id(trace.statement): trace for trace in answer.traces}
    shown: list[Determining] = []
    rest = 0
    if len(traces) > len(answer.determining) + len(answer.undecided):
        decided = {id(statement) for _, statement in (*answer.determining, *answer.undecided)}
        others = [(trace.document, trace.statement) for key, trace in traces.items() if key not in decided]
        rest, shown = len(others), others[:MAX_STATEMENTS_SHOWN] if everything else []
    lines = _lines((*determining, *undecided, *shown))

    def reports(found: Sequence[Determining]) -> tuple[StatementReport, ...]:
        return tuple([_statement(one, _match(one, traces, answer.gate, request), lines, request) for one in found])

    if determining and traces:
        # What a scan found to apply: nothing of it has to be matched again.
        applied = tuple([_applied(document, statement, lines, request) for document, statement in determining])
    else:
        applied = reports(determining) if determining else ()
    statements = sum([document.size for document in evaluation.policies.documents(answer.gate)])
    title, owner = names(answer.gate, request)
    return GateReport(
        answer.gate,
        title,
        owner,
        answer.decision,
        _ANSWERS[answer.blocks],
        answer.reason,
        applied,
        reports(undecided) if undecided else (),
        reports(shown) if shown else (),
        rest - len(shown),
        max(0, statements - len(traces)) if traces else statements,
    )


@lru_cache(maxsize=1024)
def _silent(
    quiet: tuple[tuple[GateName, str], ...], prefix: str, theirs: str | None, ours: str
) -> tuple[GateReport, ...]:
    """Report the gates that have no say, each with its reason: most of them, on most requests, and always alike."""
    return tuple(
        GateReport(gate, *names_of(gate, prefix, theirs, ours), NOT_APPLICABLE, "no", reason, (), (), (), 0, 0)
        for gate, reason in quiet
    )


def _lines(found: Sequence[Determining]) -> dict[int, Lines]:
    """Return the lines of statements, by the statement's identity; each document is gone through once."""
    if len(found) == 1:
        ((document, statement),) = found
        return {id(statement): statement_lines(document.raw, statement.index)}
    by_document: dict[int, tuple[Document, list[Statement]]] = {}
    for document, statement in found:
        by_document.setdefault(id(document), (document, []))[1].append(statement)
    result: dict[int, Lines] = {}
    for document, statements in by_document.values():
        lines = statements_lines(document.raw, [statement.index for statement in statements])
        result |= {id(statement): lines[statement.index] for statement in statements}
    return result


def _match(found: Determining, traces: dict[int, Trace], gate: GateName, request: Request) -> Match:
    document, statement = found
    trace = traces.get(id(statement))
    return (trace or Trace(document, statement, request, find_gate(gate).with_principal, False)).match


def _applied(document: Document, statement: Statement, lines: dict[int, Lines], request: Request) -> StatementReport:
    """Report a statement that is known to apply: every element of it matches, and every condition holds."""
    conditions = statement.conditions[:_MAX_CONDITIONS]
    return StatementReport(
        _cut(document.name),
        _cut(statement.sid),
        statement.index,
        document.level,
        "Allow" if statement.allow else "Deny",
        "yes",
        "yes",
        "yes",
        "yes",
        tuple([_condition(ConditionAnswer(one, True, one.actual(request.context))) for one in conditions]),
        lines[id(statement)],
        _APPLIES,
    )


def _statement(found: Determining, match: Match, lines: dict[int, Lines], request: Request) -> StatementReport:
    document, statement = found
    return StatementReport(
        _cut(document.name),
        _cut(statement.sid),
        statement.index,
        document.level,
        "Allow" if statement.allow else "Deny",
        _ANSWERS[match.outcome],
        _ANSWERS[match.action],
        _ANSWERS[match.resource],
        _ANSWERS[bool(match.grade) or (None if match.outcome is None else False)],
        tuple([_condition(answer) for answer in match.conditions[:_MAX_CONDITIONS]]) if match.conditions else (),
        lines[id(statement)],
        _why(match, request),
    )


def _condition(answer: ConditionAnswer) -> ConditionReport:
    condition = answer.condition
    actual = _some(answer.actual) if isinstance(answer.actual, tuple) else answer.actual
    return ConditionReport(
        _cut(condition.operator),
        _cut(condition.key),
        _some(condition.values),
        actual,
        _ANSWERS[answer.holds],
        condition.phrase(),
    )


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    """Keep as many values as anybody reads, and say how many more there are."""
    if len(values) <= _MAX_VALUES:
        return tuple(map(_cut, values))
    return (*map(_cut, values[:_MAX_VALUES]), f"({len(values) - _MAX_VALUES} more)")


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}... ({len(text) - _MAX_TEXT} more characters)"


def _why(match: Match, request: Request) -> str:
    """Say in a sentence why a statement applies, does not, or cannot be told."""
    if match.outcome:
        return _APPLIES
    failed: list[str] = []
    if not match.grade:
        failed.append(f"its Principal does not name {request.caller.text}")
    if match.resource is False:
        failed.append(f"its Resource does not cover {request.resource.text}")
    for answer in match.conditions[:_MAX_CONDITIONS]:
        if answer.holds is False:
            actual = (
                "the request has no such key" if answer.actual is None else f"the request has {_text(answer.actual)}"
            )
            failed.append(f"the condition `{answer.condition.phrase()}` does not hold ({actual})")
    if failed:
        return "it does not apply: " + ", and ".join(failed)
    open_keys = [
        key
        for answer in match.conditions
        if answer.holds is None and (key := answer.condition.unknown_key(request.context))
    ]
    if match.resource is None:
        open_keys.append("a policy variable in Resource")
    if not open_keys:
        open_keys.append("what was not given about the caller or the VPC endpoint")
    return "it cannot be told without " + " and ".join(list(dict.fromkeys(open_keys))[:_MAX_CONDITIONS])


def explanation_text(explanation: Explanation, *, statements: bool = True) -> str:
    """Print an explanation; it says what the picture shows. `statements`: with the statements and their lines."""
    rows = [
        f"{explanation.decision}: {explanation.action} on {explanation.resource}",
        f"by {explanation.principal}",
        "",
        explanation.summary,
        "",
    ]
    for number, gate in enumerate(explanation.gates, 1):
        mark = {"yes": "  <- blocks", "unknown": "  <- not known", "no": ""}[gate.blocks]
        rows.append(f"{number}. {gate.title}: {gate.decision}{mark}")
        rows.append(f"   {gate.reason[0].upper()}{gate.reason[1:]}.")
        if statements:
            rows.extend(_statement_rows(gate))
    for key, value in explanation.derived.items():
        rows.append(f"Derived from the caller: {key} = {value}")
    rows.extend(explanation.notes)
    return "\n".join(rows).rstrip() + "\n"


def _statement_rows(gate: GateReport) -> list[str]:
    rows: list[str] = []
    for report in (*gate.determining, *gate.undecided, *(gate.others if gate.decision != "not-applicable" else ())):
        name = f"`{report.statement}`" if report.statement else f"statement {report.index + 1}"
        place = f"lines {report.lines.first}-{report.lines.last}"
        rows.append(f"   - {report.effect} {name} of `{report.policy}` ({place}): {report.why}")
        if report in gate.determining and gate.blocks == "yes":
            rows.extend(f"       {line}" for line in report.lines.text.splitlines())
    if gate.hidden:
        rows.append(f"   - {gate.hidden} more statements about this action do not apply")
    if gate.other_actions and gate.decision not in ("not-applicable", "allow"):
        plural = "statement is" if gate.other_actions == 1 else "statements are"
        rows.append(f"   - {gate.other_actions} {plural} about other actions")
    return rows
