"""What SCPs and RCPs share: policies at every level from the root of the organization to the account."""

import msgspec

from whydenied.engine.evaluation.answer import ALLOW, UNKNOWN, Answer, GateName, settle
from whydenied.engine.evaluation.scan import Tally, scan
from whydenied.engine.evaluation.situation import Situation
from whydenied.engine.policy.document import Document

__all__ = ["level_name", "levels_answer", "scan_levels"]


def scan_levels(situation: Situation, levels: tuple[tuple[Document, ...], ...], *, principal: bool) -> Tally:
    """Scan the policies of all levels together, for what a Deny among them says."""
    documents = [document for level in levels for document in level]
    return scan(
        documents, situation.request, principal=principal, bounded=situation.bounded, thorough=situation.thorough
    )


def levels_answer(
    situation: Situation,
    gate: GateName,
    levels: tuple[tuple[Document, ...], ...],
    words: str,
    *,
    principal: bool,
    allow_implied: bool,
) -> Answer:
    """Answer for policies in levels: a Deny anywhere denies, and every level must allow unless that is implied."""
    total = Tally()
    missing: list[int] = []
    unsure = False
    for number, documents in enumerate(levels):
        tally = scan(
            documents, situation.request, principal=principal, bounded=situation.bounded, thorough=situation.thorough
        )
        total.denies += tally.denies
        total.allows += tally.allows
        total.maybe_denies += tally.maybe_denies
        total.maybe_allows += [] if tally.allows else tally.maybe_allows
        total.traces += tally.traces
        if not tally.allows and not allow_implied:
            unsure = unsure or bool(tally.maybe_allows)
            if not tally.maybe_allows:
                missing.append(number)
    if missing:
        return _without_allow(gate, total, missing, len(levels), words)
    if total.denies:
        return settle(gate, total, True, words)
    if allow_implied and (total.maybe_denies or not total.allows):
        return _implied(gate, total, words)
    if unsure:
        total.allows = []
    return settle(gate, total, True, words)


def _without_allow(gate: GateName, total: Tally, missing: list[int], count: int, words: str) -> Answer:
    """Answer where no policy of some levels allows, whatever those of the others do."""
    reason = f"no {words} allows it at {' and '.join(level_name(number, count) for number in missing)}"
    if not total.denies:
        total.allows, total.maybe_allows = [], []
    answer = settle(gate, total, True, words)
    if total.denies:
        reason = f"{answer.reason}, and {reason}"
    return msgspec.structs.replace(answer, levels=tuple(missing), reason=reason)


def _implied(gate: GateName, total: Tally, words: str) -> Answer:
    """Answer for policies that can only deny, where none does for certain."""
    traces = tuple(total.traces)
    if total.maybe_denies:
        undecided = tuple(total.maybe_denies)
        return Answer(gate, UNKNOWN, None, f"a Deny in the {words} may match", undecided=undecided, traces=traces)
    return Answer(gate, ALLOW, False, f"no {words} denies it", traces=traces)


def level_name(number: int, count: int) -> str:
    """Name a level of the organization: the root, an OU by depth, or the account."""
    if number == 0:
        return "the root"
    return "the account" if number == count - 1 else f"OU level {number}"
