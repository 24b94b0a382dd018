"""Service control policies: what the caller's organization lets its accounts do.

Source: Organizations User Guide, "SCP evaluation": an Allow at the root, every OU and the account; they bind users,
roles and the root user of member accounts, not the management account, service-linked roles or service principals.
"""

from whydenied.engine.evaluation.answer import Answer, not_applicable, not_given
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.organization import levels_answer, scan_levels
from whydenied.engine.evaluation.situation import Excuse, Situation

__all__ = ["GATE"]

_KINDS = {"service": "service principal", "federated": "federated", "anonymous": "anonymous"}


def answer(situation: Situation, _excuse: Excuse) -> Answer:
    """Answer for the SCPs of the caller's account."""
    caller = situation.request.caller
    policies = situation.policies
    if not caller.has_identity:
        return not_applicable("scp", f"SCPs do not bind {_KINDS.get(caller.kind, caller.kind)} callers")
    if caller.service_linked:
        return not_applicable("scp", "SCPs do not bind service-linked roles")
    if situation.request.settings.caller_in_management_account:
        return not_applicable("scp", "SCPs do not bind the management account")
    levels = policies.levels("scp")
    if "scp" in policies.unknown:
        known = scan_levels(situation, levels, principal=False)
        missing = policies.missing("scp", "the SCPs of the caller's account")
        return not_given("scp", "the SCPs were not given", missing, known, "SCP")
    if not levels:
        return not_applicable("scp", "no SCPs are in force")
    return levels_answer(situation, "scp", levels, "SCP", principal=False, allow_implied=False)


GATE = Gate(
    name="scp",
    place=10,
    title="Service control policies",
    owner="who manages the organization of account {ours} (its management account or a delegated administrator)",
    answer=answer,
    kind="scp",
    field="scps",
    shape="levels",
    words="SCP",
    policies="SCPs",
    guardrail=(
        "A service control policy is a guardrail of the organization: ask its owner whether this exception is meant to "
        "be."
    ),
    may_stay_open="no SCP refuses it",
)
