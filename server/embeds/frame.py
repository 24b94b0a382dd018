"""The page inside a frame: whole in one answer, so that the strictest sandbox changes nothing of it.

Style and script stand in the page and are allowed by their digests: a frame without an origin of its own may load
nothing from ours. The script only tells the height; without it nothing is missing.
"""

import base64
import hashlib
import re
from pathlib import Path

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from whydenied.server.http.addresses import public_url
from whydenied.server.http.site import site

__all__ = ["allow_framing", "asked_theme", "render_frame"]

_HERE = Path(__file__).parent
_STYLE = _HERE.joinpath("frame.css").read_text(encoding="utf-8")
_SCRIPT = _HERE.joinpath("frame.js").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_POLICY = (
    f"default-src 'none'; style-src {_digest(_STYLE)}; script-src {_digest(_SCRIPT)}; base-uri 'none'; "
    "form-action 'none'; frame-ancestors "
)


_THEMES = ("light", "dark")
_LINK = re.compile(r'(href="/embed/[^"#]*)')


def asked_theme() -> str:
    """Return the theme that the address asks for (`?theme=dark`), "" for the reader's own."""
    theme = request.args.get("theme", "")
    return theme if theme in _THEMES else ""


def render_frame(template: str, canonical: str, **values: object) -> str:
    """Render a page for a frame, in the theme that is asked for. canonical: the path of the page that it stands for."""
    theme = asked_theme()
    page = render_template(
        template,
        style=Markup(_STYLE),
        script=Markup(_SCRIPT),
        canonical=canonical,
        base=public_url(),
        theme=theme,
        **values,
    )
    return _LINK.sub(lambda found: _themed(found[1], theme), page) if theme else page


def _themed(link: str, theme: str) -> str:
    """Return a link to another page of the frame that stays in its theme."""
    return f"{link}{'&amp;' if '?' in link else '?'}theme={theme}"


def allow_framing(blueprint: Blueprint) -> None:
    """Let other sites frame the pages of a blueprint, as far as the operator allows it."""

    @blueprint.after_request
    def allow(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY + site().settings.frame_ancestors
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return response
