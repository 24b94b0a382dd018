"""What an evaluation says, told in the rules' own words: as a complete message would have said it."""

import msgspec

from whydenied.engine.collectors.target import Target
from whydenied.engine.diagnosis import Diagnoser
from whydenied.engine.evaluation import Evaluation
from whydenied.engine.evaluation.answer import Answer
from whydenied.engine.evaluation.facts import evaluation_facts
from whydenied.engine.evaluation.gates import find_gate, gate_called, title
from whydenied.engine.evaluation.services.sts import is_trust
from whydenied.engine.facts import Fact, Facts, Source
from whydenied.engine.findings import Finding, Reason

__all__ = ["tell"]

_OF_THE_MESSAGE = ("message.", "s3.", "kms.message", "passrole.message", "slr.message", "deny.about", "evaluation.")


def tell(diagnoser: Diagnoser, facts: Facts, evaluation: Evaluation, target: Target) -> tuple[Finding, ...]:
    """Conclude from what the evaluation says, in the words in which a message says it."""
    gate = _telling_gate(evaluation, target)
    said = _in_words_of_messages(gate, evaluation)
    # Where MFA is all that is missing, that is the cause, and not the policy that asks for it.
    left_out = (*_OF_THE_MESSAGE, *(("gate.", "blocks.") if _is_about_mfa(gate) else ()))
    stated = [fact for fact in facts if not fact.name.startswith(left_out)] + said
    concluded = diagnoser.conclude(Facts(stated))
    reason = Reason(f"evaluation/{gate.gate}", _sentence(gate, evaluation), tuple(evaluation_facts(evaluation)))
    return tuple(
        msgspec.structs.replace(finding, because=(reason, *_without_messages(finding)))
        if finding.certainty in ("confirmed", "likely")
        else finding
        for finding in concluded
    )


def _telling_gate(evaluation: Evaluation, target: Target) -> Answer:
    """Choose the gate to speak of: the one that the message names, else an explicit deny, else what is missing."""
    named = gate_called(target.layer)
    for answer in evaluation.blocking:
        if named is not None and answer.gate == named.name:
            return answer
    return min(evaluation.blocking, key=_telling)


def _telling(answer: Answer) -> tuple[bool, bool, int]:
    """Order gates by what they tell: a Deny first, then what takes away, then what does not give."""
    gate = find_gate(answer.gate)
    return answer.decision != "explicit-deny", gate.grants or not gate.field, gate.place


def _in_words_of_messages(answer: Answer, evaluation: Evaluation) -> list[Fact]:
    """Say what a gate answered as a complete message would, so that the same rules speak."""
    origin = Source("evaluation", answer.gate)
    if answer.gate == "s3-bpa":
        values = {"s3.block-public-access": "policy", "message.kind": "denial", "message.class": "stated"}
        return [Fact(name, value, origin) for name, value in values.items()]
    explicit = answer.decision == "explicit-deny"
    if explicit and _is_about_mfa(answer):
        values = {"message.kind": "denial", "message.class": "stated", "message.mfa": "yes"}
        return [Fact(name, value, origin) for name, value in values.items()]
    values = {
        "message.kind": "denial",
        "message.class": "stated",
        "message.detail": "layer",
        "message.layer": "trust" if answer.gate == "resource" and is_trust(evaluation.request) else answer.gate,
        "message.effect": "explicit" if explicit else "implicit",
    }
    if explicit:
        by_arn = any(document.name.startswith("arn:") for document, _ in answer.determining)
        values["message.policy-arn"] = "yes" if by_arn else "no"
    return [Fact(name, value, origin) for name, value in values.items()]


def _is_about_mfa(answer: Answer) -> bool:
    """Tell whether every Deny that matched would spare a session made with MFA."""
    return answer.decision == "explicit-deny" and all(
        any(condition.key.lower().startswith("aws:multifactorauth") for condition in statement.conditions)
        for _, statement in answer.determining
    )


def _sentence(answer: Answer, evaluation: Evaluation) -> str:
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
