"""A triage as a report: table, CSV, JSON, and a page with charts that needs no script and no network.

What the groups name comes from log files, so the page escapes everything, and CSV cells are kept from being formulas.
"""

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from whydenied.engine.cloudtrail.resources import EVERYTHING
from whydenied.engine.drafts.draft import draft_for
from whydenied.engine.drafts.merge import merged
from whydenied.engine.drafts.record import Draft
from whydenied.engine.messages.parsed import ParsedError
from whydenied.engine.triage import Group, Problem, Tally
from whydenied.engine.triage.classify import ASSUME_ROLE, UNRECOGNISED
from whydenied.kb.catalogue import Catalogue
from whydenied.server.data.findings import change_data
from whydenied.server.data.shapes import Change
from whydenied.server.diagnosis.answer import change_words
from whydenied.server.diagnosis.marks import json_escaped, visible

__all__ = [
    "TriageReport",
    "TriageRow",
    "make_report",
    "report_csv",
    "report_html",
    "report_json",
    "resource_words",
    "summary",
]

# What spreadsheets take for a formula, also in full width and after blanks of any kind.
_FORMULA = re.compile(r"[\s\u200b\ufeff\u2400-\u2421]*+[=+\-@\uff1d\uff0b\uff0d\uff20]")
_BARS = 12
_DAYS = 62
_COLUMNS = (
    "count", "principal", "action", "resource", "cause", "certainty",
    "first", "last", "worked_at", "event", "fix", "article",
)  # fmt: skip


# Groups for which a change is drafted, the most frequent first: nobody makes a thousand changes.
_DRAFTED = 1_000


class TriageRow(msgspec.Struct, frozen=True):
    """A group, with the title of its cause, the fix, who can make it, and the article's address.

    fix: the change with its statement, merged with that of the same caller's other groups; the article's sentence where
    no change is known."""

    group: Group
    title: str
    fix: str
    owner: str
    article: str


class TriageReport(msgspec.Struct, frozen=True):
    """Everything a triage found. days: denials by day, oldest first. causes: (title, denials), most frequent first.
    changes: what mends the groups, one for each caller and policy, as the API has it; `denials` are numbers of rows."""

    files: int
    resumed: int
    events: int
    denials: int
    broken: int
    folded: bool
    rows: tuple[TriageRow, ...]
    problems: tuple[Problem, ...]
    days: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]
    changes: tuple[Change, ...] = ()


def make_report(tally: Tally, catalogue: Catalogue) -> TriageReport:
    """Join the groups with the articles of their causes."""
    days: dict[str, int] = {}
    causes: dict[str, int] = {}
    for (day, cause), count in tally.days.items():
        days[day] = days.get(day, 0) + count
        causes[cause] = causes.get(cause, 0) + count
    groups = [_calmed(group) for group in tally.groups()]
    changes = merged(
        draft for number, group in enumerate(groups[:_DRAFTED], 1) for draft in _drafts(number, group, catalogue)
    )
    by_number = {number: change for change in changes for number in change.denials}
    by_count = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    return TriageReport(
        tally.files,
        tally.resumed,
        tally.events,
        tally.denials,
        tally.broken,
        tally.folded,
        tuple(_row(group, by_number.get(number), catalogue) for number, group in enumerate(groups, 1)),
        tuple(tally.problems),
        tuple(sorted(days.items())),
        tuple((_title(cause, catalogue), count) for cause, count in by_count),
        tuple(change_data(change) for change in changes),
    )


def _calmed(group: Group) -> Group:
    """Take the certainty from what has passed: a caller that takes the very role now was not kept out for long."""
    passed = group.worked_at and group.action.lower() == ASSUME_ROLE
    return msgspec.structs.replace(group, certainty="possible") if passed else group


def _worked(group: Group) -> str:
    """Say that the call works again, and what that may mean; '' where the trail does not show it."""
    if not group.worked_at:
        return ""
    if group.action.lower() == ASSUME_ROLE:
        return (
            f"Nothing, unless it comes back: the same caller took this role at {group.worked_at}. A new role or policy "
            "takes some seconds until it counts everywhere, a retry then succeeds; or somebody has mended it."
        )
    return f"The same caller made this call with success at {group.worked_at}, perhaps on another resource: look first."


def _drafts(number: int, group: Group, catalogue: Catalogue) -> Iterator[Draft]:
    """Draft the change for a group. What differs from one of its denials to the next is a blank, never a wildcard."""
    article = catalogue.get("cause", group.cause)
    if article is None or not group.action or (group.worked_at and group.action.lower() == ASSUME_ROLE):
        return
    explicit = article.id.endswith("explicit-deny")
    gate = article.meta["gate"]
    error = ParsedError(
        principal=group.principal.removesuffix("/*") + ("/session" if group.principal.endswith("/*") else ""),
        action=group.action,
        resource=group.resource.replace("*", "<id>") if group.resource != "*" else "*",
        effect="explicit" if explicit else None,
        policy_type=gate if explicit else None,
    )
    draft = draft_for(error, article.id, gate)
    if draft is not None and (draft.statements or draft.fragment):
        yield msgspec.structs.replace(draft, denials=(number,))


