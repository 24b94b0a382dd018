"""One evaluation on its way through the gates: the request, its policies, and what earlier gates settled for later
ones."""

from engine.evaluation.request import Policies, Request

__all__ = ["Situation", "is_bounded"]


def is_bounded(request: Request, policies: Policies) -> bool:
    """Tell whether the caller has a permissions boundary; only users, roles and their sessions can."""
    return bool(policies.boundaries) and request.caller.has_identity and request.caller.kind != "root"


class Situation:
    """request, policies, thorough: what was asked, and whether every statement is to be traced.

    same_account: caller and resource belong to one account. bounded: the caller has a permissions boundary.
    needs_identity, needs_limits: whether identity policies, and boundary and session policies, must allow; the
    resource gate settles both (a resource policy may make up for them), None where that cannot be known. excused: why
    not, in words.
    """

    __slots__ = (
        "bounded",
        "excused",
        "needs_identity",
        "needs_limits",
        "policies",
        "request",
        "same_account",
        "thorough",
    )

    def __init__(self, request: Request, policies: Policies, same_account: bool, thorough: bool) -> None:
        self.request = request
        self.policies = policies
        self.same_account = same_account
        self.thorough = thorough
        self.bounded = is_bounded(request, policies)
        self.needs_identity: bool | None = True
        self.needs_limits: bool | None = True
        self.excused = ""
