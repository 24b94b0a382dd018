"""The style sheet, the scripts and the mark: read once, served under names that change with their content.

`/static/site.css` is linked as `/static/site.4f0c….css`, which may be kept for ever.
"""

import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, Response, abort, request

from whydenied.server.http.caching import Page, make_page, send

__all__ = ["Assets", "register"]

_FOLDER = Path(__file__).parents[1] / "static"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


class Assets:
    """Every file of the static folder, by its own name and by the name it is served under."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._urls: dict[str, str] = {}
        self._pages: dict[str, Page] = {}
        for path in sorted(folder.iterdir()):
            if path.is_file():
                body = path.read_bytes()
                name = f"{path.stem}.{hashlib.blake2b(body, digest_size=6).hexdigest()}{path.suffix}"
                kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                self._urls[path.name] = f"/static/{name}"
                self._pages[name] = make_page(body, kind, _FOREVER)

    def url(self, name: str) -> str:
        """Return the address of a file of the static folder; a name that is not there is a mistake of ours."""
        return self._urls[name]

    def page(self, served_name: str) -> Page | None:
        """Return what is served under this name."""
        return self._pages.get(served_name)


def register(app: Flask) -> None:
    """Serve the static folder and give templates `asset(name)`."""
    assets = Assets()

    @app.get("/static/<name>")
    def asset(name: str) -> Response:
        page = assets.page(name)
        if page is None:
            abort(404)
        return send(page, request)

    @app.get("/favicon.ico")
    def favicon() -> Response:
        page = assets.page(assets.url("mark.svg").rpartition("/")[2])
        assert page is not None
        return send(page, request)

    app.jinja_env.globals["asset"] = assets.url
