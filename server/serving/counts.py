"""The folder in which workers count for /metrics, and what processes that were killed left of theirs.

A process keeps a lock on its folder for as long as it or one of its workers lives. Whoever starts takes away the
folders on which nobody has one.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

__all__ = ["make_folder"]

_PREFIX: Final = "whydenied-metrics-"
_LOCK: Final = "lock"
_SETTLED: Final = 60.0
"""Seconds after which a folder without a lock is nobody's, and not one that is just being made."""


def make_folder() -> str:
    """Make the folder for this process and its workers, and take away those that nobody has any more."""
    _sweep()
    folder = tempfile.mkdtemp(prefix=_PREFIX)
    # Kept open, by the workers as well: the lock goes when the last of them ends, in whatever way.
    lock = os.open(Path(folder, _LOCK), os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    atexit.register(_remove, folder, os.getpid())
    return folder


def _sweep() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # Somebody else's, a link, or one that goes at this moment: not ours to take.
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid == os.getuid() and time.time() - status.st_mtime > _SETTLED and not folder.is_symlink():
                _remove_unlocked(folder)


def _remove_unlocked(folder: Path) -> None:
    lock = os.open(folder / _LOCK, os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _remove(folder: str, owner: int) -> None:
    # Workers leave by the same door, and must not take the folder with them.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
