"""Which other sites' pages may call the API: by configuration, none by default.

Answers hold nothing of anybody's session (there is none), so no credentials are ever allowed.
"""

from flask import Flask, Response, request

from whydenied.server.http.settings import Settings

__all__ = ["register"]

_PREFIXES = ("/api/", "/oembed", "/llms.txt", "/articles/")
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "3600",
}


def register(app: Flask, settings: Settings) -> None:
    """Answer the questions that browsers ask before other sites' pages may call; nothing where nobody is allowed."""
    allowed = frozenset(settings.cors_origins)
    if not allowed:
        return

    @app.before_request
    def preflight() -> Response | None:
        asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        return Response(status=204, headers=_PREFLIGHT) if asks and request.path.startswith(_PREFIXES) else None

    @app.after_request
    def allow(response: Response) -> Response:
        if request.path.startswith(_PREFIXES):
            origin = request.headers.get("Origin", "")
            if "*" in allowed:
                response.headers["Access-Control-Allow-Origin"] = "*"
            else:
                response.vary.add("Origin")
                if origin in allowed:
                    response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
