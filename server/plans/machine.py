"""A plan's report for programs: JSON, JUnit XML for test pages, SARIF for code scanning."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import msgspec

from whydenied.server.data.findings import change_data
from whydenied.server.plans.report import PlanReport, summary
from whydenied.server.plans.rows import Row

__all__ = ["report_data", "report_junit", "report_sarif"]

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def report_data(report: PlanReport) -> dict[str, object]:
    """Return the report as plain data, in the shape of docs/plan.md; long lists are iterators, to be read once."""
    return {
        "plan": report.file,
        "principal": report.principal,
        "summary": summary(report),
        "requests": report.requests,
        "refused": map(msgspec.to_builtins, report.refused),
        "perhaps": map(msgspec.to_builtins, report.perhaps),
        "unknown": map(msgspec.to_builtins, report.unknown),
        "changes": [change_data(change) for change in report.changes],
        "proved": report.proved,
        "left": ({**msgspec.to_builtins(row), "why": why} for why, rows in report.left.items() for row in rows),
        "unseen": list(report.unseen),
        "uncovered": list(report.uncovered),
        "unread": list(report.unread),
    }


def report_junit(report: PlanReport) -> Iterator[str]:
    """Yield JUnit XML: a test case for each request that will be refused, and one that passes where none will."""
    count = len(report.refused)
    counted = f'tests="{count or 1}" failures="{count}"'
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counted}>\n'
    yield f"  <testsuite name={quoteattr(report.file)} {counted}>\n"
    if not count:
        yield '    <testcase classname="terraform" name="no request will be refused"/>\n'
    for row in report.refused:
        yield (
            f"    <testcase classname={quoteattr(row.address or 'terraform')} name={quoteattr(_title(row))}>\n"
            f"      <failure message={quoteattr(_message(row))}>{escape(row.why)}</failure>\n    </testcase>\n"
        )
    yield "  </testsuite>\n</testsuites>\n"


def report_sarif(report: PlanReport) -> dict[str, object]:
    """Return SARIF 2.1.0: a result for each request that will be refused, under the gate that refuses it; the results
    are an iterator."""
    gates = sorted({gate for row in report.refused for gate in row.gates})
    rules = [{"id": f"refused-by-{gate}", "shortDescription": {"text": f"Refused by {gate}"}} for gate in gates]
    results = (
        {
            "ruleId": f"refused-by-{row.gates[0]}",
            "level": "error",
            "message": {"text": _message(row)},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": report.file}},
                    "logicalLocations": [{"fullyQualifiedName": row.address or "terraform", "kind": "resource"}],
                }
            ],
        }
        for row in report.refused
    )
    driver = {"name": "whydenied", "rules": rules}
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _title(row: Row) -> str:
    return f"{row.action} {row.when} on {row.resource}"


def _message(row: Row) -> str:
    return f"{row.action} on {row.resource} will be refused {row.when} by: {', '.join(row.gates)}"
