"""Resource-based policies, role trust policies and key policies; what they make up for is settled here.

Source: IAM User Guide, "Policy evaluation for requests within a single account" (what a resource policy overrides
depends on whom it names) and "Cross-account policy evaluation logic" (both sides must allow).
"""

from engine.evaluation.answer import ALLOW, EXPLICIT, IMPLICIT, NOT_APPLICABLE, UNKNOWN, Answer, settle
from engine.evaluation.scan import Tally, scan
from engine.evaluation.services import service_for
from engine.evaluation.services.service import Service
from engine.evaluation.services.without_policies import WITHOUT_RESOURCE_POLICIES
from engine.evaluation.situation import Situation
from engine.policy.principals import Grade

__all__ = ["answer"]


def answer(situation: Situation) -> Answer:
    """Answer for the resource's own policy, and settle which later gates must allow."""
    request, policies = situation.request, situation.policies
    service = service_for(request.service)
    words = service.resource_policy
    must_name = service.resource_policy_rules(request)
    granted = service.grants(request)
    given = "resource" not in policies.unknown
    tally = scan(policies.resource, request, principal=True, bounded=situation.bounded, thorough=situation.thorough)
    if not given:
        tally.maybe_grade = Grade.FULL
    if granted:
        tally.grade = Grade.FULL
    outside = not request.caller.has_identity
    _settle_needs(situation, tally, outside=outside, granted=bool(granted), words=words)
    # A trust policy that was not given does not rule within the account: identity policies decide.
    rules = must_name and (service.prefix != "sts" or bool(policies.resource))
    needed = (outside or not situation.same_account or rules) and not granted
    if not given:
        return _not_given(situation, service, needed)
    if not policies.resource and not needed:
        if granted:
            return Answer("resource", ALLOW, False, granted)
        return Answer("resource", NOT_APPLICABLE, False, f"there is no {words}")
    if granted and not tally.denies:
        return Answer("resource", ALLOW, False, granted, traces=tally.traces)
    excused = "" if needed else "within an account the identity policies may allow instead"
    return _explain(settle("resource", tally, needed, words, excused), tally, situation, words)


def _settle_needs(situation: Situation, tally: Tally, *, outside: bool, granted: bool, words: str) -> None:
    """Settle whether identity policies, boundary and session policies must allow."""
    caller = situation.request.caller
    if outside or granted:
        situation.needs_identity = situation.needs_limits = False
        situation.excused = "a grant allows it" if granted else "the caller has no identity policies"
        return
    if caller.kind == "root":
        # The root user has no identity policies, boundary or session policies, and every permission in its account.
        situation.needs_identity = situation.needs_limits = False
        situation.excused = "the root user needs none"
        return
    if not situation.same_account:
        return
    situation.needs_identity = _need(tally, Grade.ROLE)
    situation.needs_limits = _need(tally, Grade.FULL)
    if tally.grade >= Grade.ROLE:
        situation.excused = f"the {words} names the caller"


def _need(tally: Tally, enough: Grade) -> bool | None:
    if tally.grade >= enough:
        return False
    return None if tally.maybe_grade >= enough else True


def _not_given(situation: Situation, service: Service, needed: bool) -> Answer:
    words = service.resource_policy
    return Answer("resource", UNKNOWN, None, f"the {words} was not given", missing=f"the {words}")


def _explain(result: Answer, tally: Tally, situation: Situation, words: str) -> Answer:
    """Say in the reason what an Allow amounts to."""
    if result.decision == ALLOW and situation.same_account and tally.grade == Grade.ACCOUNT:
        result.reason = f"the {words} names the account, so the caller's identity policies decide"
    elif result.decision == ALLOW and tally.grade == Grade.ROLE:
        result.reason = f"the {words} names the role"
    elif result.decision in (EXPLICIT, IMPLICIT) and not situation.policies.resource:
        service = situation.request.service
        if service in WITHOUT_RESOURCE_POLICIES:
            result.reason = f"one must allow it across accounts, and resources of {service} take no resource policy"
        else:
            result.reason = f"there is no {words}, and one must allow it"
    return result
