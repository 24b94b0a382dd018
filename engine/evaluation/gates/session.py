"""Session policies: passed when the session was created, they cap what it can do.

Source: IAM User Guide, "Session policies"; a GetFederationToken session without one has no permissions of its own.
"""

from whydenied.engine.evaluation.answer import IMPLICIT, Answer, not_applicable, not_given, settle
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.scan import scan
from whydenied.engine.evaluation.situation import Excuse, Situation

__all__ = ["GATE"]


def answer(situation: Situation, excuse: Excuse) -> Answer:
    """Answer for the session policies of the caller's session."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity or caller.kind == "root":
        return not_applicable("session", "such a caller has no session policy")
    if "session" in policies.unknown:
        reason = "whether there is a session policy was not given"
        tally = scan(policies.documents("session"), situation.request, thorough=situation.thorough)
        missing = policies.missing("session", "the session policy, if there is one")
        return not_given("session", reason, missing, tally, "session policy")
    documents = policies.documents("session")
    if documents:
        tally = scan(documents, situation.request, thorough=situation.thorough)
        return settle("session", tally, excuse.limits, "session policy", excuse.why)
    if caller.kind == "federated-user" and excuse.limits is not False:
        reason = "a federated user without a session policy has no permissions of its own"
        return Answer("session", IMPLICIT, excuse.limits, reason)
    return not_applicable("session", "the session has no session policy")


GATE = Gate(
    name="session",
    place=70,
    title="Session policy",
    owner="who creates the session (it passes the session policy)",
    answer=answer,
    kind="session",
    field="session_policy",
    shape="one",
    words="session policy",
    policies="session policies",
    may_stay_open="no session policy refuses it",
)
