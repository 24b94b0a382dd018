"""An error and somebody who may look, in; the cause, what blocks, a proved fix, and what nobody could see, out.

What to read is chosen by gain per call: first where the message points, then what the proof needs; it stops when a fix
is proved. What may not be read stays unknown; where the rest does not depend on it, the fix is given with a proviso.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import msgspec

from engine.collectors.calls import Answer, Call, Reader
from engine.collectors.case import Case, Unknown
from engine.collectors.questions import Question, answer_of, call_of, make_questions
from engine.collectors.sources import Source, find_sources
from engine.collectors.target import Target
from engine.diagnosis import Denial, Diagnoser
from engine.errors import InputError
from engine.evaluation import Evaluation, read_case
from engine.evaluation.answer import Answer as GateAnswer
from engine.evaluation.facts import evaluation_facts
from engine.evaluation.gates import find_gate, gate_called, title
from engine.evaluation.needs import what_would_decide
from engine.facts import Fact, Facts
from engine.facts import Source as Origin
from engine.findings import Finding, Reason
from engine.remedies import Plan, plan

__all__ = ["Investigator", "Outcome"]

_FIRST = ("authorization", "encoded")
_NEEDED_FOR_PROOF = 0.05
_MAX_GUESSED_KEYS = 3
_GUESSES = (None, "false", "true", "203.0.113.1")
_MIN_QUESTION_GAIN = 0.1
_MAX_QUESTIONS = 3
_PASSED_TO = {
    "RunInstances": "ec2.amazonaws.com",
    "CreateFunction": "lambda.amazonaws.com",
    "UpdateFunctionConfiguration": "lambda.amazonaws.com",
    "RunTask": "ecs-tasks.amazonaws.com",
    "RegisterTaskDefinition": "ecs-tasks.amazonaws.com",
    "CreateStack": "cloudformation.amazonaws.com",
    "CreateProject": "codebuild.amazonaws.com",
    "CreateStateMachine": "states.amazonaws.com",
    "CreateNotebookInstance": "sagemaker.amazonaws.com",
}


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
        return bool(self.without_change) or (self.plan is not None and _is_proved(self.plan))


class Investigator:
    """Investigates denials with the knowledge that it was given."""

    def __init__(
        self, diagnoser: Diagnoser, causes: Iterable[Mapping[str, Any]], questions: Iterable[Mapping[str, Any]]
    ) -> None:
        """Take the engine and the front matter of causes and questions, each with its `id`."""
        self._diagnoser = diagnoser
        self._gate_of = {str(cause["id"]): _gate_of(str(cause["gate"])) for cause in causes}
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
            if _judge(case).is_settled:
                break
        verdict = _judge(case)
        self._ask_questions(denial, case, reader, verdict)
        return self._conclude(denial, case, verdict, sources)

    def _order(self, denial: Denial, target: Target) -> list[Source]:
        """Order the sources that apply by what they are likely to tell for each call."""
        chance: dict[str, float] = {}
        for finding in denial.findings:
            if finding.certainty != "ruled-out" and (gate := self._gate_of.get(finding.cause)):
                chance[gate] = chance.get(gate, 0.0) + finding.probability
        if target.layer:
            chance[_gate_of(target.layer)] = 1.0

        def gain(source: Source) -> tuple[bool, float, str]:
            gates = source.gates or ("resource",)
            worth = max(chance.get(gate, 0.0) for gate in gates) + _NEEDED_FOR_PROOF
            return source.name not in _FIRST, -worth / source.cost, source.name

        return sorted((source for source in find_sources() if source.applies(target)), key=gain)

    def _ask_questions(self, denial: Denial, case: Case, reader: Reader, verdict: "_Verdict") -> None:
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

    def _conclude(self, denial: Denial, case: Case, verdict: "_Verdict", sources: list[str]) -> Outcome:
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
                findings = self._findings(facts, evaluation, case.target)
        findings = findings or self._diagnoser.conclude(facts) or denial.findings
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

    def _findings(self, facts: Facts, evaluation: Evaluation, target: Target) -> tuple[Finding, ...]:
        """Conclude from what the evaluation says, in the words in which a message says it."""
        gate = _telling_gate(evaluation, target)
        said = _in_words_of_messages(gate, evaluation)
        # Where MFA is all that is missing, that is the cause, and not the policy that asks for it.
        left_out = (*_OF_THE_MESSAGE, *(("gate.", "blocks.") if _is_about_mfa(gate) else ()))
        stated = [fact for fact in facts if not fact.name.startswith(left_out)] + said
        concluded = self._diagnoser.conclude(Facts(stated))
        reason = Reason(f"evaluation/{gate.gate}", _sentence(gate, evaluation), tuple(evaluation_facts(evaluation)))
        return tuple(
            msgspec.structs.replace(finding, because=(reason, *_without_messages(finding)))
            if finding.certainty in ("confirmed", "likely")
            else finding
            for finding in concluded
        )


def _gate_of(name: str) -> str:
    """Return the evaluator's gate behind that of a cause or of a message; "" for none."""
    gate = gate_called(name)
    return gate.name if gate else ""


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
    passed_to = _PASSED_TO.get(target.operation)
    if target.action.lower() == "iam:passrole" and passed_to:
        context["iam:PassedToService"] = passed_to
    for answer, value in (("yes", "true"), ("no", "false")):
        if ("mfa.present", answer) in facts:
            context["aws:MultiFactorAuthPresent"] = value
    for key, found in context.items():
        case.context.setdefault(key, found)


