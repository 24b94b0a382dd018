"""The command line, `whydenied`: each command in a module of its own, loaded when it is used.

A diagnosis must answer in well under half a second, so nothing here imports what only another command needs.

Exit codes: 0 done; 1 an honest no (`diagnose` recognised nothing, `search` found nothing, `check` found problems);
2 the command was used wrongly; 3 the input cannot be read (too large, not text, not there), or the output not written.
"""

import contextlib
import os
import sys
from importlib import import_module
from typing import NoReturn

import click

__all__ = ["main"]

_COMMANDS = {
    "article": "Print an article.",
    "build": "Compile the content and build the search index.",
    "check": "Check the content.",
    "collect": "Read what explains an error into a file for somebody else.",
    "diagnose": "Say why a pasted error was denied.",
    "evaluate": "Decide requests against their policies, and say why.",
    "managed": "Print one of AWS's managed policies, and what AWS changed in it.",
    "mcp": "Serve the answers as tools for assistants (MCP).",
    "gaps": "List what people looked for and did not find.",
    "new": "Write the skeleton of a new article.",
    "plan": "Say what a Terraform run will be refused, before it runs.",
    "policy": "Print the IAM policy that live diagnosis needs.",
    "policy-for": "Print the least policy for a Terraform plan.",
    "run": "Run a command, and say why AWS refused it.",
    "restore": "Put hidden names back into a text about a redacted snapshot.",
    "search": "Search the articles.",
    "serve": "Serve the help site.",
    "wizard": "Be guided to the cause by questions.",
    "triage": "Group the denials in CloudTrail's log files.",
}


class _Lazy(click.Group):
    """A group that knows its commands' names and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        try:
            command = getattr(import_module(f"whydenied.server.cli.{name}"), name)
        except ModuleNotFoundError as error:
            _say_missing(error)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what the system refuses (a closed file, a full disk) is said in a line."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            raise  # who reads has enough
        except ModuleNotFoundError as error:
            _say_missing(error)
        except OSError as error:
            _give_up_output()
            what = f"`{error.filename}`" if error.filename else "what was to be printed"
            # Here and not above: what goes well needs nothing of it.
            from whydenied.server.cli.outputs import Unwritable

            raise Unwritable(f"{what}: {(error.strerror or str(error)).lower()}") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _say_missing(error: ModuleNotFoundError) -> NoReturn:
    # Here and not above: where nothing is missing nothing of it is needed.
    from whydenied.server.cli.extras import say_missing

    say_missing(error)


def _give_up_output() -> None:
    """Let the interpreter not try once more, when it ends, to print what could not be printed."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 nothing recognised, found or wrong content, 2 wrong usage, 3 unreadable input.",
)
@click.version_option(package_name="whydenied", prog_name="whydenied")
def main() -> None:
    """Why was I denied, and what is the smallest change that fixes it?"""
