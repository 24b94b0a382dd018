"""`whydenied managed`: print one of AWS's managed policies, and what AWS changed in it."""

import sys

import click
import msgspec

from whydenied.server.cli.terminal import say, say_json

__all__ = ["managed"]

# Changes that are printed where no --since is given.
_LATEST = 5


@click.command()
@click.argument("name")
@click.option("--since", default="", metavar="DATE", help="Say what AWS changed on or after this day (2026-01-31).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def managed(name: str, since: str, as_json: bool) -> None:
    """Print one of AWS's managed policies, offline: its newest text, its date, and what AWS changed.

    NAME is an ARN or a bare name, such as ReadOnlyAccess."""
    from whydenied.engine.policy.managed import (
        is_day,
        managed_changes,
        managed_policies_as_of,
        managed_policy,
        similar_managed_policies,
    )

    if since and not is_day(since):
        raise click.UsageError(f"--since: write the day as 2026-01-31, not `{since}`")
    policy = managed_policy(name)
    if policy is None:
        meant = " or ".join(f"`{one}`" for one in similar_managed_policies(name))
        hint = f"did you mean {meant}?" if meant else "give a name such as `ReadOnlyAccess`, or its ARN"
        say(f"AWS has no managed policy `{name}`; {hint}", err=True)
        sys.exit(1)
    changes = managed_changes(policy, since)
    if as_json:
        whole = {
            **msgspec.to_builtins(policy),
            "as_of": managed_policies_as_of(),
            "changes": msgspec.to_builtins(changes),
        }
        say_json(whole)
        return
    say(f"{policy.arn}\n{policy.version} of {policy.dated}, as AWS listed it on {managed_policies_as_of()}")
    if not policy.listed:
        say("AWS no longer offers this policy; where it is attached it stays in force.")
    say(f"\n{msgspec.json.format(msgspec.json.encode(policy.document), indent=2).decode()}\n")
    shown = changes if since else changes[:_LATEST]
    say(_title(len(changes), len(shown), since))
    for one in shown:
        day = f" of {one.dated}" if one.dated else f", no later than {one.by}"
        say(f"  {one.version}{day}{_came(one.came, one.went)}")


def _title(count: int, shown: int, since: str) -> str:
    if not count:
        return f"AWS has not changed it since {since}." if since else "AWS has not changed it."
    if since:
        return f"What AWS changed since {since}:"
    return "What AWS changed:" if shown == count else f"The last {shown} of {count} changes (--since DATE for others):"


def _came(came: tuple[str, ...], went: tuple[str, ...]) -> str:
    if not came and not went:
        return ": other resources or conditions for the same actions"
    return "".join(f"\n    {sign} {one}" for sign, names in (("+", came), ("-", went)) for one in names)
