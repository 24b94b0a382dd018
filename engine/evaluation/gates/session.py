"""Session policies: passed when the session was created, they cap what it can do.

Source: IAM User Guide, "Session policies"; a GetFederationToken session without one has no permissions of its own.
"""

from engine.evaluation.answer import IMPLICIT, NOT_APPLICABLE, UNKNOWN, Answer, settle
from engine.evaluation.scan import scan
from engine.evaluation.situation import Situation

__all__ = ["answer"]


def answer(situation: Situation) -> Answer:
    """Answer for the session policies of the caller's session."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity or caller.kind == "root":
        return Answer("session", NOT_APPLICABLE, False, "such a caller has no session policy")
    if "session" in policies.unknown:
        return Answer(
            "session",
            UNKNOWN,
            None,
            "whether there is a session policy was not given",
            missing="the session policy, if there is one",
        )
    if policies.session:
        tally = scan(policies.session, situation.request, thorough=situation.thorough)
        return settle("session", tally, situation.needs_limits, "session policy", situation.excused)
    if caller.kind == "federated-user" and situation.needs_limits is not False:
        return Answer(
            "session",
            IMPLICIT,
            situation.needs_limits,
            "a federated user without a session policy has no permissions of its own",
        )
    return Answer("session", NOT_APPLICABLE, False, "the session has no session policy")