def _title(cause: str, catalogue: Catalogue) -> str:
    article = catalogue.get("cause", cause)
    return article.title if article else "Not recognised"


def _row(group: Group, change: Draft | None, catalogue: Catalogue) -> TriageRow:
    article = catalogue.get("cause", group.cause) if group.cause != UNRECOGNISED else None
    if article is None:
        return TriageRow(
            group, "Not recognised", "Read one of these events: no cause is known for its message.", "", ""
        )
    address = f"/articles/{article.id}"
    if worked := _worked(group):
        return TriageRow(group, article.title, worked, article.meta["owner"], address)
    if change is None:
        return TriageRow(group, article.title, article.meta["fix"], article.meta["owner"], address)
    statements = change.fragment or (change.statements[0] if len(change.statements) == 1 else list(change.statements))
    fix = f"{change_words(change)}: {json.dumps(statements, ensure_ascii=False)}"
    return TriageRow(group, article.title, fix, change.owner or article.meta["owner"], address)


def report_json(report: TriageReport) -> bytes:
    """Return the report as one JSON object."""
    return json_escaped(msgspec.json.format(msgspec.json.encode(report)).decode()).encode() + b"\n"


def report_csv(report: TriageReport) -> str:
    """Return the groups as CSV, one a line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in report.rows:
        group = row.group
        cells: tuple[object, ...] = (
            group.count,
            group.principal,
            group.action,
            group.resource,
            group.cause,
            group.certainty,
            group.first,
            group.last,
            group.worked_at,
            group.example.event,
            row.fix,
            row.article,
        )
        writer.writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _escape(text: str) -> str:
    return html.escape(visible(text))


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking what somebody put into a log for a formula."""
    if not isinstance(value, str):
        return value
    # On one line: a line end of either kind begins a row in some programs, and with it a cell.
    text = visible(" ".join(value.split()))
    return f"'{text}" if _FORMULA.match(text) else text


_STYLE = """
col.count{width:5rem}col.who{width:17%}col.what{width:14%}col.on{width:19%}col.why{width:15%}col.seen{width:10rem}
table{table-layout:fixed}fieldset{border:1px solid #d5dae0;margin:1rem 0}label{margin-right:1rem;white-space:nowrap}
.again{font-weight:600}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #d5dae0;overflow-wrap:anywhere}
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}svg text{font:12px system-ui}
.note{color:#4a5560}@media(prefers-color-scheme:dark){body{color:#e6e9ec;background:#14181c}.note{color:#aab4be}
svg text{fill:#e6e9ec}th,td{border-color:#39424c}}
"""


