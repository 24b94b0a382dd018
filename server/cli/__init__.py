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

from whydenied.server.cli.manners import prepare, wants_colour

__all__ = ["main"]

# By what a person wants to do; the order is that of the help.
_GROUPS = {
    "Why was it denied?": {
        "diagnose": "Say why a pasted error was denied.",
        "run": "Run a command, and say why AWS refused it.",
        "report": "Write the answer to a log as files for a pipeline.",
        "comment": "Put a pipeline's report into a comment on its merge request.",
        "wizard": "Be guided to the cause by questions.",
        "evaluate": "Decide requests against their policies, and say why.",
        "triage": "Group the denials in CloudTrail's log files.",
    },
    "Before it runs": {
        "plan": "Say what a deployment will be refused, before it runs.",
        "test": "Test policies against what is expected of them.",
        "policy-for": "Print the least policy for a deployment.",
    },
    "Look things up": {
        "search": "Search the articles.",
        "article": "Print an article.",
        "managed": "Print one of AWS's managed policies, and what AWS changed in it.",
    },
    "Look at AWS, read-only": {
        "collect": "Read what explains an error into a file for somebody else.",
        "restore": "Put hidden names back into a text about a redacted snapshot.",
        "policy": "Print the IAM policy that live diagnosis needs.",
    },
    "Serve it": {
        "serve": "Serve the help site.",
        "export": "Write the site as files, for any web server.",
        "mcp": "Serve the answers as tools for assistants (MCP).",
        "completion": "Print what completes commands in a shell.",
    },
    "Write articles": {
        "new": "Write the skeleton of a new article.",
        "check": "Check the content.",
        "build": "Compile the content and build the search index.",
        "gaps": "List what people looked for and did not find.",
    },
}
_COMMANDS = {name: about for group in _GROUPS.values() for name, about in group.items()}


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; one that there is not is answered with the nearest, or with what the words seem to be."""
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            # Here and not above: only a slip pays for it.
            from whydenied.kb.problems import did_you_mean

            hint = did_you_mean(name, [*_COMMANDS])
            if not hint and (" " in name or len(args) > 1):
                hint = "for an error's text say `whydenied diagnose` before it"
            ctx.fail(f"there is no command `{name[:60]}`" + (f": {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, _COMMANDS))
        for heading, commands in _GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), about) for name, about in commands.items()])


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
@click.pass_context
def main(ctx: click.Context) -> None:
    """Why was I denied, and what is the smallest change that fixes it?

    \b
    whydenied diagnose error.txt       terraform apply 2>&1 | whydenied diagnose
    whydenied diagnose "User: … is not authorized to perform: …"
    """
    prepare()
    ctx.color = wants_colour(os.environ)
