"""Deciding a request: every gate is asked, in one order, and every gate that blocks is named.

Source: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access". An explicit Deny
anywhere ends it; else every gate whose Allow is needed must allow. What is not known stays unknown, and never reads
as allow or deny.
"""

from collections.abc import Callable
from typing import Literal

from engine.evaluation.answer import EXPLICIT, IMPLICIT, Answer
from engine.evaluation.gates import boundary, identity, rcp, resource, s3_bpa, scp, session, vpce
from engine.evaluation.request import Policies, Request
from engine.evaluation.services import service_for
from engine.evaluation.situation import Situation

__all__ = ["GATES", "Decision", "Evaluation", "evaluate"]

Decision = Literal["Allowed", "ImplicitlyDenied", "ExplicitlyDenied", "Unknown"]

# The resource gate comes before those it can make up for.
GATES: tuple[Callable[[Situation], Answer], ...] = (
    scp.answer,
    rcp.answer,
    vpce.answer,
    resource.answer,
    identity.answer,
    boundary.answer,
    session.answer,
    s3_bpa.answer,
)


class Evaluation:
    """The outcome of an evaluation.

    decision: of the whole. answers: one a gate, in the order of GATES; a single answer where a service's own rule
    decides. same_account_assumed: the owner of the resource is not known; the answers are those for this assumption.
    """

    __slots__ = ("answers", "decision", "policies", "request", "same_account_assumed")

    def __init__(
        self,
        decision: Decision,
        answers: list[Answer],
        request: Request,
        policies: Policies,
        same_account_assumed: bool | None = None,
    ) -> None:
        self.decision: Decision = decision
        self.answers = answers
        self.request = request
        self.policies = policies
        self.same_account_assumed = same_account_assumed

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


def evaluate(request: Request, policies: Policies, *, explain: bool = False) -> Evaluation:
    """Decide a request. `explain` keeps every statement about the action, for engine.evaluation.explanation."""
    if request.same_account is not None:
        return _evaluate(request, policies, request.same_account, explain)
    same, cross = (_evaluate(request, policies, assumed, explain) for assumed in (True, False))
    same.same_account_assumed, cross.same_account_assumed = True, False
    if same.decision == cross.decision:
        # What holds in both accounts holds; across accounts more gates must allow, so its answers say more.
        return cross if cross.decision != "Allowed" else same
    return Evaluation("Unknown", cross.answers, request, policies, same_account_assumed=False)


def _evaluate(request: Request, policies: Policies, same_account: bool, explain: bool) -> Evaluation:
    service = service_for(request.service)
    if service.always_allowed(request):
        answer = Answer("identity", "allow", False, f"{request.action} needs no permission and cannot be denied")
        return Evaluation("Allowed", [answer], request, policies)
    refusal = service.refuses(request)
    if refusal:
        # Whatever the policies say, even where they deny too.
        return Evaluation("ImplicitlyDenied", [Answer("resource", IMPLICIT, True, refusal)], request, policies)
    situation = Situation(request, policies, same_account, explain)
    answers = [gate(situation) for gate in GATES]
    return Evaluation(_decide(answers), answers, request, policies)


def _decide(answers: list[Answer]) -> Decision:
    decision: Decision = "Allowed"
    for answer in answers:
        if answer.blocks:
            if answer.decision == EXPLICIT:
                return "ExplicitlyDenied"
            decision = "ImplicitlyDenied"
        elif answer.blocks is None and decision == "Allowed":
            decision = "Unknown"
    return decision
