"""Explaining an error by looking: at AWS (`--live`) or at a snapshot. Used by `diagnose` and `collect`.

boto3 is imported only by who looks live.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from engine.collectors import Target, command_of, make_target
from engine.collectors.calls import Call, Reader
from engine.collectors.snapshot import MAX_SNAPSHOT, Replay, Snapshot, read_snapshot
from engine.collectors.sources.encoded import decode
from engine.diagnosis import Denial, Diagnoser, Diagnosis
from engine.errors import InputError
from engine.investigation import Investigator, Outcome
from kb.catalogue import Catalogue
from server.cli.inputs import Unreadable

if TYPE_CHECKING:
    from engine.collectors.aws import Aws

__all__ = ["Looked", "encoded_message", "look", "looked_data", "open_aws", "open_snapshot", "show_looked"]

_ENCODED = re.compile(r"Encoded authorization failure message:\s{0,5}((?:[│|>]?[ \t]{0,8}[A-Za-z0-9_-]{16,}+\s?)++)")
_ACCOUNT = re.compile(r"(\d{12})=(\S+)\Z")


class Looked(msgspec.Struct, frozen=True):
    """A diagnosis after looking: with the findings of the investigation, and all else that it found."""

    diagnosis: Diagnosis
    outcome: Outcome


def open_aws(profile: str | None, region: str | None, accounts: tuple[str, ...]) -> "Aws":
    """Open AWS, read-only. accounts: `111122223333=profile-or-role-arn`. Raises Unreadable without credentials."""
    from engine.collectors.aws import Aws

    others: dict[str, str] = {}
    for one in accounts:
        match = _ACCOUNT.match(one)
        if match is None:
            raise click.UsageError(f"`--account {one}` must be twelve digits, `=`, and a profile or the ARN of a role")
        others[match[1]] = match[2]
    try:
        return Aws(profile, region, others, _progress())
    except InputError as error:
        raise Unreadable(str(error)) from None


def _progress() -> Callable[[str], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda call: click.echo(f"\r\033[Kreading {call}", nl=False, err=True)


def open_snapshot(path: Path) -> Snapshot:
    """Read a snapshot file. Raises Unreadable."""
    with path.open("rb") as file:
        data = file.read(MAX_SNAPSHOT + 1)
    try:
        return read_snapshot(data)
    except InputError as error:
        raise Unreadable(f"`{path}`: {error}") from None


def encoded_message(text: str) -> str:
    """Return the encoded authorization message of a paste; it is masked in all that is shown or kept."""
    match = _ENCODED.search(text)
    return re.sub(r"[\s│|>]", "", match[1]) if match else ""


def look(
    text: str,
    diagnosis: Diagnosis,
    diagnoser: Diagnoser,
    catalogue: Catalogue,
    reader: Reader,
    target: Target | None = None,
    region: str = "",
) -> Looked | None:
    """Investigate the denial that tells most; None where it does not say who was refused what.

    target: what it is about, where the text says nothing (a snapshot knows). region: where, if the error does not say.
    """
    denial = diagnosis.main
    blob = encoded_message(text)
    if denial is not None and blob:
        denial = _decoded(denial, blob, diagnoser, reader)
    caller = str(reader.read(Call("sts", "GetCallerIdentity")).get("Arn") or "") if _is_nameless(denial) else ""
    target = (make_target(denial.error, caller, blob) if denial else None) or target
    if target is None:
        return None
    if not target.region:
        target = msgspec.structs.replace(target, region=region)
    if denial is None:
        denial = _denial_of(target, diagnoser)
    causes, questions = catalogue.plain("cause"), catalogue.plain("question")
    outcome = Investigator(diagnoser, causes, questions).investigate(denial, target, reader)
    found = msgspec.structs.replace(denial, facts=outcome.facts, findings=outcome.findings)
    return Looked(msgspec.structs.replace(diagnosis, recognised=True, denials=(found,)), outcome)


def _is_nameless(denial: Denial | None) -> bool:
    return denial is not None and not (denial.error.principal or "").startswith("arn:")


def _decoded(denial: Denial, blob: str, diagnoser: Diagnoser, reader: Reader) -> Denial:
    """Take from the decoded message what the plain one leaves out."""
    plain = decode(reader, Target("", "", encoded_message=blob))
    if not plain:
        return denial
    found = diagnoser.diagnose(msgspec.json.encode(plain).decode()).main
    if found is None:
        return denial
    for name in ("operation", "region", "error_code", "request_id"):
        if getattr(found.error, name) is None:
            setattr(found.error, name, getattr(denial.error, name))
    return found


def _denial_of(target: Target, diagnoser: Diagnoser) -> Denial:
    """Make a denial of a snapshot's target, in the words of a message."""
    text = f"User: {target.principal} is not authorized to perform: {target.action} on resource: {target.resource}"
    denial = diagnoser.diagnose(text).main
    assert denial is not None
    return denial


def looked_data(looked: Looked, reader: "Aws | Replay") -> dict[str, Any]:
    """Return what was found by looking as data."""
    from engine.evaluation.explanation import explain

    outcome = looked.outcome
    return {
        "proved": outcome.is_proved,
        "decision": outcome.evaluation.decision if outcome.evaluation else None,
        "blocked_by": outcome.evaluation.blocked_by if outcome.evaluation else [],
        "plan": outcome.plan,
        "without_change": outcome.without_change,
        "provided": list(outcome.provided),
        "unknown": list(outcome.unknown),
        "notes": list(outcome.notes),
        "calls": [command_of(answer.call) for answer in reader.asked if "EncodedMessage" not in answer.call.parameters],
        "explanation": explain(outcome.evaluation, everything=False) if outcome.evaluation else None,
    }


def show_looked(looked: Looked, reader: "Aws | Replay") -> None:
    """Print what was found by looking, after the diagnosis."""
    from engine.remedies import plan_text

    outcome = looked.outcome
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    for note in outcome.notes:
        click.echo(note)
    if outcome.without_change:
        click.secho(f"\n{outcome.without_change}", bold=True)
    if outcome.plan is not None:
        click.echo("\n" + plan_text(outcome.plan), nl=False)
    if outcome.provided:
        click.echo(f"The proof holds provided that {' and '.join(outcome.provided)}.")
    if outcome.unknown:
        click.secho("\nCould not be read (ask whoever may)", bold=True)
        for one in outcome.unknown:
            click.echo(f"- {one.what}: {one.why}")
            if one.command:
                click.echo(f"  $ {one.command}")
    click.secho(f"\n{len(reader.asked)} calls: {', '.join(outcome.sources)}", dim=True)
