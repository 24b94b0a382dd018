"""Live preview: changed content shows on the next look, without a restart.

For writing only (WHYDENIED_RELOAD, which `make run` sets): each worker looks at most once a second whether a content
file was saved, added or removed, which costs as much as listing the folders.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask

from whydenied.kb.catalogue import content_state, default_roots
from whydenied.server.http.caching import PageCache
from whydenied.server.http.site import Site
from whydenied.server.service import Service, load_service

__all__ = ["register"]

_PAUSE = 1.0


def register(
    app: Flask,
    roots: Sequence[Path] | None = None,
    load: Callable[[], Service] = load_service,
    pause: float = _PAUSE,
) -> None:
    """Let an application take up changed content by itself."""
    folders = list(roots or default_roots())
    lock = threading.Lock()
    seen, looked = content_state(folders), time.monotonic()

    @app.before_request
    def take_up_changes() -> None:
        nonlocal seen, looked
        if time.monotonic() - looked < pause or not lock.acquire(blocking=False):
            return
        try:
            looked, now = time.monotonic(), content_state(folders)
            if now != seen:
                service, old = load(), app.extensions["whydenied"]
                app.extensions["whydenied"] = Site(service, PageCache(service.today), old.settings)
                seen = now
        finally:
            lock.release()
