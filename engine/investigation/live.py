"""An error and somebody who may look, in; the cause, what blocks, a proved fix, and what nobody could see, out.

What to read is chosen by gain per call: first where the message points, then what the proof needs; it stops when a fix
is proved. What may not be read stays unknown; where the rest does not depend on it, the fix is given with a proviso.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from whydenied.engine.collectors.calls import Answer, Call, Reader
from whydenied.engine.collectors.case import Case, Unknown
from whydenied.engine.collectors.questions import Question, answer_of, call_of, make_questions
from whydenied.engine.collectors.sources import Source, find_sources
from whydenied.engine.collectors.target import Target
from whydenied.engine.diagnosis import Denial, Diagnoser
from whydenied.engine.drafts.passed import is_blank, service_of_call, taker_of
from whydenied.engine.evaluation import Evaluation
from whydenied.engine.evaluation.facts import evaluation_facts
from whydenied.engine.evaluation.gates import gate_called
from whydenied.engine.facts import Fact, Facts
from whydenied.engine.facts import Source as Origin
from whydenied.engine.findings import Finding
from whydenied.engine.investigation.telling import tell
from whydenied.engine.investigation.verdict import Verdict, judge, plan_is_proved
from whydenied.engine.remedies import Plan
from whydenied.engine.remedies.expiry import read_expiry

__all__ = ["Investigator", "Outcome"]

_FIRST = ("authorization", "encoded")
_NEEDED_FOR_PROOF = 0.05
_MIN_QUESTION_GAIN = 0.1
_MAX_QUESTIONS = 3


class Outcome(msgspec.Struct, frozen=True):
    """What an investigation found.

    findings: as of a diagnosis, best first. evaluation: of the policies that were read; None where none could be.
    plan: what to change, proved. without_change: how the policies allow the request as they are, proved too; or ''.
    provided: what the proof takes for granted, in clauses. unknown: what could not be read, and the command for who
    may. notes: what else is worth saying, in sentences. sources: what was read, in order.
    """

    target: Target
    findings: tuple[Finding, ...]
    facts: tuple[Fact, ...]
    evaluation: Evaluation | None
    plan: Plan | None
    without_change: str
    provided: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def is_proved(self) -> bool:
        """Whether there is a fix, evaluated again and found to allow the request."""
        return bool(self.without_change) or (self.plan is not None and plan_is_proved(self.plan))


class Investigator:
    """Investigates denials with the knowledge that it was given."""

    def __init__(
        self,
        diagnoser: Diagnoser,
        causes: Iterable[Mapping[str, object]],
        questions: Iterable[Mapping[str, object]],
        until: str = "",
    ) -> None:
        """Take the engine and the front matter of causes and questions, each with its `id`.

        until: the date after which changes allow nothing any more; "" for no end. Raises InputError where it is none.
        """
        self.diagnoser = diagnoser
        self._until = read_expiry(until)
        self._gate_of = {str(cause["id"]): gate_called(str(cause["gate"])) for cause in causes}
        self._asked_by = _asked_by(causes)
        self._questions = make_questions(questions)

    def investigate(self, denial: Denial, target: Target, reader: Reader) -> Outcome:
        """Read what is needed and explain a denial. Never raises for what AWS answers."""
        case = Case(target)
        _begin(case, denial)
        sources: list[str] = []
        for source in self._order(denial, target):
            if source.gates and all(gate in case.policies for gate in source.gates):
                continue
            case.add(source.collect(reader, target))
            sources.append(source.name)
            if judge(case, self._until).is_settled:
                break
        verdict = judge(case, self._until)
        self._ask_questions(denial, case, reader, verdict)
        return self._conclude(denial, case, verdict, sources)

    def _order(self, denial: Denial, target: Target) -> list[Source]:
        """Order the sources that apply by what they are likely to tell for each call."""
        chance: dict[str, float] = {}
        for finding in denial.findings:
            if finding.certainty != "ruled-out" and (gate := self._gate_of.get(finding.cause)):
                chance[gate.name] = chance.get(gate.name, 0.0) + finding.probability
        if named := gate_called(target.layer):
            chance[named.name] = 1.0

        def gain(source: Source) -> tuple[bool, float, str]:
            gates = source.gates or ("resource",)
            worth = max(chance.get(gate, 0.0) for gate in gates) + _NEEDED_FOR_PROOF
            return source.name not in _FIRST, -worth / source.cost, source.name

        return sorted((source for source in find_sources() if source.applies(target)), key=gain)

    def _ask_questions(self, denial: Denial, case: Case, reader: Reader, verdict: Verdict) -> None:
        """Answer questions whose calls were made already; make others where the gates explain nothing."""
        known = {name for name, _ in case.facts}
        asked = {_key(answer.call): answer for answer in reader.asked}
        standing = {
            finding.cause: finding.probability for finding in denial.findings if finding.certainty != "ruled-out"
        }
        costly: list[tuple[float, Question, Call]] = []
        for question in self._questions:
            call = call_of(question, case.target) if question.id not in known else None
            if call is None:
                continue
            gain = sum(standing.get(cause, 0.0) for cause in self._asked_by.get(question.id, ()))
            if _key(call) in asked:
                self._note(question, asked[_key(call)], case)
            elif not verdict.is_denied and gain >= _MIN_QUESTION_GAIN:
                costly.append((gain, question, call))
        costly.sort(key=lambda item: (-item[0], item[1].id))
        for _, question, call in costly[:_MAX_QUESTIONS]:
            self._note(question, reader.read(call), case)

    def _note(self, question: Question, answer: Answer, case: Case) -> None:
        value = answer_of(question, answer)
        if value is not None:
            case.facts.append((question.id, value))

    def _conclude(self, denial: Denial, case: Case, verdict: Verdict, sources: list[str]) -> Outcome:
        facts = Facts(denial.facts)
        for name, value in case.facts:
            facts.add(Fact(name, value, Origin("aws", name)))
        evaluation = verdict.evaluation
        notes = list(verdict.notes)
        findings: tuple[Finding, ...] = ()
        if evaluation is not None:
            for fact in evaluation_facts(evaluation):
                facts.add(fact)
            if verdict.is_denied:
                findings = tell(self.diagnoser, facts, evaluation, case.target)
        findings = findings or self.diagnoser.conclude(facts) or denial.findings
        return Outcome(
            target=case.target,
            findings=findings,
            facts=tuple(facts),
            evaluation=evaluation,
            plan=verdict.plan,
            without_change=verdict.without_change,
            provided=verdict.provided,
            unknown=tuple(one for one in case.unknown if one.gate not in case.policies),
            notes=tuple(notes),
            sources=tuple(sources),
        )


def _key(call: Call) -> str:
    """Return what tells a call from others, whoever was expected to own the bucket."""
    kept = {name: value for name, value in call.parameters.items() if name != "ExpectedBucketOwner"}
    return msgspec.structs.replace(call, parameters=kept, account="").key


def _asked_by(causes: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return, by fact, the causes whose rules rest on it."""
    found: dict[str, set[str]] = {}
    for cause in causes:
        for rule in cause.get("rules") or ():
            for fact in rule["when"]:
                found.setdefault(str(fact), set()).add(str(cause["id"]))
    return found


def _begin(case: Case, denial: Denial) -> None:
    """Put into the case the conditions that are known without asking."""
    target = case.target
    facts = Facts(denial.facts)
    context: dict[str, str | None] = {"aws:SecureTransport": "true"}
    if ("called-by-service", "yes") not in facts:
        context["aws:ViaAWSService"] = "false"
    if target.region or target.place:
        context["aws:RequestedRegion"] = target.region or target.place
    if not any(source.name == "endpoint" and source.applies(target) for source in find_sources()):
        context["aws:SourceVpce"] = None
    passed_to = taker_of(service_of_call(target.operation))
    if target.action.lower() == "iam:passrole" and not is_blank(passed_to):
        context["iam:PassedToService"] = passed_to
    for answer, value in (("yes", "true"), ("no", "false")):
        if ("mfa.present", answer) in facts:
            context["aws:MultiFactorAuthPresent"] = value
    for key, found in context.items():
        case.context.setdefault(key, found)
