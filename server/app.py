"""The application factory: the parts of the site, in the order in which a request meets them."""

from flask import Flask

from server import assets, caching, errors, headers, logs
from server.api import blueprint as api
from server.caching import PageCache
from server.pages import about, articles, diagnose, health, home, indexes, search
from server.pages.words import template_words, ticks
from server.service import Service, load_service
from server.settings import Settings
from server.site import Site

__all__ = ["create_app"]

_PARTS = (
    home.blueprint,
    diagnose.blueprint,
    search.blueprint,
    articles.blueprint,
    indexes.blueprint,
    about.blueprint,
    health.blueprint,
    api,
)


def create_app(service: Service | None = None, settings: Settings | None = None) -> Flask:
    """Make the application over a service; without one, over the content that is installed."""
    settings = settings or Settings()
    service = service or load_service()
    app = Flask(__name__, static_folder=None)
    app.extensions["whydenied"] = Site(service, PageCache(service.today), settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(template_words())
    app.jinja_env.globals["checklist_article"] = service.article("debugging-checklist")
    app.jinja_env.filters["ticks"] = ticks
    # Flask runs these from the last to the first once the answer is made: it is compressed before its headers
    # are complete, and logged at the very end.
    logs.register(app)
    headers.register(app, settings)
    caching.register(app)
    errors.register(app, settings)
    assets.register(app)
    for blueprint in _PARTS:
        app.register_blueprint(blueprint)
    return app
