"""A foresight in plain rows: what every form of it says."""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from whydenied.engine.drafts import Draft
from whydenied.engine.evaluation.gates import find_gate
from whydenied.engine.plans.forecast import Verdict
from whydenied.engine.plans.foresight import Foresight
from whydenied.engine.secrets.masking import mask

__all__ = ["PlanReport", "Row", "left_by_why", "plan_report", "summary", "unseen_words"]

_STAGES = {
    "provider": "at the start",
    "state": "for the state",
    "stack": "for the stack",
    "refresh": "while planning",
    "data": "for the data source",
    "create": "to create it",
    "update": "to update it",
    "delete": "to delete it",
}


_UNLESS = "unless the resource's own policy, which was not given, lets it pass"


class Row(msgspec.Struct, frozen=True):
    """One request. address: the resource in the plan, "" for Terraform itself. stage: when, as engine.plans.calls names
    it; when: in words. gates: names of the gates that refuse it. why: what for, or what is not known."""

    address: str
    stage: str
    when: str
    operation: str
    action: str
    resource: str
    gates: tuple[str, ...]
    why: str


class PlanReport(msgspec.Struct, frozen=True):
    """What is shown. file: the plan's name. principal: the caller. requests: how many were judged. The rest as in
    engine.plans.foresight; left: what no change was found for, with why."""

    file: str
    principal: str
    requests: int
    refused: tuple[Row, ...]
    perhaps: tuple[Row, ...]
    unknown: tuple[Row, ...]
    changes: tuple[Draft, ...]
    left: tuple[tuple[Row, str], ...]
    proved: int
    unseen: tuple[str, ...]
    uncovered: tuple[str, ...]
    unread: tuple[str, ...]


def plan_report(found: Foresight, principal: str, file: str) -> PlanReport:
    """Return the rows of a foresight; secrets in names are masked."""
    return PlanReport(
        file=file,
        principal=_shown(principal),
        requests=found.requests,
        refused=_rows(found.refused),
        perhaps=_rows(found.perhaps),
        unknown=_rows(found.unknown),
        changes=found.mended.drafts,
        left=tuple((_row(verdict), why) for verdict, why in found.mended.left),
        proved=found.mended.proved,
        unseen=found.unseen,
        uncovered=found.uncovered,
        unread=found.unread,
    )


def _rows(verdicts: Iterable[Verdict]) -> tuple[Row, ...]:
    return tuple(map(_row, verdicts))


def _row(verdict: Verdict) -> Row:
    asked = verdict.asked
    operation = asked.call.operation
    return Row(
        address=_shown(asked.address),
        stage=asked.call.stage,
        when=_STAGES[asked.call.stage],
        operation=f"{operation.service}:{operation.name}",
        action=asked.action,
        resource=_shown(asked.resource),
        gates=verdict.gates,
        why="; ".join(filter(None, (verdict.why or asked.why, _UNLESS if verdict.unseen and verdict.gates else ""))),
    )


@lru_cache(maxsize=8_192)
def _shown(text: str) -> str:
    return mask(text, keep_ids=True).text


def summary(report: PlanReport) -> str:
    """Say in a sentence what is to come."""
    count = len(report.refused)
    if not count:
        sure = " by what was given" if report.unseen or report.unread else ""
        return f"None of the {report.requests:,} requests of this plan will be refused{sure}."
    what = "request" if report.requests == 1 else "requests"
    return f"{count:,} of {report.requests:,} {what} of this plan will be refused."


def left_by_why(report: PlanReport) -> list[tuple[str, list[Row]]]:
    """Return what stays refused by the reason why, in the order of the first of each."""
    found: dict[str, list[Row]] = {}
    for row, why in report.left:
        found.setdefault(why, []).append(row)
    return list(found.items())


def unseen_words(report: PlanReport) -> tuple[str, ...]:
    """Name the policies that nobody gave, in words."""
    return tuple(find_gate(gate).policies or find_gate(gate).title for gate in report.unseen)
