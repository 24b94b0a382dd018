"""Resource-based policies, role trust policies and key policies, and what they excuse the caller's own policies from.

Source: IAM User Guide, "Policy evaluation for requests within a single account" (what a resource policy overrides
depends on whom it names) and "Cross-account policy evaluation logic" (both sides must allow).
"""

import msgspec

from whydenied.engine.evaluation.answer import (
    ALLOW,
    EXPLICIT,
    IMPLICIT,
    UNKNOWN,
    Answer,
    not_applicable,
    not_given,
    settle,
)
from whydenied.engine.evaluation.gates.gate import Gate
from whydenied.engine.evaluation.resource_policies import takes_policy
from whydenied.engine.evaluation.scan import Tally, scan
from whydenied.engine.evaluation.services import service_for
from whydenied.engine.evaluation.situation import NO_EXCUSE, Excuse, Situation
from whydenied.engine.policy.principals import Grade

__all__ = ["GATE", "weigh"]


def weigh(situation: Situation) -> tuple[Answer, Excuse]:
    """Answer for the resource's own policy, and say what it excuses identity, boundary and session policies from."""
    request, policies = situation.request, situation.policies
    service = service_for(request.service)
    words = service.resource_policy
    granted = service.grants(request)
    may_grant = "" if granted else service.may_grant(request)
    documents = policies.documents("resource")
    given = "resource" not in policies.unknown
    tally = Tally()
    if documents:
        tally = scan(documents, request, principal=True, bounded=situation.bounded, thorough=situation.thorough)
    if not given:
        tally.maybe_grade = Grade.FULL
    excuse = _excuse(situation, tally, granted=bool(granted), words=words)
    if may_grant:
        excuse = Excuse(excuse.identity and None, excuse.limits and None, excuse.why)
    # A trust policy that was not given does not rule within the account: identity policies decide.
    rules = service.resource_policy_rules(request) and (service.prefix != "sts" or bool(documents))
    needed = (not request.caller.has_identity or not situation.same_account or rules) and not granted
    if above := service.above_policy(request):
        return not_applicable("resource", above), excuse
    if not given:
        missing = policies.missing("resource", f"the {words}")
        return not_given("resource", f"the {words} was not given", missing, tally, words), excuse
    also = service.also_needs(request)
    if also and not tally.denies and (tally.allows or tally.maybe_allows or not needed):
        return not_given("resource", f"{also} was not given, and it must permit the call too", also), excuse
    if granted and not tally.denies:
        traces, maybe = tuple(tally.traces), tuple(tally.maybe_denies)
        if maybe:  # a grant allows; it keeps no Deny from applying
            return Answer("resource", UNKNOWN, None, f"a Deny in the {words} may match", (), maybe, traces), excuse
        return Answer("resource", ALLOW, False, granted, traces=traces), excuse
    if not documents and not needed:
        return not_applicable("resource", f"there is no {words}"), excuse
    excused = "" if needed else "within an account the identity policies may allow instead"
    settled = settle("resource", tally, needed, words, excused)
    if may_grant and settled.decision == IMPLICIT and (settled.blocks or excuse.identity is None):
        return not_given("resource", "a grant may allow it", may_grant, tally, words), excuse
    return _explained(settled, tally, situation, words), excuse


def answer(situation: Situation, _excuse: Excuse) -> Answer:
    """Answer for the resource's own policy."""
    return weigh(situation)[0]


def _excuse(situation: Situation, tally: Tally, *, granted: bool, words: str) -> Excuse:
    """Say whether identity policies, boundary and session policies must allow."""
    caller = situation.request.caller
    if granted:
        return Excuse(identity=False, limits=False, why="a grant allows it")
    if not caller.has_identity:
        return Excuse(identity=False, limits=False, why="the caller has no identity policies")
    if caller.kind == "root":
        # The root user has no identity policies, boundary or session policies, and every permission in its account.
        return Excuse(identity=False, limits=False, why="the root user needs none")
    if not situation.same_account or service_for(situation.request.service).both_must_allow:
        return NO_EXCUSE
    why = f"the {words} names the caller" if tally.grade >= Grade.ROLE else ""
    return Excuse(_need(tally, Grade.ROLE), _need(tally, Grade.FULL), why)


def _need(tally: Tally, enough: Grade) -> bool | None:
    if tally.grade >= enough:
        return False
    return None if tally.maybe_grade >= enough else True


def _explained(result: Answer, tally: Tally, situation: Situation, words: str) -> Answer:
    """Say in the reason what an Allow amounts to, or why there is none."""
    reason = ""
    caller = situation.request.caller
    if result.blocks is None and any(one.principal.may_name(caller) for _, one in result.undecided):
        return msgspec.structs.replace(result, missing=f"whose canonical user id the {words} names")
    if result.decision == ALLOW and situation.same_account and tally.grade == Grade.ACCOUNT:
        reason = f"the {words} names the account, so the caller's identity policies decide"
    elif result.decision == ALLOW and tally.grade == Grade.ROLE:
        reason = f"the {words} names the role"
    elif result.decision in (EXPLICIT, IMPLICIT) and not situation.policies.documents("resource"):
        request = situation.request
        reason = f"there is no {words}, and one must allow it"
        if takes_policy(request) is False:
            reason = f"one must allow it across accounts, and resources of {request.service} take no resource policy"
    return msgspec.structs.replace(result, reason=reason) if reason else result


def _titled(prefix: str) -> str:
    words = service_for(prefix).resource_policy
    return words[0].upper() + words[1:]


GATE = Gate(
    name="resource",
    place=40,
    title="Resource policy",
    owner="who owns the resource (account {theirs})",
    answer=answer,
    kind="resource",
    field="resource_policy",
    shape="one",
    words="resource policy",
    policies="the resource's policy",
    grants=True,
    also=("trust", "kms"),
    titled=_titled,
)
