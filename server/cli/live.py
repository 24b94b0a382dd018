"""Looking at AWS (`--live`) or at a snapshot on the command line: opened, and what was found printed.

boto3 is imported only by who looks live.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from whydenied.engine.collectors.snapshot import MAX_SNAPSHOT, Replay, Snapshot, read_snapshot
from whydenied.engine.collectors.target import Target
from whydenied.engine.diagnosis import Diagnoser, Diagnosis
from whydenied.engine.errors import InputError
from whydenied.engine.investigation import Investigator, Looked, look
from whydenied.kb.catalogue import Catalogue
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.terminal import say

if TYPE_CHECKING:
    from whydenied.engine.collectors.aws import Aws

__all__ = ["look_closer", "open_aws", "open_snapshot", "show_looked"]

_ACCOUNT = re.compile(r"(\d{12})=(\S+)\Z")


def open_aws(profile: str | None, region: str | None, accounts: tuple[str, ...]) -> "Aws":
    """Open AWS, read-only. accounts: `111122223333=profile-or-role-arn`. Raises Unreadable without credentials."""
    from whydenied.engine.collectors.aws import Aws

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


def look_closer(
    diagnoser: Diagnoser,
    catalogue: Catalogue,
    text: str,
    diagnosis: Diagnosis,
    reader: "Aws | Replay",
    target: Target | None = None,
    region: str = "",
    until: str = "",
    said: Mapping[str, str] | None = None,
) -> Looked | None:
    """Look at what is behind a diagnosis; None where nobody says what was refused. said: as for
    engine.investigation.look. Raises Unreadable."""
    try:
        investigator = Investigator(diagnoser, catalogue.plain("cause"), catalogue.plain("question"), until)
    except InputError as error:
        raise Unreadable(str(error)) from None
    return look(text, diagnosis, investigator, reader, target, region, said)


def show_looked(looked: Looked, reader: "Aws | Replay") -> None:
    """Print what was found by looking, after the diagnosis."""
    from whydenied.engine.remedies import plan_text

    outcome = looked.outcome
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    for note in outcome.notes:
        say(note)
    if outcome.without_change:
        say(f"\n{outcome.without_change}", bold=True)
    if outcome.plan is not None:
        say("\n" + plan_text(outcome.plan), nl=False)
    if outcome.provided:
        say(f"The proof holds provided that {' and '.join(outcome.provided)}.")
    if outcome.unknown:
        say("\nCould not be read (ask whoever may)", bold=True)
        for one in outcome.unknown:
            say(f"- {one.what}: {one.why}")
            if one.command:
                say(f"  $ {one.command}")
    say(f"\n{len(reader.asked)} calls: {', '.join(outcome.sources)}", dim=True)
