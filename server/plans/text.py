"""A plan's report as text, for a terminal or a log."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from whydenied.engine.drafts.forms import forms_of
from whydenied.engine.drafts.record import Draft
from whydenied.server.diagnosis.answer import change_words
from whydenied.server.plans.report import PlanReport, summary, unseen_words
from whydenied.server.plans.rows import Row

__all__ = ["report_lines", "report_text"]

_WIDTH = 110
_ITSELF = "the deployment itself"
_FEW = 12
# Refusals that are listed one by one.
_MANY = 100


def report_text(report: PlanReport, form: str = "json", *, everything: bool = False) -> str:
    """Return the text of `report_lines`."""
    return "\n".join(report_lines(report, form, everything=everything)) + "\n"


def report_lines(report: PlanReport, form: str = "json", *, everything: bool = False) -> Iterator[str]:
    """Yield the lines. form: of the changes, of drafts.record.FORMS. everything: what may be refused is listed too."""
    yield summary(report)
    yield from _refused(report.refused if everything else report.refused[:_MANY])
    if len(report.refused) > _MANY and not everything:
        yield f"\nand {len(report.refused) - _MANY:,} more (--all lists them)"
    for number, change in enumerate(report.changes, 1):
        yield from _change(change, form, number, len(report.changes))
    if report.proved:
        yield ""
        changes = "this change" if len(report.changes) == 1 else "these changes"
        yield from _wrapped(
            f"With {changes} made, {report.proved:,} of the {len(report.refused):,} are allowed (evaluated again)."
        )
    for why, rows in report.left.items():
        yield from _still_refused(rows, why, everything)
    yield from _perhaps(report, everything)
    yield from _not_known(report, everything)


def _refused(rows: Iterable[Row]) -> Iterator[str]:
    for address, group in groupby(rows, key=lambda row: row.address):
        yield ""
        yield address or _ITSELF
        for row in group:
            yield f"  {row.when}: {row.action} on {row.resource} ({', '.join(row.gates)})"
            if row.why:
                yield f"    {row.why}"


def _still_refused(rows: Sequence[Row], why: str, everything: bool) -> Iterator[str]:
    """Yield what one reason keeps refused: one in a line, many under the reason."""
    if len(rows) == 1:
        yield from _wrapped(f"still refused: {rows[0].action} on {rows[0].resource}: {why}")
        return
    yield from _wrapped(f"still refused, {len(rows):,} requests: {why}")
    for row in rows if everything else rows[:_FEW]:
        yield f"  {row.action} on {row.resource}"
    if len(rows) > _FEW and not everything:
        yield f"  and {len(rows) - _FEW:,} more (--all lists them)"


def _change(change: Draft, form: str, number: int, count: int) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"Change {number} of {count}. {change_words(change)}:".replace("`", ""))
    forms = forms_of(change)
    text = forms.get(form) or forms.get("json", "")
    yield ""
    yield textwrap.indent(text.rstrip(), "    ")
    yield ""
    yield from _wrapped(f"who can change it: {change.owner}", "  ")
    for one in (*change.notes, *(danger.text for danger in change.dangers)):
        yield from _wrapped(f"note: {one}".replace("`", ""), "  ")


def _perhaps(report: PlanReport, everything: bool) -> Iterator[str]:
    if not report.perhaps:
        return
    yield ""
    actions = list(report.perhaps.actions)
    yield from _wrapped(
        f"{len(report.perhaps):,} more would be refused, but are made only where the provider takes another way than "
        "is usual (a rollback, a setting that this plan does not have, a role that a service makes for itself):"
    )
    if everything:
        yield from _refused(report.perhaps)
    else:
        more = f" and {len(actions) - _FEW} more (--all lists them)" if len(actions) > _FEW else ""
        yield from _wrapped(", ".join(actions[:_FEW]) + more, "  ")


def _not_known(report: PlanReport, everything: bool) -> Iterator[str]:
    if report.unknown:
        yield ""
        yield "Cannot be known before the apply:"
        for row in report.unknown if everything else report.unknown[:_FEW]:
            yield from _wrapped(
                f"{row.address or _ITSELF}: {row.action} on {row.resource}: {row.why}".replace("`", ""), "  "
            )
        if len(report.unknown) > _FEW and not everything:
            yield f"  and {len(report.unknown) - _FEW} more (--all lists them)"
    if report.unseen:
        yield ""
        yield from _wrapped(f"Not shown, and may refuse more: {'; '.join(unseen_words(report))}.")
    for one in report.unread:
        yield from _wrapped(f"could not be read: {one}")
    if report.uncovered:
        yield ""
        listed = ", ".join(report.uncovered[:_FEW])
        more = f" and {len(report.uncovered) - _FEW} more" if len(report.uncovered) > _FEW else ""
        yield from _wrapped(f"It is not known here what these types call: {listed}{more}.")


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
