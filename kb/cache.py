"""Where compiled content is kept, and how a file gets there whole or not at all.

A cache is never needed: without a folder to write to, everything is computed again.
"""

import contextlib
import os
import stat
import time
from pathlib import Path

__all__ = ["cache_folder", "is_trusted", "read_trusted", "write_whole"]


def cache_folder() -> Path | None:
    """Return the folder for what is compiled (`WHYDENIED_CACHE`, else the user's cache); None where there is none."""
    own = os.environ.get("WHYDENIED_CACHE")
    if own:
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME")
    if shared and os.path.isabs(shared):
        return Path(shared) / "whydenied"
    home = os.path.expanduser("~")
    return Path(home) / ".cache" / "whydenied" if os.path.isabs(home) else None


def is_trusted(status: os.stat_result) -> bool:
    """Tell whether a file or folder is ours (or root's, who may do all anyway) and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return True  # Windows, where the user's profile is closed to others
    return status.st_uid in (0, os.getuid()) and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def read_trusted(path: Path) -> bytes:
    """Return what is in a file that nobody else can have written. Raise OSError where there is none."""
    # Opened first and asked then: what is read is what was judged. A pipe in its place does not hold us up.
    more = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | more)) as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or not is_trusted(status):
            raise PermissionError(f"`{path}` is not a file of ours, or others may write to it")
        return stream.read()


def write_whole(path: Path, data: bytes) -> bool:
    """Write a file so that readers see the old one or the new one, never half; False where it cannot be written."""
    # Not the tempfile module: it would cost a command-line start more than reading the catalogue does.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whatever the umask says: what others may write is not read again.
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
            stream.write(data)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        return False
    return True
