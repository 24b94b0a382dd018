"""Drafts in the source: each statement put where it belongs, all changes of a file together, the rest said."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from whydenied.engine.drafts.record import Draft
from whydenied.engine.drafts.shape import BLANK
from whydenied.engine.source import SourceEdit, SourceFile, SourceTree, Unplaced, Wanted, changed, place, unified

__all__ = ["Placed", "SourceChange", "place_drafts"]

_GATES: dict[str, Literal["identity", "trust", "resource", "boundary", "endpoint"]] = {
    "identity": "identity",
    "trust": "trust",
    "resource": "resource",
    "boundary": "boundary",
    "vpce": "endpoint",
}


class Placed(msgspec.Struct, frozen=True):
    """One draft and its places. edits: one for each statement, () where there is no place for all of them. unplaced:
    why there is none, None where there is."""

    draft: Draft
    edits: tuple[SourceEdit, ...]
    unplaced: Unplaced | None = None


class SourceChange(msgspec.Struct, frozen=True):
    """What drafts come to in a source tree. placed: in the order of the drafts. files: the new bytes of each file that
    changes, by path. before: the tree as it was read."""

    placed: tuple[Placed, ...]
    files: dict[str, bytes]
    before: SourceTree

    @property
    def diff(self) -> str:
        """The difference of all files, as `git apply` takes it."""
        return "".join(unified(path, self.before.files[path].data, after) for path, after in self.files.items())


def place_drafts(tree: SourceTree, drafts: Iterable[Draft]) -> SourceChange:
    """Place every statement of the drafts, each in the tree as those before it leave it.

    A draft goes in whole or not at all. What is no statement, or has a blank that somebody must fill in, is not placed.
    """
    now = tree
    placed = []
    for draft in drafts:
        one, now = _place(now, draft)
        placed.append(one)
    files = {path: file.data for path, file in now.files.items() if file.data != tree.files[path].data}
    return SourceChange(tuple(placed), files, tree)


def _place(tree: SourceTree, draft: Draft) -> tuple[Placed, SourceTree]:
    why = _not_to_place(draft)
    if why:
        return Placed(draft, (), Unplaced(why)), tree
    after, edits = tree, []
    for statement in draft.statements:
        found = place(after, _wanted(draft, statement))
        if isinstance(found, Unplaced):
            return Placed(draft, (), found), tree
        edits.append(found)
        data = changed(after.files[found.path].data, found.splices)
        files = {**after.files, found.path: SourceFile(found.path, data)}
        after = msgspec.structs.replace(after, files=files)
    return Placed(draft, tuple(edits)), after


def _wanted(draft: Draft, statement: dict[str, object]) -> Wanted:
    if draft.permission_set:
        return Wanted("permission-set", draft.principal, draft.permission_set, statement)
    # A boundary is looked for at its role: no message names it.
    resource = draft.resource if draft.gate in ("resource", "trust", "vpce") else ""
    return Wanted(_GATES[draft.gate], draft.principal, resource, statement)


def _not_to_place(draft: Draft) -> str:
    """Say why a draft has no place in source files, "" where it may have one."""
    if not draft.statements:
        return "there is no statement to add"
    if draft.kind in ("exception", "other"):
        return "it takes the place of a statement that is there, and is not added to it"
    blanks = dict.fromkeys(BLANK.findall(str(draft.statements)))
    if blanks:
        return f"the text does not name {', '.join(f'`{one}`' for one in blanks)}"
    return "" if draft.gate in _GATES else f"policies of this kind (`{draft.gate}`) are not looked for in source files"
