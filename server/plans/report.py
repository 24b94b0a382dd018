"""A foresight in plain rows: what every form of it says."""

from collections.abc import Mapping, Sequence

import msgspec

from whydenied.engine.drafts.record import Draft
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.plans.forecast import Verdict
from whydenied.engine.plans.foresight import Foresight
from whydenied.server.plans.hidden import hidden_in_draft, shown
from whydenied.server.plans.rows import Heap, Row, Rows

__all__ = ["PlanReport", "plan_report", "summary", "unseen_words"]


class PlanReport(msgspec.Struct, frozen=True):
    """What is shown. file: the plan's name. principal: the caller. requests: how many were judged. perhaps: those that
    may be refused, kept only where every one is shown. left: what stays refused, by the reason why. The rest as in
    engine.plans.foresight."""

    file: str
    principal: str
    requests: int
    refused: Sequence[Row]
    perhaps: Heap
    unknown: Sequence[Row]
    changes: tuple[Draft, ...]
    left: Mapping[str, Sequence[Row]]
    proved: int
    unseen: tuple[str, ...]
    uncovered: tuple[str, ...]
    unread: tuple[str, ...]


def plan_report(found: Foresight, perhaps: Heap, principal: str, file: str) -> PlanReport:
    """Return the rows of a foresight. perhaps: what it was told of the requests that may be refused."""
    left: dict[str, list[Verdict]] = {}
    for verdict, why in found.mended.left:
        left.setdefault(why, []).append(verdict)
    return PlanReport(
        file=file,
        principal=shown(principal),
        requests=found.requests,
        refused=Rows(found.refused),
        perhaps=perhaps,
        unknown=Rows(found.unknown),
        changes=tuple(map(hidden_in_draft, found.mended.drafts)),
        left={shown(why): Rows(verdicts) for why, verdicts in left.items()},
        proved=found.mended.proved,
        unseen=found.unseen,
        uncovered=found.uncovered,
        unread=found.unread,
    )


def summary(report: PlanReport) -> str:
    """Say in a sentence what is to come."""
    count = len(report.refused)
    if not count:
        sure = " by what was given" if report.unseen or report.unread else ""
        return f"None of the {report.requests:,} requests of this plan will be refused{sure}."
    what = "request" if report.requests == 1 else "requests"
    return f"{count:,} of {report.requests:,} {what} of this plan will be refused."


def unseen_words(report: PlanReport) -> tuple[str, ...]:
    """Name the policies that nobody gave, in words."""
    return tuple(find_gate(gate).policies or find_gate(gate).title for gate in report.unseen)
