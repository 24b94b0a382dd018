"""Deciding a request: every gate is asked, and every gate that blocks is named.

Source: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access". An explicit Deny
anywhere ends it; else every gate whose Allow is needed must allow. What is not known stays unknown, and never reads
as allow or deny. No gate's answer depends on another one's having been asked before: what the resource policy excuses
the caller's own policies from is worked out first, and handed to each.
"""

from functools import cached_property
from typing import Literal

from whydenied.engine.evaluation.answer import ALLOW, EXPLICIT, IMPLICIT, Answer
from whydenied.engine.evaluation.gates import GATES
from whydenied.engine.evaluation.gates.resource import GATE as RESOURCE
from whydenied.engine.evaluation.gates.resource import weigh
from whydenied.engine.evaluation.problems import PolicyProblems, policy_problems
from whydenied.engine.evaluation.request import Policies, Request
from whydenied.engine.evaluation.services import refusal, service_for
from whydenied.engine.evaluation.situation import Situation, is_bounded

__all__ = ["Decision", "Evaluation", "evaluate"]

Decision = Literal["Allowed", "ImplicitlyDenied", "ExplicitlyDenied", "Unknown"]


class Evaluation:
    """The outcome of an evaluation.

    decision: of the whole. answers: one a gate, in the order of GATES; a single answer where a service's own rule
    decides. same_account_assumed: the owner of the resource is not known; the answers are those for this assumption.
    refused: why the request is refused whatever the policies say, in words without full stop; else "".
    """

    def __init__(
        self,
        decision: Decision,
        answers: tuple[Answer, ...],
        request: Request,
        policies: Policies,
        same_account_assumed: bool | None = None,
        refused: str = "",
    ) -> None:
        self.decision: Decision = decision
        self.answers = answers
        self.request = request
        self.policies = policies
        self.same_account_assumed = same_account_assumed
        self.refused = refused

    @property
    def blocking(self) -> list[Answer]:
        """The answers of every gate because of which the request is denied; none unless it is denied for certain."""
        if self.decision == "Unknown":
            return []
        return [answer for answer in self.answers if answer.blocks]

    @property
    def blocked_by(self) -> list[str]:
        """The names of the gates that block."""
        return [answer.gate for answer in self.blocking]

    @property
    def open(self) -> list[Answer]:
        """The answers that depend on what is not known."""
        return [answer for answer in self.answers if answer.blocks is None]

    @cached_property
    def problems(self) -> tuple[PolicyProblems, ...]:
        """What is wrong with the policies themselves: a statement that AWS would refuse decides nothing.

        Looked for when it is asked for, since it reads the Service Authorization Reference."""
        return policy_problems(self.policies)


def evaluate(request: Request, policies: Policies, *, explain: bool = False) -> Evaluation:
    """Decide a request. `explain` keeps every statement about the action, for engine.evaluation.explanation."""
    if request.same_account is not None:
        return _evaluate(request, policies, explain, request.same_account)
    same, cross = (_evaluate(request, policies, explain, owned, assumed=owned) for owned in (True, False))
    if same.decision == cross.decision:
        # What holds in both accounts holds; across accounts more gates must allow, so its answers say more.
        return cross if cross.decision != "Allowed" else same
    return Evaluation("Unknown", cross.answers, request, policies, same_account_assumed=False)


def _evaluate(
    request: Request, policies: Policies, explain: bool, same_account: bool, assumed: bool | None = None
) -> Evaluation:
    """Decide for one owner of the resource; assumed: that owner, where it is not known."""
    service = service_for(request.service)
    if service.always_allowed(request):
        answer = Answer("identity", ALLOW, False, f"{request.action} needs no permission and cannot be denied")
        return Evaluation("Allowed", (answer,), request, policies, assumed)
    situation = Situation(request, policies, same_account, explain, is_bounded(request, policies))
    weighed, excuse = weigh(situation)
    answers = tuple([weighed if gate is RESOURCE else gate.answer(situation, excuse) for gate in GATES])
    refused = refusal(request, policies)
    if refused:
        # Whatever the policies allow; only an explicit Deny says more.
        denials = tuple([answer for answer in answers if answer.decision == EXPLICIT and answer.blocks])
        answers = denials or (Answer("resource", IMPLICIT, True, refused),)
    return Evaluation(_decide(answers), answers, request, policies, assumed, refused)


def _decide(answers: tuple[Answer, ...]) -> Decision:
    decision: Decision = "Allowed"
    for answer in answers:
        if answer.blocks:
            if answer.decision == EXPLICIT:
                return "ExplicitlyDenied"
            decision = "ImplicitlyDenied"
        elif answer.blocks is None and decision == "Allowed":
            decision = "Unknown"
    return decision
