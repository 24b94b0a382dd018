"""Serving the site: gunicorn with threads, two processes, quiet and plain logs.

The application is made in each worker and not before the fork: the rule network keeps state of its own, and two
processes must not share it. What is only read from disk (the compiled content, the search index) is built once,
before, so that the workers find it there.

SIGHUP takes up changed content: new workers load it, the old ones finish what they are answering and leave.
"""

import atexit
import logging
import os
import shutil
import sys
import tempfile
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from server.app import create_app
from server.http import logs
from server.service import load_service
from server.settings import Settings

__all__ = ["serve"]


class _QuietLogger(Logger):
    """Gunicorn's logger, with identifiers masked: it quotes the request line of a request that it cannot read."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.addFilter(logs.IdentifierFilter())


class _Server(BaseApplication):
    """Gunicorn, told what to do by a program rather than by a file."""

    def __init__(self, options: dict[str, Any], settings: Settings) -> None:
        self._options, self._settings = options, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)
        self.cfg.set("on_reload", _build)
        if self._settings.metrics:
            self.cfg.set("child_exit", _forget)

    def load(self) -> Any:
        app = create_app(load_service(), self._settings)
        # Compile the rules and open the index now, not while the first reader waits.
        app.extensions["whydenied"].warm_up()
        return app


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    workers: int = 2,
    threads: int = 4,
    settings: Settings | None = None,
) -> None:
    """Serve the site until stopped."""
    settings = settings or Settings()
    _log_to_stderr(settings)
    _build()
    if settings.metrics and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="whydenied-metrics-")
        atexit.register(_remove, folder, os.getpid())
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "preload_app": False,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "logger_class": _QuietLogger,
        "keepalive": 15,
        "timeout": 60,
        "limit_request_line": 8190,
        "proc_name": "whydenied",
        "control_socket_disable": True,
    }
    print(f"Why Denied is on http://{host}:{port}", file=sys.stderr, flush=True)
    _Server(options, settings).run()


def _build(server: object = None) -> None:
    """Compile the content and build its index, where that is not done yet."""
    load_service().suggest("access")


def _forget(server: object, worker: Any) -> None:
    """Take a worker that is no more out of what /metrics counts as alive."""
    # Here and not above: where the counts lie is read from the environment on import.
    from server.http.metrics import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _remove(folder: str, owner: int) -> None:
    # Workers leave by the same door, and must not take the folder with them.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _log_to_stderr(settings: Settings) -> None:
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s")
    handler.setFormatter(logs.JsonFormatter() if settings.json_logs else plain)
    logger = logging.getLogger("whydenied")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
