"""The answer as files for a pipeline: a summary to read, annotations, SARIF, a code quality report, and JSON."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from whydenied.server.cli.outputs import write_file
from whydenied.server.cli.terminal import json_line
from whydenied.server.diagnosis.answer import Answer, answers_of
from whydenied.server.diagnosis.marks import visible
from whydenied.server.diagnosis.note import note_of, write_notes
from whydenied.server.diagnosis.report import Report

if TYPE_CHECKING:
    from whydenied.engine.drafts.source import SourceChange

__all__ = ["ANNOTATIONS", "SUMMARY", "write_reports"]

SUMMARY = "summary.md"
ANNOTATIONS = "annotations.txt"
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


class _Told(NamedTuple):
    """One answer and where in the sources its change belongs: a path from the working folder and a line; "" and 0 where
    it has no place there."""

    answer: Answer
    path: str
    line: int

    @property
    def title(self) -> str:
        return self.answer.title.replace("`", "")

    @property
    def cause(self) -> str:
        return self.answer.cause.id if self.answer.cause else "other"


def write_reports(folder: Path, report: Report, data: dict[str, object], source: "SourceChange | None" = None) -> None:
    """Write `answer.json`, `summary.md`, `annotations.txt` (GitHub's workflow commands), `results.sarif` (2.1.0) and
    `codequality.json` (GitLab's) into a folder, which is made. data: the answer as `diagnose --json` has it.

    Raises Unwritable."""
    folder.mkdir(parents=True, exist_ok=True)
    told = list(_told(report, source))
    files = {
        "answer.json": json_line(data),
        # A pipeline prints these, and whoever reads its log in a terminal has a terminal that obeys.
        SUMMARY: visible(_summary(report, told, source)).encode(),
        ANNOTATIONS: visible("".join(map(_annotation, told))).encode(),
        "results.sarif": json_line(_sarif(told)),
        "codequality.json": json_line([_quality(one) for one in told if one.path]),
    }
    for name, content in files.items():
        write_file(folder / name, content)


def _told(report: Report, source: "SourceChange | None") -> Iterator[_Told]:
    places = {
        number: edit for one in (source.placed if source else ()) for edit in one.edits for number in one.draft.denials
    }
    for answer in answers_of(report):
        edit = next((places[result.number] for result in answer.results if result.number in places), None)
        if edit is None or source is None:
            yield _Told(answer, "", 0)
        else:
            yield _Told(answer, Path(os.path.relpath(Path(source.before.root) / edit.path)).as_posix(), edit.line)


def _summary(report: Report, told: list[_Told], source: "SourceChange | None") -> str:
    notes = [note for one in told if (note := note_of(one.answer, report)) is not None]
    parts = [write_notes(notes, "markdown")]
    if source is not None and source.files:
        parts.append(f"### In your source\n\n```diff\n{source.diff}```\n")
    if report.secrets:
        parts.append(f"**The output holds secrets ({', '.join(report.secrets)}): rotate them.**\n")
    return "\n".join(parts)


def _annotation(one: _Told) -> str:
    """Return a workflow command (GitHub, "Workflow commands": what is escaped there)."""
    place = f"file={_property(one.path)},line={one.line}," if one.path else ""
    message = f"{one.title}. The change is in the job's summary."
    return f"::error {place}title={_property('Why this was denied')}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(told: list[_Told]) -> dict[str, object]:
    """Return what has a place as SARIF: GitHub takes no result without one."""
    placed = [one for one in told if one.path]
    rules = {one.cause: one.answer.cause.article.title for one in placed if one.answer.cause}
    driver = {
        "name": "Why Denied",
        "rules": [{"id": cause, "shortDescription": {"text": title}} for cause, title in rules.items()],
    }
    results = [
        {
            "ruleId": one.cause,
            "level": "error",
            "message": {"text": one.title},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": one.path}, "region": {"startLine": one.line}}}
            ],
            "partialFingerprints": {"denial/v1": _fingerprint(one)},
        }
        for one in placed
    ]
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _quality(one: _Told) -> dict[str, object]:
    return {
        "description": one.title,
        "check_name": one.cause,
        "fingerprint": _fingerprint(one),
        "severity": "major",
        "location": {"path": one.path, "lines": {"begin": one.line}},
    }


def _fingerprint(one: _Told) -> str:
    return hashlib.sha256("\0".join((one.cause, one.title, one.path)).encode()).hexdigest()
