"""/metrics for Prometheus: how often each route was asked, how it answered, how long it took; which content serves.

Labels are routes, methods and statuses of ours, never an address that somebody asked for. With several workers
(`PROMETHEUS_MULTIPROC_DIR` is set) each writes its counts into files of that folder, and whichever is asked adds up.
"""

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from whydenied.server.http.site import Site

__all__ = ["mark_process_dead", "register"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def register(app: Flask) -> None:
    """Count every request of the application and serve the counts."""
    registry = CollectorRegistry()
    requests = Counter("whydenied_requests", "Requests answered.", ("method", "route", "status"), registry=registry)
    seconds = Histogram(
        "whydenied_request_seconds", "Time to an answer.", ("route",), registry=registry, buckets=_SECONDS
    )
    _describe_content(app.extensions["whydenied"], registry)

    @app.before_request
    def start() -> None:
        g.counted_from = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        requests.labels(method, route, str(response.status_code)).inc()
        if "counted_from" in g:
            seconds.labels(route).observe(time.perf_counter() - g.counted_from)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(_all_workers() or registry), content_type=CONTENT_TYPE_LATEST)


def _describe_content(site: Site, registry: CollectorRegistry) -> None:
    catalogue = site.service.catalogue
    info = Gauge(
        "whydenied_content_articles",
        "Articles that are served, by the digest of the content.",
        ("digest",),
        registry=registry,
        multiprocess_mode="livemax",
    )
    info.labels(catalogue.digest[:12] or "none").set(len(catalogue))


def _all_workers() -> CollectorRegistry | None:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return None
    together = CollectorRegistry()
    MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call]
    return together
