"""How it works, and what happens to what is pasted."""

from flask import Blueprint, Response, render_template

from whydenied.server.http.site import site

__all__ = ["blueprint"]

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def about() -> Response:
    """Say who answers here, and what is kept."""
    limit = site().settings.max_paste // 1024
    return site().pages.answer("/about", "text/html; charset=utf-8", lambda: render_template("about.html", limit=limit))
