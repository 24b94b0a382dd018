"""The memory of one file kept for the next.

The C library gives the room of an unpacked file back to the system as soon as it is free, and has every page of it made
anew for the next file: a fifth of the time that reading takes.
"""

import ctypes

__all__ = ["keep_memory"]

# mallopt(3), of glibc: what is free at the end of the heap and yet kept, and from which size on a block stands alone.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 64 * 2**20
_ALONE = 32 * 2**20


def keep_memory() -> None:
    """Let this process keep up to 64 MB that are free; where the C library has no such switch, nothing happens."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_MMAP_THRESHOLD, _ALONE)
    mallopt(_TRIM_THRESHOLD, _KEPT)
