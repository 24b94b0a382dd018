"""A plan's report as Markdown, for the comment of a pull request."""

from collections.abc import Iterable, Iterator

from whydenied.engine.drafts.forms import forms_of
from whydenied.server.diagnosis.answer import change_words
from whydenied.server.plans.report import PlanReport, summary, unseen_words
from whydenied.server.plans.rows import Row

__all__ = ["report_markdown"]

# A comment has room for 65,536 characters (GitHub: "body is too long"): so many rows, and so many characters of rows
# and of changes.
_MANY = 100
_FEW = 10
_ROOM_FOR_ROWS = 20_000
_ROOM_FOR_CHANGES = 30_000
_LANGUAGES = {"terraform": "hcl", "cloudformation": "yaml", "cdk": "typescript", "cdk_python": "python", "cli": "bash"}


def report_markdown(report: PlanReport, form: str = "json") -> str:
    """Return the Markdown. form: of the changes, of engine.drafts.record.FORMS."""
    return "\n".join(_lines(report, form)) + "\n"


def _lines(report: PlanReport, form: str) -> Iterator[str]:
    yield f"**{summary(report)}**"
    if report.refused:
        yield ""
        yield "| resource | when | action | on | refused by |"
        yield "|---|---|---|---|---|"
        rows = list(_within(_ROOM_FOR_ROWS, map(_row, report.refused[:_MANY])))
        yield from rows
        if len(report.refused) > len(rows):
            yield f"\n… and {len(report.refused) - len(rows):,} more."
    room = _ROOM_FOR_CHANGES
    for number, change in enumerate(report.changes, 1):
        forms = forms_of(change)
        named = form if form in forms else "json"
        yield f"\n**Change {number} of {len(report.changes)}:** {change_words(change)}."
        yield f"Who can change it: {change.owner}.\n"
        text = forms.get(named, "").rstrip()
        room -= len(text)
        if room < 0:
            yield f"It is too long for a comment ({len(text):,} characters): `whydenied plan` prints it."
        else:
            yield f"```{_LANGUAGES.get(named, 'json')}\n{text}\n```"
    if report.proved:
        yield f"\nEvaluated again with this: {report.proved:,} of {len(report.refused):,} are allowed."
    notes = [f"{len(report.unknown):,} cannot be known before the apply"] if report.unknown else []
    notes += [f"{len(rows):,} stay refused: {why}" for why, rows in [*report.left.items()][:_FEW]]
    notes += (
        [f"{len(report.perhaps):,} more would be refused if they were made, which is not usual"]
        if report.perhaps
        else []
    )
    notes += [f"not shown, and may refuse more: {'; '.join(unseen_words(report))}"] if report.unseen else []
    notes += [f"not covered: {', '.join(f'`{one}`' for one in report.uncovered[:_FEW])}"] if report.uncovered else []
    if notes:
        yield "\n" + "\n".join(f"- {note}" for note in notes)


def _within(room: int, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        room -= len(line)
        if room < 0:
            return
        yield line


def _row(row: Row) -> str:
    cells = (
        _code(row.address or "the deployment"),
        row.when,
        _code(row.action),
        _code(row.resource),
        ", ".join(row.gates),
    )
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    plain = text.replace("|", "\\|").replace("`", "")
    return f"`{plain}`" if text else ""
