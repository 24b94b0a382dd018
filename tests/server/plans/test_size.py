"""However much a plan will be refused, its report can be read, and a comment takes it."""

import hashlib
from collections import Counter
from collections.abc import Mapping

import msgspec
import pytest

from tests.engine.plans.written import HERE, change, plan_of
from whydenied.engine.drafts.record import Draft
from whydenied.engine.plans.forecast import Verdict
from whydenied.engine.plans.requests import asked_of
from whydenied.engine.policy.names import Names
from whydenied.server.cli.terminal import json_parts
from whydenied.server.diagnosis.marks import json_escaped
from whydenied.server.plans.markdown import report_markdown
from whydenied.server.plans.report import PlanReport
from whydenied.server.plans.rows import Heap, Row, Rows, row_of
from whydenied.server.plans.text import report_text

_COMMENT = 65_536
"""Characters of a comment on GitHub."""


def _rows(count: int, name: str = "x") -> tuple[Row, ...]:
    """Return refusals, each of a resource of its own."""
    return tuple(
        Row(
            address=f"aws_iam_role.{name}{at}",
            stage="create",
            when="when it is made",
            operation="CreateRole",
            action="iam:CreateRole",
            resource=f"arn:aws:iam::111122223333:role/{name}{at}",
            gates=("identity",),
            why="",
        )
        for at in range(count)
    )


def _report(
    count: int, left: Mapping[str, tuple[Row, ...]] | None = None, changes: tuple[Draft, ...] = ()
) -> PlanReport:
    """Return a report of so many refusals."""
    return PlanReport(
        file="plan.json",
        principal="arn:aws:iam::111122223333:role/deployer",
        requests=count,
        refused=_rows(count),
        perhaps=Heap(kept=False),
        unknown=(),
        changes=changes,
        left=left or {},
        proved=0,
        unseen=(),
        uncovered=(),
        unread=(),
    )


def _change(names: int) -> Draft:
    statement = {
        "Effect": "Allow",
        "Action": "iam:CreateRole",
        "Resource": [f"arn:aws:iam::111122223333:role/x{at}" for at in range(names)],
    }
    return Draft(
        owner="whoever manages the role",
        gate="identity",
        kind="allow",
        target="a policy of the role",
        statements=(statement,),
        status="proved",
        principal="arn:aws:iam::111122223333:role/deployer",
        action="iam:CreateRole",
        resource="arn:aws:iam::111122223333:role/x0",
    )


def test_what_one_reason_keeps_refused_is_said_once() -> None:
    """A thousand requests, two reasons; `--all` lists every one."""
    rows = _rows(1_000)
    report = _report(1_000, {"nobody knows": rows[:1], "it is too long": rows[1:]})
    short, whole = report_text(report), report_text(report, everything=True)
    assert short.count("it is too long") == 1
    assert "still refused, 999 requests: it is too long" in short
    assert f"still refused: iam:CreateRole on {rows[0].resource}: nobody knows" in short
    assert "and 987 more (--all lists them)" in short
    assert len(short.splitlines()) < 500
    assert whole.count(rows[-1].resource) == 2
    assert "- 999 stay refused: it is too long" in report_markdown(report)


@pytest.mark.parametrize(("refused", "name"), [(1, "x"), (5_000, "x"), (5_000, "x" * 900)])
def test_a_comment_takes_the_markdown(refused: int, name: str) -> None:
    """Many rows, or long ones; how many are left out is said."""
    long = msgspec.structs.replace(_report(refused), refused=_rows(refused, name))
    text = report_markdown(long)
    assert len(text) < _COMMENT
    shown = text.count("| when it is made |")
    assert shown == refused or f"… and {refused - shown:,} more." in text


@pytest.mark.parametrize(("names", "shown"), [(3, True), (3_000, False)])
def test_a_change_that_no_comment_takes_is_said_and_not_cut(names: int, shown: bool) -> None:
    """Half a policy is none."""
    text = report_markdown(_report(1, changes=(_change(names),)))
    assert len(text) < _COMMENT
    assert ("```json" in text) is shown
    assert ("too long for a comment" in text) is not shown


def test_what_is_kept_packed_comes_out_as_it_went_in() -> None:
    """Counted by action either way; without room there is nothing to read."""
    plan = plan_of(change("aws_sqs_queue.x", after={"name": "x"}, unknown={"arn": True}))
    verdicts = [Verdict(one, "refused", ("identity",)) for one in asked_of(plan, HERE, Names())]
    kept, counted = Heap(kept=True), Heap(kept=False)
    for verdict in verdicts:
        kept.add(verdict)
        counted.add(verdict)
    assert [*kept] == [*kept] == [row_of(one) for one in verdicts] == [*Rows(verdicts)]
    assert len(kept) == len(counted) == len(verdicts) > 2
    assert kept.actions == counted.actions == Counter(one.asked.action for one in verdicts)
    assert [*counted] == []


def test_rows_that_are_packed_in_several_parts_come_out_whole() -> None:
    """Where a part ends, a row need not; more may be added after reading."""
    plan = plan_of(change("aws_sqs_queue.x", after={"name": "x"}, unknown={"arn": True}))
    asked = next(iter(asked_of(plan, HERE, Names())))
    heap = Heap(kept=True)
    names = [hashlib.sha256(bytes([at % 256, at // 256])).hexdigest() for at in range(4_000)]
    for name in names[:-1]:
        heap.add(Verdict(msgspec.structs.replace(asked, resource=name), "refused", ("identity",)))
    assert [row.resource for row in heap] == names[:-1]
    heap.add(Verdict(msgspec.structs.replace(asked, resource=names[-1]), "refused", ("identity",)))
    assert [row.resource for row in heap] == names


def test_json_in_parts_is_what_it_is_at_once() -> None:
    """With empty lists, lists in lists, and signs that are escaped."""
    data = {"a": [], "b": [{"c": [1, {"d": "\x85é"}]}], "e": {}, "f": "x\n", "g": [[], [2]]}
    whole = json_escaped(msgspec.json.format(msgspec.json.encode(data)).decode()) + "\n"
    streamed = {**data, "a": iter(()), "b": [{"c": iter([1, {"d": "\x85é"}])}], "g": iter([[], [2]])}
    assert "".join(json_parts(streamed)) == whole
    assert "".join(json_parts(data)) == whole
