"""What other sites show of ours in frames: articles, the wizard, and how their tools find out (oEmbed)."""

from flask import Blueprint

from whydenied.server.embeds import articles, oembed, script, wizard
from whydenied.server.embeds.frame import allow_framing

__all__ = ["blueprint"]

blueprint = Blueprint("embeds", __name__)
blueprint.register_blueprint(articles.blueprint)
blueprint.register_blueprint(oembed.blueprint)
blueprint.register_blueprint(script.blueprint)
blueprint.register_blueprint(wizard.blueprint)
allow_framing(articles.blueprint)
allow_framing(wizard.blueprint)
