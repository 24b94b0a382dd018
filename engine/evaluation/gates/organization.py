"""What SCPs and RCPs share: policies at every level from the root of the organization to the account."""

from engine.evaluation.answer import Answer, GateName, settle
from engine.evaluation.scan import Tally, scan
from engine.evaluation.situation import Situation
from engine.policy.document import Document

__all__ = ["levels_answer"]


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
    if total.denies:
        answer = settle(gate, total, True, words)
        answer.levels = tuple(missing)
        if missing:
            answer.reason = f"{answer.reason}, and no {words} allows it {_places(missing, len(levels))}"
        return answer
    if missing:
        total.allows = []
        total.maybe_allows = []
        answer = settle(gate, total, True, words)
        answer.levels = tuple(missing)
        answer.reason = f"no {words} allows it {_places(missing, len(levels))}"
        return answer
    if unsure:
        total.allows = []
    elif allow_implied and not total.allows and not total.maybe_denies:
        return Answer(gate, "allow", False, f"no {words} denies it", traces=total.traces)
    elif allow_implied and total.maybe_denies:
        return Answer(
            gate, "unknown", None, f"a Deny in the {words} may match", undecided=total.maybe_denies, traces=total.traces
        )
    return settle(gate, total, True, words)


def _places(missing: list[int], count: int) -> str:
    names = [level_name(number, count) for number in missing]
    return f"at {' and '.join(names)}"


def level_name(number: int, count: int) -> str:
    """Name a level of the organization: the root, an OU by depth, or the account."""
    if number == 0:
        return "the root"
    return "the account" if number == count - 1 else f"OU level {number}"
