"""What a gate answers, and how a scan of its policies becomes that answer."""

from typing import Literal

from engine.evaluation.scan import Determining, Tally, Trace

__all__ = ["ALLOW", "EXPLICIT", "IMPLICIT", "NOT_APPLICABLE", "UNKNOWN", "Answer", "GateDecision", "GateName", "settle"]

GateName = Literal["scp", "rcp", "vpce", "resource", "identity", "boundary", "session", "s3-bpa"]
GateDecision = Literal["allow", "explicit-deny", "implicit-deny", "not-applicable", "unknown"]

ALLOW: GateDecision = "allow"
EXPLICIT: GateDecision = "explicit-deny"
IMPLICIT: GateDecision = "implicit-deny"
NOT_APPLICABLE: GateDecision = "not-applicable"
UNKNOWN: GateDecision = "unknown"


class Answer:
    """A gate's answer.

    decision: what the gate says. blocks: whether the request is denied because of it; None where that cannot be
    known, False also for an implicit deny that another gate makes up for. reason: a sentence without full stop.
    determining: the statements that decided. undecided: the statements of which it cannot be known whether they
    apply. traces: every statement about the action, where an explanation was asked for. level: the place in the
    organization (0 is the root) of an SCP or RCP level that blocks, else -1. missing: what must be given for an
    answer (`the key policy`), else "".
    """

    __slots__ = ("blocks", "decision", "determining", "gate", "levels", "missing", "reason", "traces", "undecided")

    def __init__(
        self,
        gate: GateName,
        decision: GateDecision,
        blocks: bool | None,
        reason: str,
        *,
        determining: list[Determining] | None = None,
        undecided: list[Determining] | None = None,
        traces: list[Trace] | None = None,
        levels: tuple[int, ...] = (),
        missing: str = "",
    ) -> None:
        self.gate = gate
        self.decision = decision
        self.blocks = blocks
        self.reason = reason
        self.determining = determining or []
        self.undecided = undecided or []
        self.traces = traces or []
        self.levels = levels
        self.missing = missing


def settle(gate: GateName, tally: Tally, needed: bool | None, words: str, excused: str = "") -> Answer:
    """Turn a tally into an answer.

    needed: whether an Allow of this gate is needed; None where that cannot be known, False where another gate makes
    up for it (`excused` says which). words: the gate's policies in words (`identity policy`).
    """
    if tally.denies:
        return Answer(
            gate, EXPLICIT, True, f"a Deny in the {words} matches", determining=tally.denies, traces=tally.traces
        )
    undecided = tally.maybe_denies + ([] if tally.allows else tally.maybe_allows)
    if tally.allows:
        if tally.maybe_denies:
            return Answer(
                gate,
                UNKNOWN,
                None,
                f"a Deny in the {words} may match",
                determining=tally.allows,
                undecided=undecided,
                traces=tally.traces,
            )
        return Answer(gate, ALLOW, False, f"the {words} allows it", determining=tally.allows, traces=tally.traces)
    if tally.maybe_allows and needed is not False:
        return Answer(
            gate, UNKNOWN, None, f"an Allow in the {words} may match", undecided=undecided, traces=tally.traces
        )
    reason = f"no {words} allows it"
    if needed is False:
        reason = f"{reason}, which does not matter: {excused}"
    blocks = None if tally.maybe_denies and not needed else needed
    return Answer(gate, IMPLICIT, blocks, reason, undecided=undecided, traces=tally.traces)
