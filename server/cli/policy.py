"""`whydenied policy`: print the IAM policy with which `--live` and `collect` can read all that they may need."""

import click

from whydenied.engine.collectors.policy import minimal_policy
from whydenied.server.cli.terminal import say_json

__all__ = ["policy"]


@click.command()
def policy() -> None:
    """Print the smallest IAM policy for `diagnose --live` and `collect`: reads, and nothing else.

    Without some of it they work too: what may not be read is reported as unknown, with the command for who may.
    """
    say_json(minimal_policy())
