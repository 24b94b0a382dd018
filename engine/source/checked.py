"""An edit looked at once more before anybody sees it: only whole files are edited, and what is made is whole again."""

from collections.abc import Iterator

import msgspec

from whydenied.engine.source.edit import SourceEdit, Splice, Unplaced, changed
from whydenied.engine.source.files import SourceFile, SourceTree
from whydenied.engine.source.positions import compose, error_line
from whydenied.engine.source.terraform.syntax import read_hcl

__all__ = ["checked", "unreadable"]


def checked(tree: SourceTree, edit: SourceEdit) -> SourceEdit | Unplaced:
    """Return the edit with the file's own line ends; Unplaced where its file, or what it would make, is not whole."""
    file = tree.files[edit.path]
    line = _error(file)
    if line:
        return Unplaced(f"`{file.path}` is not whole: line {line} cannot be read", (f"{file.path}:{line}",))
    if b"\r\n" in file.data:
        edit = msgspec.structs.replace(edit, splices=tuple(_with_returns(file.data, one) for one in edit.splices))
    after = SourceFile(file.path, changed(file.data, edit.splices))
    if _error(after):
        return Unplaced(f"`{edit.what}` is written in a way that cannot be added to", (f"{edit.path}:{edit.line}",))
    return edit


def unreadable(tree: SourceTree) -> Iterator[str]:
    """Yield `file:line` of the files that may define permissions and have a mistake."""
    for file in tree.ending(".tf", ".yml", ".yaml", ".json", ".template"):
        if file.path.endswith(".tf") or b"Resources" in file.data or b"provider:" in file.data:
            line = _error(file)
            if line:
                yield f"{file.path}:{line}"


def _error(file: SourceFile) -> int:
    """Return the first line that is not of the file's language, 0 where all of it is, or where it is a template."""
    if file.path.endswith(".tf"):
        return read_hcl(file).error
    if file.path.endswith((".tpl", ".tftpl")):
        return 0
    return error_line(file.data) if compose(file.data) is None else 0


def _with_returns(data: bytes, splice: Splice) -> Splice:
    """Return a splice for a file whose lines end in `\\r\\n`: before the `\\r`, with one of its own in each line."""
    between = data[splice.start - 1 : splice.start + 1] == b"\r\n" if splice.start else False
    start = splice.start - 1 if between else splice.start
    end = start if splice.start == splice.end else splice.end
    return Splice(splice.path, start, end, splice.text.replace("\r\n", "\n").replace("\n", "\r\n"))
