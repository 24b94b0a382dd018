"""The JSON API, version 1: the same answers as the pages, from the same functions."""

from flask import Blueprint

from whydenied.server.api import articles, diagnose, evaluate, openapi, search, wizard

__all__ = ["blueprint"]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_blueprint(articles.blueprint)
blueprint.register_blueprint(diagnose.blueprint)
blueprint.register_blueprint(evaluate.blueprint)
blueprint.register_blueprint(openapi.blueprint)
blueprint.register_blueprint(search.blueprint)
blueprint.register_blueprint(wizard.blueprint)
