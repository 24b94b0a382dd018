"""Write docs/cli.md and the man pages of man/: what the commands say of themselves.

    .venv/bin/python scripts/write_cli_docs.py

tests/server/cli/test_docs.py fails until it has been run again after a change.
"""

import re
from pathlib import Path

import click
from click_man.core import generate_man_page

from whydenied.server.cli import main as whydenied

ROOT = Path(__file__).parents[1]
_WIDTH = 100
_HEAD = """# The command line

What `whydenied COMMAND --help` prints; `scripts/write_cli_docs.py` makes this page. `whydenied completion SHELL`
completes commands and options; `man whydenied-COMMAND` has the same where the package is installed for the system.
"""


def main() -> None:
    """Write both."""
    (ROOT / "docs" / "cli.md").write_text(reference(), encoding="utf-8")
    for old in (ROOT / "man").glob("*.1"):
        old.unlink()
    write_pages(ROOT / "man")


def reference() -> str:
    """Return the text of docs/cli.md."""
    parts = [_HEAD, _section("whydenied", whydenied, None)]
    parent = _context(whydenied, "whydenied", None)
    parts += [_section(f"whydenied {name}", command, parent) for name, command in _commands()]
    return "\n".join(parts)


def write_pages(folder: Path) -> None:
    """Write a man page for each command; the date stays out, so that they change only with what they say."""
    folder.mkdir(exist_ok=True)
    group = _context(whydenied, "whydenied", None)
    contexts = [_context(command, name, group) for name, command in _commands()]
    for context in (group, *contexts):
        page = generate_man_page(context, version="", date=" ")
        (folder / f"{context.command_path.replace(' ', '-')}.1").write_text(page, encoding="utf-8")


def _commands() -> list[tuple[str, click.Command]]:
    context = _context(whydenied, "whydenied", None)
    found = [(name, whydenied.get_command(context, name)) for name in whydenied.list_commands(context)]
    return [(name, command) for name, command in found if command is not None]


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    """Return what a command is called in, with the settings that the command line itself has."""
    settings = {**whydenied.context_settings, "max_content_width": _WIDTH, "terminal_width": _WIDTH}
    return click.Context(command, info_name=name, parent=parent, **settings)


def _section(title: str, command: click.Command, parent: click.Context | None) -> str:
    context = _context(command, title.rpartition(" ")[2], parent)
    text = re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.M)
    return f"## {title}\n\n```text\n{text}\n```\n"


if __name__ == "__main__":
    main()
