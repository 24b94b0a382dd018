"""The first step of the command line: `whydenied run COMMAND` starts the command before anything else is loaded.

What explains a denial takes longer to load than many a command to run, and is needed only where one fails."""

import gc
import sys

__all__ = ["main"]

# Most commands end before there is garbage to collect: looking for it took a fifth of a diagnosis. In what serves or
# reads for long it is still looked for, only less often.
_COLLECT_AFTER = 50_000


def main() -> None:
    """Run the command line on what this process was called with."""
    gc.set_threshold(_COLLECT_AFTER)
    words = sys.argv[1:]
    if words[:1] == ["run"]:
        ours, dashes, command = words[1:], words[1:2] == ["--"], words[2:]
        # With options of ours, or nothing to run, it is for the command line to say what is right.
        if dashes and command:
            _run(command)
        if ours and not ours[0].startswith("-"):
            _run(ours)
    from whydenied.server.cli import main as command_line

    command_line()


def _run(command: list[str]) -> None:
    try:
        from whydenied.server.running.command import run_and_tell
    except ModuleNotFoundError:  # no terminals as here: the command line says so
        return

    def tell(output: tuple[bytes, ...]) -> None:
        from whydenied.server.cli.answered import tell as explain

        explain(output)

    run_and_tell(command, tell)


if __name__ == "__main__":
    main()
