"""Service control policies: what the caller's organization lets its accounts do.

Source: Organizations User Guide, "SCP evaluation": an Allow at the root, every OU and the account; they bind users,
roles and the root user of member accounts, not the management account, service-linked roles or service principals.
"""

from engine.evaluation.answer import NOT_APPLICABLE, UNKNOWN, Answer
from engine.evaluation.gates.organization import levels_answer
from engine.evaluation.situation import Situation

__all__ = ["answer"]


def answer(situation: Situation) -> Answer:
    """Answer for the SCPs of the caller's account."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity:
        return Answer("scp", NOT_APPLICABLE, False, f"SCPs do not bind {_KINDS.get(caller.kind, caller.kind)} callers")
    if caller.service_linked:
        return Answer("scp", NOT_APPLICABLE, False, "SCPs do not bind service-linked roles")
    if situation.request.settings.caller_in_management_account:
        return Answer("scp", NOT_APPLICABLE, False, "SCPs do not bind the management account")
    if "scp" in policies.unknown:
        return Answer("scp", UNKNOWN, None, "the SCPs were not given", missing="the SCPs of the caller's account")
    if not policies.scps:
        return Answer("scp", NOT_APPLICABLE, False, "no SCPs are in force")
    return levels_answer(situation, "scp", policies.scps, "SCP", principal=False, allow_implied=False)


_KINDS = {"service": "service principal", "federated": "federated", "anonymous": "anonymous"}