def report_html(report: TriageReport) -> str:
    """Return the report as one page: self-contained, without scripts."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width"><title>Denials in CloudTrail</title>',
        f"<style>{_STYLE}</style></head><body><h1>Denials in CloudTrail</h1>",
        f"<p>{_escape(summary(report))}</p>",
        "<h2>Denials by day</h2>",
        _columns_svg(_on_a_time_axis(report.days)),
        "<h2>Denials by cause</h2>",
        _bars_svg(report.causes[:_BARS], "Denials by cause"),
        "<h2>Denials by caller</h2>",
        _bars_svg(_by_principal(report), "Denials by caller"),
        "<h2>Groups</h2>",
        _filters(report.rows),
        _table(report.rows),
        _problems(report.problems),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def summary(report: TriageReport) -> str:
    """Say in a sentence or two what was read."""
    again = f" ({report.resumed:,} of them in an earlier run)" if report.resumed else ""
    text = (
        f"{_many(report.events, 'event')} in {_many(report.files, 'file')}{again}; "
        f"{_many(report.denials, 'denial')} in {_many(len(report.rows), 'group')}."
    )
    if report.broken:
        text += f" {report.broken:,} records could not be read."
    if report.problems:
        text += f" {len(report.problems):,} files need a look, see the end."
    if report.folded:
        text += " There are more groups than are kept apart; the rest is under `(others)`."
    return text


def resource_words(resource: str) -> str:
    """Say on what a group was refused. `*` is the resource of an action that takes none."""
    return {"": "(not named)", EVERYTHING: "* (this action takes no resource)"}.get(resource, resource)


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _by_principal(report: TriageReport) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for row in report.rows:
        name = row.group.principal.rpartition(":")[2] or "(not named)"
        counts[name] = counts.get(name, 0) + row.group.count
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_BARS])


def _bars_svg(bars: Iterable[tuple[str, int]], label: str) -> str:
    rows = list(bars)
    if not rows:
        return '<p class="note">None.</p>'
    most = max(count for _, count in rows)
    height = 26 * len(rows)
    out = [f'<svg viewBox="0 0 900 {height}" role="img" aria-label="{_escape(label)}">']
    for number, (name, count) in enumerate(rows):
        y = 26 * number
        width = max(2, round(420 * count / most))
        out.append(f'<text x="390" y="{y + 17}" text-anchor="end">{_escape(_short(name))}</text>')
        out.append(f'<rect x="400" y="{y + 4}" width="{width}" height="18" fill="#3572b0"/>')
        out.append(f'<text x="{406 + width}" y="{y + 17}">{count:,}</text>')
    return "".join([*out, "</svg>"])


def _short(name: str) -> str:
    return name if len(name) <= 56 else name[:27] + "…" + name[-28:]


def _on_a_time_axis(days: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Return the counts of equal stretches of time, empty ones too: days, or weeks or months where those are many."""
    known = {day: count for text, count in days if (day := _day(text)) is not None}
    if not known:
        return ()
    first, last = min(known), max(known)
    length = (last - first).days + 1
    step = 1 if length <= _DAYS else 7 if length <= 7 * _DAYS else 30
    counts: dict[int, int] = dict.fromkeys(range((length - 1) // step + 1), 0)
    for day, count in known.items():
        counts[(day - first).days // step] += count
    return tuple(((first + timedelta(days=step * number)).isoformat(), count) for number, count in counts.items())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _columns_svg(days: tuple[tuple[str, int], ...]) -> str:
    if not days:
        return '<p class="note">None.</p>'
    most = max(count for _, count in days)
    step = 880 / len(days)
    out = ['<svg viewBox="0 0 900 200" role="img" aria-label="Denials by day">']
    for number, (day, count) in enumerate(days):
        height = max(1, round(150 * count / most))
        x = 10 + step * number
        out.append(
            f'<rect x="{x:.1f}" y="{165 - height}" width="{max(1.0, step - 2):.1f}" height="{height}" fill="#3572b0">'
            f"<title>{_escape(day)}: {count:,}</title></rect>"
        )
    first, last = _escape(days[0][0]), _escape(days[-1][0])
    out.append(f'<text x="10" y="185">{first}</text><text x="890" y="185" text-anchor="end">{last}</text>')
    out.append(f'<text x="10" y="12">at most {most:,} in one column</text></svg>')
    return "".join(out)


def _titles(rows: tuple[TriageRow, ...]) -> list[str]:
    """Return the causes that have a switch of their own."""
    return list(dict.fromkeys(row.title for row in rows))[:_BARS]


def _filters(rows: tuple[TriageRow, ...]) -> str:
    """Return switches that leave some rows out, by style alone: no script is needed."""
    titles = _titles(rows)
    if len(rows) < 2:
        return ""
    kinds = [
        ("all", "all"),
        ("now", "not working yet"),
        *((f"c{number}", title) for number, title in enumerate(titles)),
    ]
    rules = "".join(
        f"body:has(#only-{name}:checked) tbody tr:not(.{name}){{display:none}}" for name, _ in kinds if name != "all"
    )
    switches = "".join(
        f'<label><input type="radio" name="only" id="only-{name}"{" checked" if name == "all" else ""}> '
        f"{_escape(title)}</label>"
        for name, title in kinds
    )
    return f"<style>{rules}</style><fieldset><legend>Show</legend>{switches}</fieldset>"


def _classes(row: TriageRow, titles: list[str]) -> str:
    here = f"c{titles.index(row.title)}" if row.title in titles else "c"
    return here if row.group.worked_at else f"{here} now"


def _table(rows: tuple[TriageRow, ...]) -> str:
    titles = _titles(rows)
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("Denials", "Caller", "Action", "Resource", "Cause", "Seen", "Fix")
    )
    columns = "".join(f'<col class="{name}">' for name in ("count", "who", "what", "on", "why", "seen", "fix"))
    out = [f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>"]
    for row in rows:
        group = row.group
        on = resource_words(group.resource)
        cells = [group.principal, group.action, on, f"{row.title} ({group.certainty or 'unknown'})"]
        seen = group.first if group.first == group.last else f"{group.first} – {group.last}"
        if group.example.event:
            seen += f"; event {group.example.event}"
        text = "".join(f"<td>{_escape(cell)}</td>" for cell in (*cells, seen, row.fix))
        out.append(f'<tr class="{_classes(row, titles)}"><td class="n">{group.count:,}</td>{text}</tr>')
    return "".join([*out, "</tbody></table>"])


def _problems(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return ""
    items = "".join(f"<li>{_escape(one.path)}: {_escape(one.text)}</li>" for one in problems)
    return f"<h2>Files that need a look</h2><ul>{items}</ul>"
