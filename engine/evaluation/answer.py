"""What a gate answers, and how a scan of its policies becomes that answer."""

from typing import Literal

import msgspec

from whydenied.engine.evaluation.scan import Determining, Tally, Trace

__all__ = [
    "ALLOW",
    "EXPLICIT",
    "IMPLICIT",
    "NOT_APPLICABLE",
    "UNKNOWN",
    "Answer",
    "GateDecision",
    "GateName",
    "not_applicable",
    "not_given",
    "settle",
]

GateName = str
"""The name of one of engine.evaluation.gates.GATES."""
GateDecision = Literal["allow", "explicit-deny", "implicit-deny", "not-applicable", "unknown"]

ALLOW: GateDecision = "allow"
EXPLICIT: GateDecision = "explicit-deny"
IMPLICIT: GateDecision = "implicit-deny"
NOT_APPLICABLE: GateDecision = "not-applicable"
UNKNOWN: GateDecision = "unknown"


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A gate's answer.

    decision: what the gate says. blocks: whether the request is denied because of it; None where that cannot be
    known, False also for an implicit deny that another gate makes up for. reason: a sentence without full stop.
    determining: the statements that decided. undecided: the statements of which it cannot be known whether they
    apply. traces: every statement about the action, where an explanation was asked for. levels: the places in the
    organization (0 is the root) at which no SCP or RCP allows. missing: what must be given for an answer (`the key
    policy`), else "".
    """

    gate: GateName
    decision: GateDecision
    blocks: bool | None
    reason: str
    determining: tuple[Determining, ...] = ()
    undecided: tuple[Determining, ...] = ()
    traces: tuple[Trace, ...] = ()
    levels: tuple[int, ...] = ()
    missing: str = ""


def not_applicable(gate: GateName, reason: str) -> Answer:
    """Answer that a gate has no say in this request."""
    return Answer(gate, NOT_APPLICABLE, False, reason)


def not_given(gate: GateName, reason: str, missing: str, tally: Tally | None = None, words: str = "") -> Answer:
    """Answer that a gate's policies were not given, or not all; missing: what to give.

    tally: of those that were given, `words` for one of them: a Deny among them denies whatever the others say."""
    if tally is not None and tally.denies:
        return settle(gate, tally, True, words)
    undecided = tuple(tally.maybe_denies) if tally is not None else ()
    traces = tuple(tally.traces) if tally is not None else ()
    return Answer(gate, UNKNOWN, None, reason, undecided=undecided, traces=traces, missing=missing)


def settle(gate: GateName, tally: Tally, needed: bool | None, words: str, excused: str = "") -> Answer:
    """Turn a tally into an answer.

    needed: whether an Allow of this gate is needed; None where that cannot be known, False where another gate makes
    up for it (`excused` says which). words: the gate's policies in words (`identity policy`).
    """
    traces = tuple(tally.traces)
    if tally.denies:
        return Answer(gate, EXPLICIT, True, f"a Deny in the {words} matches", tuple(tally.denies), traces=traces)
    if tally.allows:
        allows = tuple(tally.allows)
        if tally.maybe_denies:
            reason = f"a Deny in the {words} may match"
            return Answer(gate, UNKNOWN, None, reason, allows, tuple(tally.maybe_denies), traces)
        return Answer(gate, ALLOW, False, f"the {words} allows it", allows, traces=traces)
    undecided = (*tally.maybe_denies, *tally.maybe_allows)
    if tally.maybe_allows and needed is not False:
        return Answer(gate, UNKNOWN, None, f"an Allow in the {words} may match", undecided=undecided, traces=traces)
    reason = f"no {words} allows it"
    if needed is False:
        reason = f"{reason}, which does not matter: {excused}"
    blocks = None if tally.maybe_denies and not needed else needed
    return Answer(gate, IMPLICIT, blocks, reason, undecided=undecided, traces=traces)
