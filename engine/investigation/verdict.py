"""What is known decides: the policies that were read, evaluated, with the gates left open that nobody could read.

Where a condition cannot be known, that the request was refused settles it; a fix is given only where it is proved.
"""

from collections.abc import Sequence
from itertools import product

import msgspec

from whydenied.engine.collectors.case import Case
from whydenied.engine.collectors.sources import find_sources
from whydenied.engine.collectors.target import Target
from whydenied.engine.errors import InputError
from whydenied.engine.evaluation import Evaluation, read_case
from whydenied.engine.evaluation.gates import find_gate, gate_called, title
from whydenied.engine.evaluation.needs import what_would_decide
from whydenied.engine.remedies import Plan, plan

__all__ = ["Verdict", "judge", "plan_is_proved"]

_MAX_GUESSED_KEYS = 3
_GUESSES = (None, "false", "true", "203.0.113.1")


class Verdict(msgspec.Struct, frozen=True):
    """What the policies that were read say.

    evaluation: of what was read. provided: gates left open, in clauses. is_settled: nothing more is needed.

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


def judge(case: Case, until: str = "") -> Verdict:
    """Evaluate what is known so far; where that does not decide, with the gates left open that may be.

    until: the date after which the changes of the plan allow nothing any more; "" for no end."""
    silent = [gate for gate in case.open_gates if _has_no_sign(gate, case.target)]
    # A gate of which nothing could be read may be left open in a proof; who allows nothing may not.
    others = [gate for gate in case.open_gates if gate not in silent and find_gate(gate).may_stay_open]
    try:
        strict = _weigh(case, silent, (), until)
        if strict.is_settled or not others:
            return strict
        told = tuple(find_gate(gate).may_stay_open for gate in others)
        loose = _weigh(case, [*silent, *others], told, until)
        # What is proved on a condition only may yet be proved without it.
        return msgspec.structs.replace(loose, is_settled=False) if loose.is_settled else strict
    except InputError as error:
        return Verdict(None, None, (), (f"The policies cannot be evaluated: {error}.",), False)


def _weigh(case: Case, without: Sequence[str], provided: tuple[str, ...], until: str) -> Verdict:
    """Evaluate with some gates taken to be empty, and look for a fix that is proved."""
    evaluation, guessed = _evaluate(case, without)
    made = plan(evaluation, until)
    without_change = _met(case, without, guessed, evaluation)
    settled = (plan_is_proved(made) or bool(without_change)) and _agrees(evaluation, case.target)
    notes = _notes(evaluation, case)
    if guessed:
        told = ", ".join(f"no `{key}`" if value is None else f"`{key}` = {value}" for key, value in guessed.items())
        notes = (*notes, f"It was refused, so the request is taken to have come with {told}.")
    return Verdict(evaluation, made, provided, notes, settled, without_change)


def plan_is_proved(made: Plan) -> bool:
    """Tell whether a plan has a fix, evaluated again and found to allow the request."""
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
    gate = gate_called(target.layer)
    return gate is None or gate.name in evaluation.blocked_by


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
