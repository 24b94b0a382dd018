"""The application factory: the parts of the site, in the order in which a request meets them."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from whydenied.engine.findings import CERTAINTIES
from whydenied.kb.gates import GATES
from whydenied.server.api import blueprint as api
from whydenied.server.api import chat
from whydenied.server.embeds import blueprint as embeds
from whydenied.server.http import assets, caching, cors, errors, headers, limits, logs, reloading, requests
from whydenied.server.http.caching import PageCache
from whydenied.server.http.settings import Settings
from whydenied.server.http.site import Site
from whydenied.server.pages import (
    about,
    articles,
    diagnose,
    evaluate,
    health,
    home,
    indexes,
    lists,
    machines,
    managed,
    search,
    wizard,
)
from whydenied.server.pages.template_words import prose, template_words, ticks
from whydenied.server.service import Service, load_service

__all__ = ["create_app"]

_PARTS = (
    home.blueprint,
    diagnose.blueprint,
    wizard.blueprint,
    evaluate.blueprint,
    search.blueprint,
    articles.blueprint,
    indexes.blueprint,
    lists.blueprint,
    managed.blueprint,
    machines.blueprint,
    embeds,
    about.blueprint,
    health.blueprint,
    api,
    chat.blueprint,
)


class _Templates(Environment):
    """Flask's, but for what every template may say: Jinja chains two dictionaries, and every page copies the chain, at
    many times the cost of a plain one. So everything is set before the first page is made."""

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        """Return what a template may say. d: its own words, which none of ours has."""
        return {**self.globals, **(d or {})}


class _App(Flask):
    jinja_environment = _Templates

    def ensure_sync(self, func: Callable[..., object]) -> Callable[..., object]:
        """Return a function as it is: none of ours is async, and Flask would look at ten of them for each request."""
        return func


def create_app(service: Service | None = None, settings: Settings | None = None) -> Flask:
    """Make the application over a service; without one, over the content that is installed."""
    settings = settings or Settings()
    service = service or load_service()
    app = _App(__name__, static_folder=None)
    app.extensions["whydenied"] = Site(service, PageCache(service.today), settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(template_words())
    app.jinja_env.globals["checklist_article"] = service.article("debugging-checklist")
    app.jinja_env.filters.update(ticks=ticks, prose=prose)
    app.jinja_env.globals.update(_drawings(app))
    # Flask runs these from the last to the first once the answer is made: it is compressed before its headers
    # are complete, and logged at the very end.
    logs.register(app, settings)
    headers.register(app, settings)
    caching.register(app)
    cors.register(app, settings)
    limits.register(app, settings)
    errors.register(app, settings)
    requests.register(app)
    assets.register(app)
    for blueprint in _PARTS:
        app.register_blueprint(blueprint)
    if settings.reload:
        reloading.register(app)
    if settings.metrics:
        # Here and not above: where several workers count together is read from the environment on import.
        from whydenied.server.http import metrics

        metrics.register(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _drawings(app: Flask) -> dict[str, dict[str, Markup]]:
    """Draw the shapes and signs once: a diagnosis shows dozens of them."""
    draw: Any = app.jinja_env.get_template("_drawings.html").module
    shapes = {gate.shape: Markup(draw.shape(gate.shape)) for gate in GATES}
    return {
        "shapes": shapes,
        "gate_signs": {gate.id: Markup("{}{}").format(shapes[gate.shape], gate.name) for gate in GATES},
        "gate_labels": {gate.id: Markup(draw.gate_label(gate, shapes[gate.shape])) for gate in GATES},
        "certainty_signs": {name: Markup(draw.sure(name)) for name in CERTAINTIES},
    }
