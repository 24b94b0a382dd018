"""Each line in the documentation that calls `whydenied` names a command and options that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from whydenied.server.cli import main

ROOT = Path(__file__).parents[3]
# docs/cli.md is made from the commands themselves.
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "integrations").rglob("*.md"))]
_BLOCK = re.compile(r"```(?:bash|sh|console|shell|yaml)\n(.*?)```", re.S)
_CALL = re.compile(r"(?:^|[|;&$(\s])whydenied ([a-z][a-z-]+)\b([^|;]*)")
_OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]*")


def calls(page: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command that a page's code calls, with its options; what a command runs itself is not ours."""
    for block in _BLOCK.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            if found := _CALL.search(line.split(" #")[0]):
                yield found[1], _OPTION.findall(found[2].split(" -- ")[0])


def wrong(page: str) -> list[str]:
    """Return the commands and options of a page that there are not."""
    context, found = click.Context(main), []
    for name, options in calls(page):
        command = main.get_command(context, name)
        if command is None:
            found.append(name)
            continue
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
        found += [f"{name} {option}" for option in options if option not in known]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_calls_is_there(page: Path) -> None:
    """A renamed option is renamed in the pages."""
    assert wrong(page.read_text("utf-8")) == []


def test_what_is_not_there_is_found() -> None:
    """And the lines of the pages are read at all: README's first is `whydenied run`."""
    assert wrong("```bash\nwhydenied diagnos x\ncat x | whydenied diagnose --nope -\n```") == [
        "diagnos",
        "diagnose --nope",
    ]
    assert "run" in [name for name, _ in calls(PAGES[0].read_text("utf-8"))]
