"""A plan's report for programs: JSON, JUnit XML for test pages, SARIF for code scanning."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

import msgspec

from whydenied.server.data.findings import change_data
from whydenied.server.plans.report import PlanReport, Row, summary

__all__ = ["report_data", "report_junit", "report_sarif"]

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def report_data(report: PlanReport) -> dict[str, object]:
    """Return the report as plain data, in the shape of docs/plan.md."""
    return {
        "plan": report.file,
        "principal": report.principal,
        "summary": summary(report),
        "requests": report.requests,
        "refused": _rows(report.refused),
        "perhaps": _rows(report.perhaps),
        "unknown": _rows(report.unknown),
        "changes": [change_data(change) for change in report.changes],
        "proved": report.proved,
        "left": [{**msgspec.to_builtins(row), "why": why} for row, why in report.left],
        "unseen": list(report.unseen),
        "uncovered": list(report.uncovered),
        "unread": list(report.unread),
    }


def _rows(rows: Iterable[Row]) -> list[dict[str, object]]:
    return [msgspec.to_builtins(row) for row in rows]


def report_junit(report: PlanReport) -> str:
    """Return JUnit XML: a test case for each request that will be refused, and one that passes where none will."""
    cases = [
        f"    <testcase classname={quoteattr(row.address or 'terraform')} name={quoteattr(_title(row))}>\n"
        f"      <failure message={quoteattr(_message(row))}>{escape(row.why)}</failure>\n    </testcase>"
        for row in report.refused
    ] or ['    <testcase classname="terraform" name="no request will be refused"/>']
    counted = f'tests="{len(cases)}" failures="{len(report.refused)}"'
    suite = f"  <testsuite name={quoteattr(report.file)} {counted}>"
    body = "\n".join((suite, *cases, "  </testsuite>"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counted}>\n{body}\n</testsuites>\n'


def report_sarif(report: PlanReport) -> dict[str, object]:
    """Return SARIF 2.1.0: a result for each request that will be refused, under the gate that refuses it."""
    gates = sorted({gate for row in report.refused for gate in row.gates})
    rules = [{"id": f"refused-by-{gate}", "shortDescription": {"text": f"Refused by {gate}"}} for gate in gates]
    results = [
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
    ]
    driver = {"name": "whydenied", "rules": rules}
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _title(row: Row) -> str:
    return f"{row.action} {row.when} on {row.resource}"


def _message(row: Row) -> str:
    return f"{row.action} on {row.resource} will be refused {row.when} by: {', '.join(row.gates)}"
