"""A diagnosis and an evaluation joined: from the message on to its policies, and back with what they showed."""

from collections.abc import Sequence

import msgspec

from whydenied.engine.facts import Fact
from whydenied.engine.findings import Certainty
from whydenied.engine.secrets.sign import is_masked
from whydenied.kb.gates import GATES_BY_ID
from whydenied.server.diagnosis.cause import Because, Cause
from whydenied.server.diagnosis.lines import lines_of
from whydenied.server.diagnosis.report import Report, Result
from whydenied.server.service import Service

__all__ = ["Again", "Ranked", "diagnose_again", "evaluation_fields"]

_LONGEST_MESSAGE = 20_000
_SHOWN = 6


class Ranked(msgspec.Struct, frozen=True):
    """A cause as it stands now, how certain it was from the message alone (None: no sign of it), and what is new."""

    cause: Cause
    before: Certainty | None
    new: tuple[Because, ...]


class Again(msgspec.Struct, frozen=True):
    """A diagnosis with the facts of an evaluation. causes: best first; ruled_out: by the evaluation. changed: the
    order or a certainty. passed: the name of the gate that the message blames and the evaluation does not."""

    causes: tuple[Ranked, ...]
    ruled_out: tuple[Ranked, ...]
    changed: bool
    passed: str


def evaluation_fields(result: Result, report: Report) -> dict[str, str]:
    """Return what a diagnosis knows of a request, as fields of the form of /evaluate; nothing without an action."""
    error = result.error
    if not error.action or "*" in error.action:
        return {}
    fields = {
        "principal": error.principal,
        "action": error.action,
        "resource": error.named_resource,
        "message": _message(result, report),
    }
    # A name of which a part was hidden is nobody's: it is left for the reader to write.
    return {name: value for name, value in fields.items() if value and (name == "message" or not is_masked(value))}


def _message(result: Result, report: Report) -> str:
    """Return the lines of the paste that this denial was read from; all of it where it holds only this one."""
    if len(report.results) == 1 and len(report.text) <= _LONGEST_MESSAGE:
        return report.text
    message = lines_of(result.error, report.text)
    return message if len(message) <= _LONGEST_MESSAGE else ""


def diagnose_again(service: Service, message: str, facts: Sequence[Fact], action: str) -> Again | None:
    """Rank the causes of a message once more, with what an evaluation of its action showed.

    None where the message gives no diagnosis, or is about another action: the policies were then asked about
    something else.
    """
    diagnosis = service.diagnose(message[:_LONGEST_MESSAGE])
    before = service.report_on(diagnosis)
    if not before.recognised or not before.results:
        return None
    was = before.results[0]
    if was.error.action and was.error.action.lower() != action.lower():
        return None
    passed = _passed_in_spite_of(was.error.policy_type, facts)
    known = tuple(fact for fact in facts if fact.source.detail != passed)
    now = service.report_on(service.again(diagnosis, known)).results[0]
    old = {cause.id: cause for cause in (*was.causes, *was.ruled_out)}
    causes = [_ranked(cause, old.get(cause.id)) for cause in now.causes]
    ruled_out = [_ranked(cause, old.get(cause.id)) for cause in now.ruled_out]
    changed = [(r.cause.id, r.cause.certainty) for r in causes] != [(c.id, c.certainty) for c in was.causes]
    # Only what the message left open can be ruled out for its reader.
    newly = tuple(ranked for ranked in ruled_out if ranked.before not in (None, "ruled-out"))
    return Again(tuple(causes[:_SHOWN]), newly, changed, GATES_BY_ID[passed].name if passed else "")


def _passed_in_spite_of(layer: str | None, facts: Sequence[Fact]) -> str:
    """Return the gate that AWS's message blames and that the policies at hand let the request pass; "" for none.

    The message is AWS's own word: then it is the policies that are not those of the request, or not all.
    """
    gate = "resource" if layer == "trust" else layer
    return gate if gate and any(f.name == f"blocks.{gate}" and f.value == "no" for f in facts) else ""


def _ranked(cause: Cause, before: Cause | None) -> Ranked:
    said = {reason.text for reason in before.because} if before else set()
    new = tuple(reason for reason in cause.because if reason.text not in said)
    return Ranked(cause, before.certainty if before else None, new)
