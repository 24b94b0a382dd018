"""Serving the site: gunicorn with threads, two processes, quiet and plain logs.

The application is made in each worker and not before the fork: the rule network keeps state of its own, and two
processes must not share it. The content is loaded once, before (server.serving.master), and its index built on disk.

SIGHUP takes up changed content: new workers serve it, the old ones finish what they are answering and leave.
"""

import logging
import os
import sys
from typing import Any

from whydenied.server.http import logs
from whydenied.server.http.settings import Settings
from whydenied.server.serving.counts import make_folder
from whydenied.server.serving.master import QuietLogger, Site
from whydenied.server.serving.worker import PatientWorker

__all__ = ["serve"]


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
    if settings.metrics and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = make_folder()
    options: dict[str, object] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": PatientWorker,
        "preload_app": False,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "logger_class": QuietLogger,
        "keepalive": 15,
        "timeout": 60,
        "limit_request_line": 8190,
        "proc_name": "whydenied",
        "control_socket_disable": True,
    }
    if settings.metrics:
        options["child_exit"] = _forget
    site = Site(options, settings)
    print(f"Why Denied is on http://{host}:{port}", file=sys.stderr, flush=True)
    site.run()


def _forget(server: object, worker: Any) -> None:
    """Take a worker that is no more out of what /metrics counts as alive."""
    # Here and not above: where the counts lie is read from the environment on import.
    from whydenied.server.http.metrics import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _log_to_stderr(settings: Settings) -> None:
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s")
    handler.setFormatter(logs.JsonFormatter() if settings.json_logs else plain)
    logger = logging.getLogger("whydenied")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
