"""`whydenied collect`: read what explains an error, or a whole account, into a file for somebody else to diagnose."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from whydenied.engine.collectors import Target
from whydenied.engine.collectors.calls import Call
from whydenied.engine.collectors.redaction import Key, read_key, redact, redact_anew
from whydenied.engine.collectors.snapshot import Snapshot, write_snapshot
from whydenied.engine.diagnosis import make_diagnoser
from whydenied.engine.errors import InputError
from whydenied.engine.investigation import Investigator, look
from whydenied.server.articles.content import load_content
from whydenied.server.cli.inputs import Unreadable, read_text
from whydenied.server.cli.live import open_aws
from whydenied.server.cli.outputs import write_file
from whydenied.server.cli.terminal import say

if TYPE_CHECKING:
    from whydenied.engine.collectors.aws import Aws

__all__ = ["collect"]


@click.command()
@click.argument("text", required=False)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--principal", help="The caller's ARN, where there is no error text.")
@click.option("--action", help="The action, such as s3:GetObject.")
@click.option("--resource", default="*", help="The resource's ARN.")
@click.option("--profile", help="The profile of the AWS CLI whose credentials are used.")
@click.option("--region", help="The Region, where the error does not say it.")
@click.option(
    "--account", "accounts", multiple=True, metavar="ID=PROFILE|ROLE", help="Credentials for another account."
)
@click.option(
    "--redact",
    "key_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Hide names; this file (made if it is not there) turns them back, so keep it.",
)
def collect(
    text: str | None,
    out: Path,
    principal: str | None,
    action: str | None,
    resource: str,
    profile: str | None,
    region: str | None,
    accounts: tuple[str, ...],
    key_file: Path | None,
) -> None:
    """Read, and only read, what explains an error, and write it to a snapshot for `whydenied diagnose --snapshot`.

    TEXT is the error, a file with it, or `-`. Without it, --principal and --action say what to look at; without these,
    the whole account is read.
    """
    if bool(principal) != bool(action):
        raise click.UsageError("--principal and --action go together")
    key = _key(key_file) if key_file and key_file.exists() else None
    aws = open_aws(profile, region, accounts)
    if text is not None or principal is None:
        target = _about_error(text, aws, region or "") if text is not None else None
    else:
        target = Target(principal, action or "", resource, region or "")
        _look("", aws, target)
    if text is None and principal is None:
        _about_account(aws)
    caller = str(aws.identity.get("Arn") or "")
    snapshot = Snapshot(1, datetime.now(UTC).isoformat(timespec="seconds"), caller, aws.region, target, aws.asked)
    data = write_snapshot(snapshot)
    if key_file is not None:
        data, key = (redact(data, key), key) if key else redact_anew(data)
        write_file(key_file, msgspec.json.encode(key))
    write_file(out, data)
    refused = sum(not answer.known for answer in aws.asked)
    say(f"{out}: {len(aws.asked)} calls" + (f", {refused} of them refused" if refused else ""), err=True)


def _key(path: Path) -> Key:
    try:
        return read_key(path.read_bytes())
    except InputError as error:
        raise Unreadable(f"`{path}`: {error}") from None


def _about_error(text: str, aws: "Aws", region: str) -> Target:
    found = _look(read_text(text), aws, None, region)
    if found is None:
        raise Unreadable("the text does not say who was refused what; give --principal, --action and --resource")
    return found


def _look(text: str, aws: "Aws", target: Target | None, region: str = "") -> Target | None:
    catalogue = load_content()
    diagnoser = make_diagnoser(catalogue.plain)
    investigator = Investigator(diagnoser, catalogue.plain("cause"), catalogue.plain("question"))
    looked = look(text, diagnoser.diagnose(text), investigator, aws, target, region)
    return looked.outcome.target if looked else None


def _about_account(aws: "Aws") -> None:
    """Read an account's principals and policies, its organization's policies, and the list of its buckets."""
    from whydenied.engine.collectors.sources.organization import SOURCE

    account = str(aws.identity.get("Account") or "")
    aws.read(Call("iam", "GetAccountAuthorizationDetails", {}, account))
    SOURCE.collect(aws, Target(f"arn:aws:iam::{account}:root", "s3:ListAllMyBuckets"))
