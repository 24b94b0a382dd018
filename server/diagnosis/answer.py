"""The answer to a paste: the denials that one change mends, told of once, with a title in the reader's own names."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec

from whydenied.engine.arn import parse_arn
from whydenied.engine.drafts.record import Draft
from whydenied.engine.findings import Certainty
from whydenied.engine.forms.names import holder_name
from whydenied.engine.secrets.sign import shown
from whydenied.server.diagnosis.cause import Cause
from whydenied.server.diagnosis.lines import moments
from whydenied.server.diagnosis.report import Report, Result

__all__ = ["Answer", "answers_of", "change_words", "short_name"]

_LONGEST_NAME = 64
_NAMED = 2
_SURE = {"confirmed": "", "likely": "most likely ", "possible": "perhaps "}
# A reason that begins with such a word keeps its capital.
_KEPT = ("AWS", "IAM", "ECR", "EKS", "KMS", "S3", "MFA", "API", "Lake", "Kubernetes", "OpenSearch", "AssumeRole")


class Answer(msgspec.Struct, frozen=True, dict=True):
    """Denials of one paste that are answered together.

    results: them, in the order of the paste. change: what mends them all, None where no change is known. times: how
    often they stand in the paste. sessions: of how many sessions. moments: the first and the last time of day.
    mended_by: the number of the answer before it whose change mends this too, 0 for none."""

    results: tuple[Result, ...]
    change: Draft | None
    times: int
    sessions: int
    moments: tuple[str, ...]
    mended_by: int = 0

    @property
    def first(self) -> Result:
        """The denial that the answer is told with."""
        return self.results[0]

    @property
    def cause(self) -> Cause | None:
        """The first cause, None where none is left."""
        return self.first.causes[0] if self.first.causes else None

    @property
    def certainty(self) -> Certainty:
        """How certain the first cause is."""
        return self.cause.certainty if self.cause else "possible"

    @cached_property
    def denied(self) -> str:
        """Who may not do what on what, with `names` marked as code; "" for what is no denial, or names nothing."""
        return _denied(self.results) if self.first.is_denial else ""

    @property
    def reason(self) -> str:
        """Why, as the second half of a sentence."""
        return _lowered(self.cause.answer) if self.cause else ""

    @cached_property
    def title(self) -> str:
        """The answer in one line, with `names` marked as code."""
        if self.cause is None:
            return f"{self.denied or 'The request was refused'}: no cause in the knowledge base fits"
        if not self.denied:
            words = self.cause.heading if self.first.is_denial else self.cause.answer
            if self.first.is_denial and self.certainty != "confirmed":
                words = _SURE[self.certainty] + _lowered(words)
            return words[:1].upper() + words[1:]
        return f"{self.denied}: {_SURE.get(self.certainty, '')}{self.reason}"

    @property
    def is_open(self) -> bool:
        """Whether the text does not tell why: the first cause only stands in, or is one of several that may be."""
        return self.cause is None or self.certainty == "possible" or bool(self.cause.article.meta.get("stand_in"))

    @property
    def open_title(self) -> str:
        """The same where the text does not tell why, or where, and a question follows."""
        reason = self.reason if self.certainty == "confirmed" else "the message does not say why"
        return f"{self.denied or 'The request was refused'}: {reason}"

    @property
    def repeated(self) -> str:
        """How often, by how many, and when: `30 times, 30 sessions, 14:02 to 14:31`; "" for once."""
        if self.times < 2:
            return ""
        parts = [f"{self.times} times"]
        if self.sessions > 1:
            parts.append(f"{self.sessions} sessions")
        if self.moments:
            parts.append(" to ".join(self.moments))
        return ", ".join(parts)


def answers_of(report: Report) -> tuple[Answer, ...]:
    """Return the answers of a paste, the most telling first."""
    groups: dict[tuple[object, ...], list[Result]] = {}
    changes: dict[int, Draft] = {}
    for change in report.changes:
        for number in change.denials:
            changes.setdefault(number, change)
    for result in report.results:
        groups.setdefault(_kind(result, changes.get(result.number)), []).append(result)
    answers = [_answer(group, changes.get(group[0].number), report) for group in groups.values()]
    # What one change mends may be told of in several answers; a reader who sees it twice makes it twice.
    told: dict[int, int] = {}
    for number, answer in enumerate(answers, 1):
        if answer.change is not None and (first := told.setdefault(id(answer.change), number)) != number:
            answers[number - 1] = msgspec.structs.replace(answer, mended_by=first)
    return tuple(answers)


def _kind(result: Result, change: Draft | None) -> tuple[object, ...]:
    """Return what denials that are answered together share."""
    cause = result.causes[0] if result.causes else None
    what = (cause.id, cause.certainty) if cause else ()
    if change is not None and change.statements:
        return (*what, change.denials)
    error = result.error
    return (*what, short_name(error.principal or ""), error.action or error.operation, error.resource)


def _answer(results: Sequence[Result], change: Draft | None, report: Report) -> Answer:
    errors = [result.error for result in results]
    times = sum(error.times for error in errors)
    callers = {error.principal for error in errors if error.principal}
    return Answer(tuple(results), change, times, len(callers), moments(errors, report.text) if times > 1 else ())


def _denied(results: Sequence[Result]) -> str:
    first = results[0].error
    # Where the call itself was taken, the role that lacks something is not who called.
    who = "" if results[0].let_in else short_name(first.principal or "")
    actions = _distinct(result.error.action or result.error.operation for result in results)
    things = _distinct(short_name(result.error.resource or "") for result in results)
    if not actions:
        return ""
    on = f" on {_listed(things)}" if things else ""
    return f"`{who}` may not {_listed(actions)}{on}" if who else f"{_listed(actions)}{on} is refused"


def _distinct(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def _listed(names: Sequence[str]) -> str:
    shown_ones = " and ".join(f"`{name}`" for name in names[:_NAMED])
    return shown_ones if len(names) <= _NAMED else f"`{names[0]}` and {len(names) - 1} more"


def short_name(text: str) -> str:
    """Return the name that people know a caller or thing by: the role of a session, the bucket and key, `table/x`.

    "" for everything (`*`) and for nothing."""
    arn = parse_arn(text)
    if arn is None:
        name = "" if text == "*" else text
    elif arn.resource == "root":
        name = f"root of {arn.account}"
    elif arn.service in ("iam", "sts"):
        name = holder_name(arn) or arn.resource
    else:
        name = arn.resource
    name = shown(" ".join(name.split())).replace("`", "")
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME // 2 - 1]}…{name[-_LONGEST_NAME // 2 :]}"
    return name


def _lowered(words: str) -> str:
    return words if words.startswith(_KEPT) or words[1:2].isupper() else words[:1].lower() + words[1:]


def change_words(change: Draft) -> str:
    """Say in one line what the change is: what is added where."""
    if change.kind == "other" or not (change.statements or change.fragment):
        return "No statement mends this"
    if change.kind == "exception" and change.statements:
        return f"Put this in place of the Deny in {change.target}"
    if change.fragment is not None:
        return f"Add this condition to the Deny in {change.target}"
    return f"Add {'these statements' if len(change.statements) > 1 else 'this statement'} to {change.target}"
