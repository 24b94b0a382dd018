"""`whydenied diagnose --source DIR`: the change in the reader's own files, printed as a difference, or written."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whydenied.engine.drafts.record import Draft
from whydenied.engine.errors import InputError
from whydenied.server.cli.inputs import Unreadable
from whydenied.server.cli.outputs import Unwritable, replace_file
from whydenied.server.cli.terminal import say, say_exactly

if TYPE_CHECKING:
    from whydenied.engine.drafts.source import SourceChange
    from whydenied.engine.source import SourceTree

__all__ = ["change_source", "read_source", "show_source", "source_data", "write_source"]

_SECONDS = 20


def read_source(folder: Path) -> "SourceTree":
    """Read a source tree. Raises Unreadable where it cannot be read, and ClickException with the command that installs
    what is missing."""
    try:
        # Here and not above: what reads Terraform's language is an extra.
        from whydenied.engine.source import read_tree
    except ModuleNotFoundError as error:
        name = str(error.name).partition(".")[0]
        raise click.ClickException(f"--source needs `{name}`: run `pip install 'whydenied[source]'`") from None
    try:
        return read_tree(folder)
    except InputError as error:
        raise Unreadable(str(error)) from None


def change_source(tree: "SourceTree", drafts: Iterable[Draft]) -> "SourceChange":
    """Place drafts in a source tree."""
    from whydenied.engine.drafts.source import place_drafts

    return place_drafts(tree, drafts)


def show_source(change: "SourceChange") -> None:
    """Print where each change goes and the difference; for what has no place, why."""
    for sentence in change.before.skipped:
        say(f"note: {sentence}", err=True)
    for one in change.placed:
        for edit in dict.fromkeys((edit.path, edit.line, edit.what, edit.notes) for edit in one.edits):
            path, line, what, notes = edit
            say(f"in your source: {path}:{line}, `{what}`", bold=True)
            for note in notes:
                say(f"    note: {note}")
        if one.unplaced is not None:
            say(f"not in your source: {one.unplaced.why}", bold=True)
            for place in one.unplaced.places:
                say(f"    {place}")
            if one.draft.statements:
                say(f"    put the change above into {one.draft.target} by hand")
    if change.files:
        say()
        say_exactly(change.diff)


def source_data(change: "SourceChange", written: Sequence[str]) -> dict[str, Any]:
    """Return what `diagnose --source --json` says under `source`."""
    return {
        "edits": [
            {"path": edit.path, "line": edit.line, "what": edit.what, "notes": edit.notes, "denials": one.draft.denials}
            for one in change.placed
            for edit in one.edits
        ],
        "unplaced": [
            {"why": one.unplaced.why, "places": one.unplaced.places, "denials": one.draft.denials}
            for one in change.placed
            if one.unplaced is not None
        ],
        "skipped": change.before.skipped,
        "diff": change.diff,
        "written": list(written),
    }


def write_source(change: "SourceChange", *, force: bool) -> list[str]:
    """Write the changed files, each whole or not at all, and return their paths.

    Raises Unwritable, and writes nothing, where a file was changed since it was read, or, without force, where git does
    not have it as it is: nobody could undo the change."""
    root = Path(change.before.root)
    for path in change.files:
        if (root / path).read_bytes() != change.before.files[path].data:
            raise Unwritable(f"`{path}` was changed meanwhile: run this once more")
        if not force:
            _check_committed(root, path)
    for path, data in change.files.items():
        replace_file(root / path, data)
    return list(change.files)


def _check_committed(root: Path, path: str) -> None:
    folder, name = (root / path).parent, (root / path).name
    command = ["git", "status", "--porcelain", "--ignored", "--", f":(literal){name}"]
    try:
        found = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise Unwritable(f"git cannot be asked about `{path}`: --force writes it all the same") from None
    if found.returncode:
        raise Unwritable(f"`{path}` is not under git, so the change could not be undone: --force writes it")
    if found.stdout.strip():
        raise Unwritable(f"`{path}` has changes that are not committed: commit them first, or --force")