class _Verdict(msgspec.Struct, frozen=True):
    """evaluation: of what was read. provided: gates left open, in clauses. is_settled: nothing more is needed.

    without_change: how the request is allowed as the policies are.
    """

    evaluation: Evaluation | None
    plan: Plan | None
    provided: tuple[str, ...]
    notes: tuple[str, ...]
    is_settled: bool
    without_change: str = ""

    @property
    def is_denied(self) -> bool:
        """Whether the policies that were read deny the request for certain."""
        return self.evaluation is not None and self.evaluation.decision in ("ImplicitlyDenied", "ExplicitlyDenied")


def _judge(case: Case) -> _Verdict:
    """Evaluate what is known so far; where that does not decide, with the gates left open that may be."""
    silent = [gate for gate in case.open_gates if _has_no_sign(gate, case.target)]
    # A gate of which nothing could be read may be left open in a proof; who allows nothing may not.
    others = [gate for gate in case.open_gates if gate not in silent and find_gate(gate).may_stay_open]
    try:
        strict = _weigh(case, silent, ())
        if strict.is_settled or not others:
            return strict
        loose = _weigh(case, [*silent, *others], tuple(find_gate(gate).may_stay_open for gate in others))
        # What is proved on a condition only may yet be proved without it.
        return msgspec.structs.replace(loose, is_settled=False) if loose.is_settled else strict
    except InputError as error:
        return _Verdict(None, None, (), (f"The policies cannot be evaluated: {error}.",), False)


def _weigh(case: Case, without: Sequence[str], provided: tuple[str, ...]) -> _Verdict:
    """Evaluate with some gates taken to be empty, and look for a fix that is proved."""
    evaluation, guessed = _evaluate(case, without)
    made = plan(evaluation)
    without_change = _met(case, without, guessed, evaluation)
    settled = (_is_proved(made) or bool(without_change)) and _agrees(evaluation, case.target)
    notes = _notes(evaluation, case)
    if guessed:
        told = ", ".join(f"no `{key}`" if value is None else f"`{key}` = {value}" for key, value in guessed.items())
        notes = (*notes, f"It was refused, so the request is taken to have come with {told}.")
    return _Verdict(evaluation, made, provided, notes, settled, without_change)


def _is_proved(made: Plan) -> bool:
    return made.remedy is not None and made.remedy.after == "Allowed"


def _has_no_sign(gate: str, target: Target) -> bool:
    """Tell whether nothing points to a gate that IAM does not show, so that it is taken to be empty."""
    if gate == "session":
        return target.layer != "session"
    if gate == "vpce":
        return not any(source.name == "endpoint" and source.applies(target) for source in find_sources())
    return False


def _agrees(evaluation: Evaluation, target: Target) -> bool:
    """Tell whether the evaluation blocks where the message says that it was blocked."""
    gate = _gate_of(target.layer)
    return not gate or gate in evaluation.blocked_by


def _evaluate(case: Case, without: Sequence[str]) -> tuple[Evaluation, dict[str, str | None]]:
    """Evaluate; where conditions cannot be known, that the request was refused settles them.

    Returned with the condition keys that were settled so, and their values.
    """
    evaluation = read_case(case.as_case(without), explain=True)
    target = case.target
    if evaluation.decision != "Unknown" and _agrees(evaluation, target):
        return evaluation, {}
    keys = [need.name for need in what_would_decide(evaluation) if need.what == "key"]
    keys = list(dict.fromkeys(keys))[:_MAX_GUESSED_KEYS]
    for values in product(_GUESSES, repeat=len(keys)) if keys else ():
        guessed = dict(zip(keys, values, strict=True))
        guess = read_case(case.as_case(without, guessed), explain=True)
        denied = guess.decision == "ExplicitlyDenied" if target.effect == "explicit" else bool(guess.blocked_by)
        if denied and _agrees(guess, target):
            return guess, guessed
    return evaluation, {}


