"""The files of a source tree that may define permissions, read within bounds.

Nothing is followed out of the folder: links are left alone. What is beyond a bound is left out, and said."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from whydenied.engine.errors import InputError

__all__ = ["SourceFile", "SourceTree", "read_tree"]

# Files looked at by name, files read, bytes of one and of all, folders below each other.
MAX_SEEN = 100_000
MAX_FILES = 4_000
MAX_FILE = 2_000_000
MAX_BYTES = 64_000_000
MAX_DEPTH = 24

_ENDINGS = (".tf", ".tfvars", ".tfstate", ".hcl", ".yml", ".yaml", ".json", ".template", ".tpl", ".tftpl", ".ts", ".py")
# Folders that hold what tools made or fetched. cdk.out is read: it names the constructs behind the templates.
_SKIPPED = frozenset((".git", ".terraform", "node_modules", ".venv", "venv", "__pycache__", ".hg", ".svn", "dist"))


# What git writes in a difference in a way of its own.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\"\\]|[\ud800-\udfff]")


class SourceFile(msgspec.Struct, frozen=True):
    """One file. path: from the top of the tree, with `/`. data: its bytes, valid UTF-8."""

    path: str
    data: bytes

    @property
    def folder(self) -> str:
        """The folder it lies in, "" for the top."""
        return self.path.rpartition("/")[0]


class SourceTree(msgspec.Struct, frozen=True):
    """What was read. files: by path, sorted. skipped: sentences about what was left out."""

    root: str
    files: dict[str, SourceFile]
    skipped: tuple[str, ...]

    def ending(self, *endings: str) -> Iterator[SourceFile]:
        """Yield the files with one of these endings."""
        return (file for path, file in self.files.items() if path.endswith(endings))


def read_tree(folder: str | Path) -> SourceTree:
    """Read a folder. Raises InputError where it is none, or cannot be read."""
    top = Path(folder)
    if not top.is_dir():
        raise InputError(f"`{folder}` is not a folder; give the folder that holds your templates")
    files: dict[str, SourceFile] = {}
    skipped: list[str] = []
    total = 0
    for path in _candidates(top, skipped):
        data = _read(top / path)
        if data is None:
            continue
        total += len(data)
        if len(files) >= MAX_FILES or total > MAX_BYTES:
            skipped.append(f"only the first {len(files):,} files were read: give a smaller folder")
            break
        files[path] = SourceFile(path, data)
    return SourceTree(str(top), dict(sorted(files.items())), tuple(skipped))


def _candidates(top: Path, skipped: list[str]) -> Iterator[str]:
    seen = 0
    for folder, folders, names in os.walk(top, followlinks=False):
        inside = Path(folder).relative_to(top).as_posix()
        depth = 0 if inside == "." else inside.count("/") + 1
        folders[:] = sorted(name for name in folders if name not in _SKIPPED) if depth < MAX_DEPTH else []
        for name in sorted(names):
            seen += 1
            if seen > MAX_SEEN:
                skipped.append(f"only the first {MAX_SEEN:,} names were looked at: give a smaller folder")
                return
            if name.endswith(_ENDINGS) and not _UNWRITABLE.search(f"{inside}/{name}"):
                yield name if inside == "." else f"{inside}/{name}"


def _read(path: Path) -> bytes | None:
    """Return a regular file's text; None for a link, a pipe, what is too large, not text or not readable."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_FILE:
            return None
        data = path.read_bytes()
        data.decode()
    except (OSError, UnicodeDecodeError):
        return None
    return None if b"\0" in data else data
