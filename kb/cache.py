"""Where compiled content is kept, and how a file gets there whole or not at all.

A cache is never needed: without a folder to write to, everything is computed again.
"""

import contextlib
import os
import time
from pathlib import Path

__all__ = ["cache_folder", "write_whole"]


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


def write_whole(path: Path, data: bytes) -> bool:
    """Write a file so that readers see the old one or the new one, never half; False where it cannot be written."""
    # Not the tempfile module: it would cost a command-line start more than reading the catalogue does.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(temporary, "xb") as stream:
            stream.write(data)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        return False
    return True