def _met(case: Case, without: Sequence[str], guessed: dict[str, str | None], evaluation: Evaluation) -> str:
    """Say with which value of a condition key the policies allow the request as they are; '' for none."""
    for key in guessed:
        for value in ("true", *_values_of(key, evaluation)):
            tried = {**guessed, key: value.partition("/")[0]}
            if read_case(case.as_case(without, tried)).decision == "Allowed":
                return f"The policies allow the request as they are if it comes with `{key}` = `{value}`."
    return ""


def _values_of(key: str, evaluation: Evaluation) -> list[str]:
    """Return the values that the statements about the action test a key against."""
    return [
        value
        for answer in evaluation.answers
        for trace in answer.traces
        for condition in trace.statement.conditions
        if condition.key.lower() == key.lower()
        for value in condition.values[:20]
    ]


def _notes(evaluation: Evaluation, case: Case) -> tuple[str, ...]:
    notes = []
    facts = dict(case.facts)
    if evaluation.decision == "Allowed":
        notes.append(
            "The policies as they are now allow this request: they may have changed since, or the request came with"
            " other conditions, through an endpoint, or with a session policy, none of which can be read."
        )
    elif evaluation.blocked_by and not _agrees(evaluation, case.target):
        names = ", ".join(title(answer.gate, evaluation.request) for answer in evaluation.blocking)
        notes.append(f"The message blames another kind of policy than those that refuse it now: {names}.")
    simulated = facts.get("simulator.decision")
    if simulated == "allowed" and "identity" in evaluation.blocked_by:
        notes.append("IAM's simulator says that the identity policies allow it; compare the conditions.")
    if case.target.owner and case.target.account and case.target.owner != case.target.account:
        notes.append(f"The resource belongs to account {case.target.owner}, the caller to {case.target.account}.")
    return tuple(notes)


_OF_THE_MESSAGE = ("message.", "s3.", "kms.message", "passrole.message", "slr.message", "deny.about", "evaluation.")


def _telling_gate(evaluation: Evaluation, target: Target) -> GateAnswer:
    """Choose the gate to speak of: the one that the message names, else an explicit deny, else what is missing."""
    named = _gate_of(target.layer)
    for answer in evaluation.blocking:
        if answer.gate == named:
            return answer
    return min(evaluation.blocking, key=_telling)


def _telling(answer: GateAnswer) -> tuple[bool, bool, int]:
    """Order gates by what they tell: a Deny first, then what takes away, then what does not give."""
    gate = find_gate(answer.gate)
    return answer.decision != "explicit-deny", gate.grants or not gate.field, gate.place


def _in_words_of_messages(answer: GateAnswer, evaluation: Evaluation) -> list[Fact]:
    """Say what a gate answered as a complete message would, so that the same rules speak."""
    origin = Origin("evaluation", answer.gate)
    if answer.gate == "s3-bpa":
        values = {"s3.block-public-access": "policy", "message.kind": "denial", "message.class": "stated"}
        return [Fact(name, value, origin) for name, value in values.items()]
    is_trust = evaluation.request.key.startswith("sts:assumerole")
    explicit = answer.decision == "explicit-deny"
    if explicit and _is_about_mfa(answer):
        values = {"message.kind": "denial", "message.class": "stated", "message.mfa": "yes"}
        return [Fact(name, value, origin) for name, value in values.items()]
    values = {
        "message.kind": "denial",
        "message.class": "stated",
        "message.detail": "layer",
        "message.layer": "trust" if answer.gate == "resource" and is_trust else answer.gate,
        "message.effect": "explicit" if explicit else "implicit",
    }
    if explicit:
        by_arn = any(document.name.startswith("arn:") for document, _ in answer.determining)
        values["message.policy-arn"] = "yes" if by_arn else "no"
    return [Fact(name, value, origin) for name, value in values.items()]


def _is_about_mfa(answer: GateAnswer) -> bool:
    """Tell whether every Deny that matched would spare a session made with MFA."""
    return answer.decision == "explicit-deny" and all(
        any(condition.key.lower().startswith("aws:multifactorauth") for condition in statement.conditions)
        for _, statement in answer.determining
    )


def _sentence(answer: GateAnswer, evaluation: Evaluation) -> str:
    where = ", ".join(
        f"{statement.label} of `{document.name}`"
        for document, statement in answer.determining[:3]
        if not statement.allow
    )
    said = f"{title(answer.gate, evaluation.request)}: {answer.reason}"
    return f"{said} ({where})." if where else f"{said}."


def _without_messages(finding: Finding) -> tuple[Reason, ...]:
    """Leave out what a rule says of a message where it was the evaluation that spoke."""
    return tuple(
        reason for reason in finding.because if not any(fact.source.origin == "evaluation" for fact in reason.facts)
    )
